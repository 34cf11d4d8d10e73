"""A dossier is accepted whole or not at all."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from postal_bridge.counter.commands import AcceptDossier, CompleteOnlineFiling, PayHow
from postal_bridge.counter.printing import print_slip
from postal_bridge.counter.rules import (
    CommuneMissing,
    CommuneNotKnown,
    DeliveryMissing,
    NothingToPay,
    PayAtDoorNeedsDoor,
    ReceiverTooWide,
)
from postal_bridge.counter.service import accept_dossier, complete_online_filing, seat
from postal_bridge.custody.service import items_of_dossier
from postal_bridge.custody.types import HolderKind
from postal_bridge.delivery.proof import ProofLevel, Receiver
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_of_dossier, delivery_view
from postal_bridge.delivery.types import Place as ResultPlace
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.exporting import rows_of
from postal_bridge.directory.rules import FareRefused, OnlineOnly, WhoMayReceive
from postal_bridge.directory.service import import_csv
from postal_bridge.dossiers.errors import PapersMissing
from postal_bridge.dossiers.following import timeline
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view, dossiers_for
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import AppError, Forbidden, IdempotencyMismatch
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.errors import AmountDiffers, DrawerNotOpen
from postal_bridge.money.service import drawer_of_clerk
from postal_bridge.people.service import staff_name
from tests.builders.counter import (
    HOA,
    a_filing,
    hand_in,
    once_key,
    open_shift,
    set_business_time,
    to_the_door,
)
from tests.builders.directory import Place, a_place
from tests.builders.people import a_clerk, a_courier, a_person, placed

AUGUST_2022 = datetime(2022, 8, 10, 1, 30, tzinfo=UTC)  # 8:30 in Vietnam
FLOAT_VND = 500_000


@pytest.fixture
def long_my(units: Units) -> Place:
    set_business_time(units, AUGUST_2022)
    return a_place(units, "long-my-seated-2025")


@pytest.fixture
def clerk(units: Units, long_my: Place) -> Actor:
    actor = a_clerk(units, "long-my-2025")
    open_shift(units, actor)
    return actor


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


def nothing_recorded(units: Units, actor: Actor) -> bool:
    with units.read() as uow:
        drawer = drawer_of_clerk(uow, actor=actor)
        money = [line for line in drawer.lines if line.amount_vnd != FLOAT_VND] if drawer else []
        return not dossiers_for(uow, actor.scope).rows and not money


def test_a_seated_clerk_gives_code_date_and_slip_in_one_visit(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    slip = hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)
    assert slip["paid_vnd"] == "26000"
    assert slip["dossier_code"] != "None"
    assert slip["is_expected_only"] == "False"
    assert len(slip["citizen_link"]) >= 22  # 128 bits in base64
    with units.read() as uow:
        dossier = dossier_view(uow, UUID(slip["dossier_id"]), clerk.scope)
        assert dossier.status is DossierStatus.PROCESSING
        (item,) = items_of_dossier(uow, dossier.id)
        assert item.holder is not None
        assert item.holder.kind is HolderKind.SECTION
        delivery = delivery_of_dossier(uow, dossier.id)
        assert delivery is not None
        assert delivery.status is DeliveryStatus.CLEARED


MOST_STATEMENTS = 50  # it once was 185: a ceiling, so that nobody brings a query back in a loop


def test_an_acceptance_asks_the_database_little(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)
    said: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        said.append(statement)

    event.listen(units.engine, "before_cursor_execute", note)
    hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)
    assert len(said) <= MOST_STATEMENTS, "\n".join(said)


def test_a_repeated_request_gets_the_same_slip(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    first = hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk, key="k")
    assert hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk, key="k") == first


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount_vnd": 25_999}, AmountDiffers),
        ({"amount_vnd": 0, "pay": PayHow.NOTHING}, NothingToPay),
        ({"papers": ()}, PapersMissing),
        ({"delivery": None}, DeliveryMissing),
        ({"owner": replace(HOA, commune_code="99999")}, CommuneNotKnown),
        ({"owner": replace(HOA, commune_code=None)}, CommuneMissing),
        (
            {"delivery": to_the_door("", place=ResultPlace.POINT), "pay": PayHow.AT_DOOR},
            PayAtDoorNeedsDoor,
        ),
        ({"owner": replace(HOA, full_name="")}, AppError),
        ({"owner": replace(HOA, phone="12")}, AppError),
    ],
)
def test_a_refused_filing_leaves_nothing_behind(
    units: Units,
    tmp_path: Path,
    long_my: Place,
    clerk: Actor,
    changes: dict[str, object],
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        hand_in(units, tmp_path, home_delivery(long_my, **changes), clerk=clerk)
    assert nothing_recorded(units, clerk)


def test_cash_needs_an_open_drawer(units: Units, tmp_path: Path, long_my: Place) -> None:
    clerk = a_clerk(units, "long-my-2025")
    with pytest.raises(DrawerNotOpen):
        hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)


def test_a_courier_accepts_no_dossiers(units: Units, tmp_path: Path, long_my: Place) -> None:
    with pytest.raises(Forbidden):
        hand_in(units, tmp_path, home_delivery(long_my), clerk=a_courier(units, "long-my-2025"))


def test_another_body_under_the_same_key_is_refused(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk, key="k")
    with pytest.raises(IdempotencyMismatch):
        accept_dossier(
            home_delivery(long_my),
            scans=(),
            actor=clerk,
            once=once_key("k", body="other"),
            units=units,
            blobs=Blobs(tmp_path),
        )


def test_in_carrier_mode_the_date_is_only_expected_and_the_clerk_holds_the_envelope(
    units: Units, tmp_path: Path
) -> None:
    set_business_time(units, AUGUST_2022)
    place = a_place(units, "long-tri-commune-2025")
    clerk = a_clerk(units, "long-tri-2025")
    open_shift(units, clerk)
    owner = replace(HOA, commune_code=near(place))
    filing = a_filing(
        place, "civil-extract", owner=owner, delivery=to_the_door("", place=ResultPlace.POINT)
    )
    with pytest.raises(AmountDiffers) as refused:
        hand_in(units, tmp_path, filing, clerk=clerk)
    due = int(refused.value.params["quoted_vnd"])
    slip = hand_in(units, tmp_path, replace(filing, amount_vnd=due), clerk=clerk)
    assert slip["dossier_code"] == "None"
    assert slip["is_expected_only"] == "True"
    with units.read() as uow:
        (item,) = items_of_dossier(uow, UUID(slip["dossier_id"]))
        assert item.holder is not None
        assert (item.holder.kind, item.holder.id) == (HolderKind.STAFF, clerk.id)
        assert item.seal_number == item.number


def test_paper_of_an_online_only_procedure_is_refused_with_the_way_to_file(
    units: Units, tmp_path: Path
) -> None:
    place = a_place(units, "long-my-province-result")
    clerk = a_clerk(units, "long-my")
    open_shift(units, clerk)
    owner = replace(HOA, commune_code=near(place))
    with pytest.raises(OnlineOnly):
        hand_in(units, tmp_path, a_filing(place, "land-change", owner=owner), clerk=clerk)


def test_nobody_else_receives_what_the_procedure_gives_to_its_owner_alone(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    wish = to_the_door(near(long_my), who_may_receive=Receiver.PROXY)
    procedure = long_my.procedure("household-business")
    if procedure.who_may_receive == "proxy":
        pytest.skip("this procedure lets a proxy receive")
    with pytest.raises(ReceiverTooWide):
        hand_in(units, tmp_path, home_delivery(long_my, delivery=wish), clerk=clerk)


def agree_anew(units: Units, place: Place, **cells: str) -> None:
    """The link says something else from now on."""
    with units.read() as uow:
        rows = rows_of(uow, ImportKind.LINKS)
    row = next(one for one in rows if one["key"] == place.link.key) | cells
    file = f"{','.join(row)}\n{','.join(row.values())}\n".encode()
    assert import_csv("links", file, actor=Actor.operator(), units=units).changed == 1


def demanded(units: Units, slip: dict[str, str], clerk: Actor) -> ProofLevel:
    with units.read() as uow:
        return delivery_view(uow, UUID(slip["delivery_id"]), clerk.scope).proof_demanded


def test_the_proof_an_agreement_demands_is_kept_with_each_delivery_as_it_was_then(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    before = hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)
    agree_anew(units, long_my, proof_demanded="no_complaint")
    after = hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)
    assert demanded(units, before, clerk) is ProofLevel.OWN_PROOF
    assert demanded(units, after, clerk) is ProofLevel.CARRIER_EVIDENCE  # the document's own


def test_what_follows_a_refused_fare_is_kept_with_each_delivery_as_it_was_then(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    def kept(slip: dict[str, str]) -> FareRefused:
        with units.read() as uow:
            return delivery_view(uow, UUID(slip["delivery_id"]), clerk.scope).fare_refused

    before = hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)
    agree_anew(units, long_my, fare_refused="return")
    after = hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)
    assert kept(before) is FareRefused.HOLD  # the shipped file has no such column
    assert kept(after) is FareRefused.RETURN


def test_an_agreement_may_let_fewer_people_receive_than_the_procedure(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    may_receive = (replace(HOA, full_name="Trần Văn Bình"),)
    wish = to_the_door(
        near(long_my), who_may_receive=Receiver.HOUSEHOLD_MEMBER, may_receive=may_receive
    )
    filing = home_delivery(long_my, delivery=wish)
    hand_in(units, tmp_path, filing, clerk=clerk)
    agree_anew(units, long_my, who_may_receive="owner_only")
    with pytest.raises(ReceiverTooWide):
        hand_in(units, tmp_path, filing, clerk=clerk)
    offers = seat(actor=clerk, units=units).offers
    assert {one.who_may_receive for one in offers if one.link_id == long_my.link.id} == {
        WhoMayReceive.OWNER_ONLY
    }


def test_the_counter_is_told_where_the_agreement_has_papers_scanned(
    units: Units, long_my: Place, clerk: Actor
) -> None:
    def said() -> set[str]:
        offers = seat(actor=clerk, units=units).offers
        return {one.digitised_at for one in offers if one.link_id == long_my.link.id}

    assert said() == {""}  # the shipped file has no such column
    agree_anew(units, long_my, digitised_at="section")
    assert said() == {"section"}


def test_of_an_online_filing_only_the_result_travels(units: Units, tmp_path: Path) -> None:
    place = a_place(units, "long-my-province-result")
    clerk = a_clerk(units, "long-my")
    open_shift(units, clerk)
    own = a_place(units, "long-my-commune").section.commune_code or ""
    with units.read() as uow:
        yesterday = uow.now - timedelta(days=1)
    filing = CompleteOnlineFiling(
        link_id=place.link.id,
        procedure_id=place.procedure("driving-licence-exchange").id,
        dossier_code="H13.5-261110-0042",
        received_at=yesterday,
        owner=replace(HOA, commune_code=own),
        delivery=to_the_door(own),
        amount_vnd=30_000,
    )
    answer = complete_online_filing(filing, actor=clerk, once=once_key(), units=units)
    slip = json.loads(answer)
    assert slip["dossier_code"] == "H13.5-261110-0042"
    with units.read() as uow:
        dossier = dossier_view(uow, UUID(slip["dossier_id"]), clerk.scope)
        assert dossier.status is DossierStatus.PROCESSING
        assert dossier.received_at == yesterday
        assert items_of_dossier(uow, dossier.id) == ()
        told = {step.kind for step in timeline(uow, dossier.id)}
    assert "dossier.received" in told
    assert "dossier.sent_to_agency" not in told, "nothing was carried there"


def test_a_slip_printed_by_a_colleague_still_names_who_accepted(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    slip = hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)
    other = a_person(units, name="Neáng Sa Rươn")
    colleague = placed(units, other, Role.CLERK, seat_point_id=long_my.link.point_id)
    with units.read() as uow:
        name = staff_name(uow, UUID(clerk.id))
    printed = print_slip(
        UUID(slip["dossier_id"]),
        follow_url="https://example.vn/tra-cuu",
        texts=Texts.load(),
        language="vi",
        actor=colleague,
        units=units,
    )
    assert printed.slip.clerk_name == name
    assert printed.appointment is not None
    assert printed.appointment.receiver_name == name
