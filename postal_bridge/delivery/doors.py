"""Doors known from good hand-overs, with the consent of whoever received. Parts.

A spot stands sealed under the key of the dossier it comes from, is found by an HMAC of the address,
and is gone with the consent, the dossier's key, a dispute, or the end of its retention. It serves
deliveries to the same address in the same commune and nothing else.
"""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import UUID

from postal_bridge.delivery.door_rules import (
    CONSENT,
    CONSENT_TEXT,
    Spot,
    agreed,
    door_key,
    teaches,
)
from postal_bridge.delivery.door_store import DoorStore
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.tables import DeliveryRow, DoorSpotRow
from postal_bridge.delivery.types import Fix, Position
from postal_bridge.dossiers.retention import (
    RetentionClass,
    RetentionRule,
    retention_rules,
    rule_in_force,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.kernel.vault import Erased
from postal_bridge.people.service import (
    NewConsent,
    consents_of,
    party_view,
    record_consent,
    withdraw_consent,
)
from postal_bridge.people.views import ConsentView

LATE = timedelta(days=3)  # how long after its end a spot may wait for the daily work
GOOD = frozenset({DeliveryStatus.HANDED_OVER, DeliveryStatus.CONFIRMED})


def door_rule(uow: ReadUnit) -> RetentionRule | None:
    """How long a door is remembered today; None: no rule lets it be."""
    return rule_in_force(RetentionClass.DOOR, local(uow.now).date(), retention_rules())


def door_consent(uow: ReadUnit, dossier_id: UUID) -> ConsentView | None:
    """The consent that stands; None: not given, or withdrawn."""
    consents = consents_of(uow, dossier_id)
    return next((c for c in consents if c.purpose == CONSENT and c.withdrawn_at is None), None)


def allow_door(
    uow: UnitOfWork, dossier_id: UUID, party_id: UUID, channel: str, *, actor: Actor
) -> None:
    """The door may be remembered from the hand-over on; a second yes changes nothing."""
    if door_consent(uow, dossier_id) is None:
        new = NewConsent(dossier_id, party_id, CONSENT, CONSENT_TEXT, channel)
        record_consent(uow, new, actor=actor)


def forget_door(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor) -> None:
    """The consent is withdrawn and what was remembered of this dossier is gone."""
    consent = door_consent(uow, dossier_id)
    if consent is not None:
        withdraw_consent(uow, consent.id, actor=actor)
    drop_doors(uow, dossier_id)


def remember_door(uow: UnitOfWork, row: DeliveryRow, fix: Fix | None) -> None:
    """The door of a proved hand-over is remembered, where that was allowed and is exact enough."""
    consent = door_consent(uow, row.dossier_id)
    key = door_of(uow, row.recipient_party_id)
    rule, today = door_rule(uow), local(uow.now).date()
    if consent is None or key is None or rule is None or fix is None or not teaches(fix):
        return
    spot = DoorSpotRow(
        id=new_id(),
        dossier_id=row.dossier_id,
        delivery_id=row.id,
        consent_id=consent.id,
        blind=uow.vault.blind(key)[0],
        handed_over_on=today,
        kept_until=datetime.combine(rule.ends_on(today), time(), VIETNAM),
    )
    plain = {"lat": fix.lat, "lon": fix.lon, "accuracy_m": fix.accuracy_m}
    sealed = json.dumps(plain).encode()
    spot.spot_sealed = uow.vault.seal(row.dossier_id, sealed, place=_place(spot))
    DoorStore(uow.session).add(spot)


def known_door(uow: ReadUnit, party_id: UUID) -> Position | None:
    """Where hand-overs agree that this person's address is; None: not known well enough."""
    key = door_of(uow, party_id)
    if key is None:
        return None
    rows = DoorStore(uow.session).found(uow.vault.blind(key), uow.now)
    return agreed([spot for row in rows if (spot := _spot(uow, row)) is not None])


def drop_doors(uow: UnitOfWork, dossier_id: UUID) -> None:
    """Nothing of this dossier is remembered; its consents stand as they were given."""
    DoorStore(uow.session).drop_of_dossier(dossier_id)


def forget_contested(uow: UnitOfWork, delivery_id: UUID) -> None:
    """A hand-over that somebody denies teaches nothing."""
    DoorStore(uow.session).drop_of_delivery(delivery_id)


def forget_old_doors(uow: UnitOfWork) -> int:
    """What may be kept no longer is gone; returns how many."""
    return DoorStore(uow.session).drop_old(uow.now)


def rewrite_door_forms(uow: UnitOfWork, limit: int) -> int:
    """So many more doors are found under the active key; 0: all of them are.

    A door whose address is gone, or is another than it was found by, is forgotten: under the new
    key nobody would find it again.
    """
    store = DoorStore(uow.session)
    waiting = store.under_others(uow.ring.active(Purpose.BLIND_INDEX).id, limit)
    for spot, delivery in waiting:
        forms = _forms(uow, delivery.recipient_party_id)
        if spot.blind in forms:
            spot.blind = forms[0]
        else:
            store.drop_of_delivery(delivery.id)
    uow.session.flush()
    return len(waiting)


def _forms(uow: ReadUnit, party_id: UUID) -> list[str]:
    try:
        key = door_of(uow, party_id)
    except Erased:
        return []
    return uow.vault.blind(key) if key is not None else []


def verify_doors(uow: ReadUnit) -> Iterator[Finding]:
    """Nothing is remembered without consent, too long, or from a hand-over that does not stand."""
    for spot, delivery in DoorStore(uow.session).every():
        consent = door_consent(uow, spot.dossier_id)
        about = f"delivery:{delivery.label}"
        if consent is None or consent.id != spot.consent_id:
            yield Finding(about, "door_without_consent")
        if spot.kept_until + LATE < uow.now:
            yield Finding(about, "door_kept_too_long")
        if delivery.status not in GOOD:
            yield Finding(about, "door_of_no_hand_over")


def door_of(uow: ReadUnit, party_id: UUID) -> str | None:
    """How this person's door is known again; None where no address is written."""
    person = party_view(uow, party_id)
    return door_key(person.commune_code, person.address_text, person.full_name)


def _spot(uow: ReadUnit, row: DoorSpotRow) -> Spot | None:
    try:
        plain = uow.vault.open(row.dossier_id, row.spot_sealed, place=_place(row))
    except Erased:
        return None  # its dossier's key is gone, and so is the spot
    return Spot(**json.loads(plain), on=row.handed_over_on)


def _place(row: DoorSpotRow) -> str:
    return f"door_spots.spot_sealed:{row.id}"
