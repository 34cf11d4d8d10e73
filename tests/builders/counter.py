"""A counter on a day of one's choice, and dossiers handed in there."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from postal_bridge.counter.commands import (
    AcceptDossier,
    Accepted,
    DeliveryWish,
    PayHow,
    Person,
    SignatureGiven,
    SignedHow,
    TalliedPaper,
)
from postal_bridge.counter.service import accept_dossier
from postal_bridge.custody.types import TallyKind
from postal_bridge.delivery.proof import Receiver
from postal_bridge.delivery.types import Place as ResultPlace
from postal_bridge.directory.rules import ServiceForm
from postal_bridge.directory.views import ProcedureView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.service import OpenDrawer, open_drawer
from tests.builders.directory import Place

HOA = Person(
    full_name="Nguyễn Thị Hoa",
    phone="0912 345 678",
    id_number="093099012345",
    address_text="12 Nguyễn Huệ, ấp 3",
    commune_code="31471",
)
AUGUST_2022 = datetime(2022, 8, 10, 1, 30, tzinfo=UTC)  # 8:30 in Vietnam


def once_key(key: str | None = None, *, body: str = "body") -> Once[Any]:
    """A request's key; the answer is the repr of its fields as JSON."""

    def render(result: Any) -> bytes:
        fields = {name: str(getattr(result, name)) for name in result.__slots__}
        return json.dumps(fields).encode()

    return Once(key or str(uuid4()), "POST /test", digest(body), render)


def published_tally(procedure: ProcedureView) -> tuple[TalliedPaper, ...]:
    """Every needed paper, counted as the list asks."""
    return tuple(
        TalliedPaper(
            paper.no,
            TallyKind(paper.default_tally),
            originals=paper.originals or int(paper.default_tally == TallyKind.ORIGINAL_SEEN),
            copies=paper.copies,
            sheets=1,
        )
        for paper in procedure.papers
        if paper.is_required
    )


def to_the_door(commune_code: str, **changes: Any) -> DeliveryWish:
    given: dict[str, Any] = {"place": ResultPlace.DOOR, "who_may_receive": Receiver.OWNER}
    return DeliveryWish(**(given | changes))


def a_filing(place: Place, procedure_key: str, **changes: Any) -> AcceptDossier:
    procedure = place.procedure(procedure_key)
    given: dict[str, Any] = {
        "link_id": place.link.id,
        "procedure_id": procedure.id,
        "service_form": ServiceForm.BOTH,
        "owner": HOA,
        "papers": published_tally(procedure),
        "signature": SignatureGiven(SignedHow.HANDWRITTEN),
        "delivery": to_the_door("31471"),
        "pay": PayHow.CASH,
        "amount_vnd": 0,
    }
    return AcceptDossier(**(given | changes))


def near(place: Place) -> str:
    """A commune whose fare area is the section's own."""
    assert place.section.commune_code is not None
    return place.section.commune_code


def home_delivery(place: Place, **changes: Any) -> AcceptDossier:
    owner = replace(HOA, commune_code=near(place))
    given: dict[str, Any] = {
        "owner": owner,
        "delivery": to_the_door(near(place)),
        "amount_vnd": 26_000,
    }
    return a_filing(place, "household-business", **(given | changes))


def open_shift(units: Units, clerk: Actor, float_vnd: int = 500_000) -> None:
    open_drawer(OpenDrawer(float_vnd), actor=clerk, units=units)


def hand_in(
    units: Units, folder: Path, filing: AcceptDossier, *, clerk: Actor, key: str | None = None
) -> dict[str, str]:
    """The dossier is accepted; returns the slip's fields."""
    answer = accept_dossier(
        filing, scans=(), actor=clerk, once=once_key(key), units=units, blobs=Blobs(folder)
    )
    slip: dict[str, str] = json.loads(answer)
    assert set(slip) == set(Accepted.__slots__)
    return slip
