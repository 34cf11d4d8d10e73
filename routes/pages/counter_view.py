"""Everything the counter's form shows: the queue, the choices, the slip."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import render_template

from postal_bridge.counter.commands import PayHow, SignedHow
from postal_bridge.counter.service import CounterSeat, DraftView, Offer, drafts_of_seat, seat
from postal_bridge.custody.types import TallyKind
from postal_bridge.delivery.proof import Receiver
from postal_bridge.delivery.types import Place
from postal_bridge.directory.rules import ServiceForm, WhoMayReceive
from postal_bridge.kernel.clock import local
from postal_bridge.money.service import open_tariffs
from postal_bridge.people.rules import IdKind
from routes.access import current_actor
from routes.container import container
from routes.forms import FormError
from routes.pages.counter_communes import communes_of
from routes.pages.counter_form import BY_POST, prefilled
from routes.pages.counter_slip import named, say, slip_of

Options = list[tuple[str, str]]
FORMS = (ServiceForm.BOTH, ServiceForm.SEND, ServiceForm.RECEIVE, ServiceForm.NONE)
RECEIVERS = {
    WhoMayReceive.OWNER_ONLY: (Receiver.OWNER,),
    WhoMayReceive.HOUSEHOLD: (Receiver.OWNER, Receiver.HOUSEHOLD_MEMBER),
    WhoMayReceive.PROXY: tuple(Receiver),
}


def seat_now() -> CounterSeat:
    """The clerk's counter of the day. Raises NoSeat."""
    return seat(actor=current_actor(), units=container().units)


def queue() -> tuple[DraftView, ...]:
    return drafts_of_seat(actor=current_actor(), units=container().units)


def form_page(one: DraftView, errors: list[FormError], *, template: str = "form.html") -> str:
    """The form as it stands, or the parts of it that change while it is typed."""
    where = seat_now()
    today = local(where.now).date()
    offer = next((o for o in where.offers if value_of(o) == one.fields.get("offer")), None)
    procedure = offer.procedure if offer else None
    forms = _service_forms(offer)
    typed = prefilled(one.fields, procedure, [value for value, _ in forms])
    return render_template(
        f"counter/{template}",
        draft=one,
        f=typed,
        errors=errors,
        queue=queue(),
        today=today,
        procedure=procedure,
        scanned_at=offer.digitised_at if offer else "",
        drawer_open=where.has_open_drawer,
        slip=slip_of(typed, today, actor=current_actor()) if offer else {},
        communes=communes_of(typed, today),
        offers_by_section=offers_by_section(where.offers),
        service_forms=forms,
        tallies=[kind.value for kind in TallyKind],
        **choices(offer, typed, today),
        signatures=_options("counter_signed", SignedHow),
    )


def choices(offer: Offer | None, typed: dict[str, str], on: date) -> dict[str, Options]:
    """The options of the fields that a filing at the counter and one online share."""
    by_post = typed.get("service_form") in list(BY_POST)
    brought = _options("counter_place", (Place.DOOR, Place.POINT))
    fetched = [("", say("counter_place_later")), *_options("counter_place", [Place.SECTION])]
    widest = offer.who_may_receive if offer else WhoMayReceive.PROXY
    return {
        "id_kinds": _options("id_kind", IdKind),
        "places": brought if by_post else fetched,
        "receivers": _options("counter_receiver", RECEIVERS[widest]),
        "reliefs": [("", say("counter_no_relief")), *_reliefs(on)],
        "pay_hows": _options("counter_pay", PayHow),
    }


def value_of(offer: Offer) -> str:
    """How the form names one procedure over one link."""
    return f"{offer.link_id}:{offer.procedure.id}"


def offers_by_section(offers: Iterable[Offer]) -> dict[str, list[dict[str, Any]]]:
    """The procedures taken in here, under the section that decides them."""
    by_section: dict[str, list[dict[str, Any]]] = {}
    for offer in sorted(offers, key=lambda one: one.section_name):
        row = {"value": value_of(offer), "name": named(offer.procedure), "one": offer.procedure}
        by_section.setdefault(offer.section_name, []).append(row)
    return by_section


def _service_forms(offer: Offer | None) -> Options:
    given = [form for form in FORMS if offer is None or form in offer.service_forms]
    return _options("counter_form", given)


def _reliefs(on: date) -> Options:
    codes = open_tariffs(units=container().units).tariff_on(on).reliefs
    return [(code, say(f"relief_{code.replace('-', '_')}")) for code in codes]


def _options(prefix: str, members: Iterable[Any]) -> Options:
    return [(one.value, say(f"{prefix}_{one.value}")) for one in members]
