"""The composition root: makes every dependency and hands it on. Decides nothing."""

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from config.settings import Settings, read_settings
from geo.distance import OfflineDistance
from geo.geocoder import Geocoder, OfflineGeocoder
from geo.resolver import resolver_of
from postal_bridge.counter.citizen_acts import CODE_ASKED
from postal_bridge.counter.handlers import ClearPaidDelivery, ResumePaidDossier
from postal_bridge.custody.service import verify_custody
from postal_bridge.delivery import handlers as delivery_handlers
from postal_bridge.delivery import topics as delivery
from postal_bridge.delivery.service import blobs_named as proofs
from postal_bridge.delivery.service import verify_delivery, verify_doors
from postal_bridge.directory.administrative import open_register
from postal_bridge.directory.area_checks import verify_areas
from postal_bridge.directory.own_geocoder import OwnServerGeocoder, ServerKind
from postal_bridge.directory.register_files import listed_register
from postal_bridge.dossiers import events as dossiers
from postal_bridge.dossiers.service import blobs_named as scans_and_signatures
from postal_bridge.dossiers.service import verify_dossiers, verify_told
from postal_bridge.jobs import handlers as periodic
from postal_bridge.jobs import schedule
from postal_bridge.jobs.blob_places import blobs_of
from postal_bridge.jobs.first_start import check_home
from postal_bridge.kernel import streams
from postal_bridge.kernel.blobs import Blobs, lost_blobs
from postal_bridge.kernel.checking import Check, readable
from postal_bridge.kernel.clock import MachineClock, SystemClock, local
from postal_bridge.kernel.home import HomeFolder
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.log import configure_log
from postal_bridge.kernel.outbox import Handler, by_name
from postal_bridge.kernel.outbox_checks import verify_later_work
from postal_bridge.kernel.published import list_published, verify_published
from postal_bridge.kernel.snapshots import SnapshotFolder
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units, Wiring
from postal_bridge.money import topics as money
from postal_bridge.money.handlers import AskNationalPlatform, ExpirePayment, LapseQuote
from postal_bridge.money.national_http import NationalHttp
from postal_bridge.money.national_layout import shipped_layout
from postal_bridge.money.national_platform import NationalPlatform
from postal_bridge.money.service import verify_ledger, verify_terms
from postal_bridge.notices.codes import SendCode
from postal_bridge.notices.handlers import TellCitizen
from postal_bridge.notices.ports import Sender
from postal_bridge.notices.rules import NOTICES
from postal_bridge.notices.sandbox import SandboxSender
from postal_bridge.notices.service import verify_notices
from postal_bridge.people.service import (
    verify_devices,
    verify_looks,
    verify_people,
    verify_staff,
)
from postal_bridge.runs import handlers as runs_handlers
from postal_bridge.runs.service import verify_runs
from routes.container import Container

if TYPE_CHECKING:
    from flask import Flask

SWITCH_INTERVAL_S = 0.0005


def checks(blobs: Blobs) -> dict[str, Check]:
    """Everything that stored data can show about the invariants, by name."""
    every: dict[str, Check] = {
        "streams": streams.verify,
        "custody": verify_custody,
        "ledger": verify_ledger,
        "quotes": verify_terms,
        "people": verify_people,
        "looks": verify_looks,
        "staff": verify_staff,
        "devices": verify_devices,
        "dossiers": verify_dossiers,
        "delivery": verify_delivery,
        "doors": verify_doors,
        "runs": verify_runs,
        "notices": verify_notices,
        "told": verify_told,
        "later_work": verify_later_work,
        "blobs": blobs.broken,
        "blobs_named": lambda uow: lost_blobs(uow, (*scans_and_signatures(uow), *proofs(uow))),
        "published": verify_published,
        "areas": verify_areas,
    }
    return {name: readable(check) for name, check in every.items()}


def wire(
    *,
    blobs: Blobs,
    sender: Sender,
    texts: Texts,
    geocoder: Geocoder | None = None,
    national: NationalHttp | None = None,
) -> dict[str, tuple[Handler, ...]]:
    """Who acts on which message: one action row for each handler named here."""
    nobody: tuple[Handler, ...] = ()
    said = (*dossiers.TOPICS, *delivery.TOLD, *money.TOPICS)
    tell = {
        topic: TellCitizen(notice, sender=sender, texts=texts) for topic, notice in NOTICES.items()
    }
    return {
        **dict.fromkeys(said, nobody),
        **{topic: (handler,) for topic, handler in tell.items()},
        money.PAYMENT_EXPIRY_DUE: (ExpirePayment(),),
        money.QUOTE_LAPSE_DUE: (LapseQuote(),),
        money.NATIONAL_QUERY_DUE: (AskNationalPlatform(national),) if national else nobody,
        money.PAYMENT_PAID: (ClearPaidDelivery(), ResumePaidDossier()),
        CODE_ASKED: (SendCode(sender, texts),),
        **delivery_handlers.own_wiring(),
        **runs_handlers.own_wiring(geocoder or OfflineGeocoder(), OfflineDistance()),
        schedule.SEAL_DAY: (periodic.SealDay(),),
        schedule.FORGET_ANSWERS: (periodic.ForgetAnswers(),),
        schedule.SWEEP_BLOBS: (periodic.SweepBlobs(blobs),),
        schedule.VERIFY_ALL: (periodic.VerifyAll(checks(blobs)),),
    }


def geocoder_of(settings: Settings, machine: MachineClock) -> Geocoder:
    """The deployment's own server where the settings name one, or what is known offline."""
    register = partial(listed_register, SnapshotFolder(HomeFolder(settings.home).published))
    offline = OfflineGeocoder(register)
    if not settings.geocoder_kind:
        return offline
    return OwnServerGeocoder(
        ServerKind(settings.geocoder_kind),
        settings.geocoder_url,
        register=register,
        offline=offline,
        machine=machine,
        timeout_s=settings.geocoder_timeout_s,
        per_s=settings.geocoder_per_s,
    )


def national_of(settings: Settings, ring: KeyRing) -> NationalHttp | None:
    if not settings.national_partner:
        return None
    platform = NationalPlatform(
        settings.national_partner, shipped_layout(), settings.national_key_id
    )
    return NationalHttp(platform, settings.national_url, ring)


def create_container(
    settings: Settings | None = None,
    *,
    wiring: bool = True,
    machine: MachineClock | None = None,
) -> Container:
    """The dependencies of one process on a prepared home.

    `wiring=False` is for commands that only look: messages they wrote would have no handlers.
    `machine`: a clock of the caller's own, where time is played.

    Raises
    ------
    SetupLacking, SchemaDiffers, HomeMismatch, DatabaseBehind
    """
    settings = settings or read_settings(os.environ)
    identity = check_home(settings)
    home = HomeFolder(settings.home)
    ring = KeyRing.load(home.keys)
    machine = machine or SystemClock()
    blobs = blobs_of(settings, identity)
    texts = Texts.load()
    sender = SandboxSender(home.messages, machine)
    national = national_of(settings, ring)
    topics: Wiring = (
        wire(
            blobs=blobs,
            sender=sender,
            texts=texts,
            geocoder=geocoder_of(settings, machine),
            national=national,
        )
        if wiring
        else {}
    )
    units = Units(
        settings.effective_database_url,
        home_id=identity.id,
        ring=ring,
        machine=machine,
        wiring=topics,
        snapshots=SnapshotFolder(home.published),
    )
    if wiring:
        list_published(units)  # a process may have died between its commit and its list
    return Container(
        settings=settings,
        home=home,
        home_identity=identity,
        ring=ring,
        machine=machine,
        units=units,
        texts=texts,
        blobs=blobs,
        handlers=by_name(topics),
        checks=checks(blobs),
        national=national,
    )


def create_app(container: Container | None = None) -> "Flask":
    """The web application; gunicorn calls it once in each process."""
    from routes.web import build

    if container is None:
        configure_log("web")
        # Each statement lets the interpreter go; by default whoever takes it keeps it for 5 ms,
        # and the one writer of SQLite would wait that long 140 times.
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        container = create_container()
        today = local(container.machine.now()).date()
        # A third of a second that no clerk should wait for.
        resolver_of(open_register(units=container.units).read_files(), today)
    return build(container)
