"""What a link's agreement says holds for dossiers accepted from then on."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from postal_bridge.counter.commands import PayHow
from postal_bridge.counter.rules import AuthorityNotAgreed, BorneReasonMissing, ReceiverTooWide
from postal_bridge.counter.service import seat
from postal_bridge.delivery.proof import ProofLevel, Receiver
from postal_bridge.delivery.service import delivery_view
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.exporting import rows_of
from postal_bridge.directory.rules import FareRefused, WhoMayReceive
from postal_bridge.directory.service import import_csv
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.service import verify_ledger
from postal_bridge.money.tables import JournalEntry
from tests.builders.counter import HOA, hand_in, home_delivery, near, to_the_door
from tests.builders.directory import Place


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


def test_an_authority_pays_by_its_agreement_or_by_the_word_of_two(
    units: Units, tmp_path: Path, long_my: Place, clerk: Actor
) -> None:
    alone = home_delivery(long_my, pay=PayHow.AUTHORITY, amount_vnd=0)
    himself = replace(alone, second_staff_id=UUID(clerk.id), borne_reason="CV 12")
    for one in (alone, himself):
        with pytest.raises(AuthorityNotAgreed):
            hand_in(units, tmp_path, one, clerk=clerk)
    other = new_id()
    with pytest.raises(BorneReasonMissing):
        hand_in(units, tmp_path, replace(alone, second_staff_id=other), clerk=clerk)
    assert entries(units) == []
    both = replace(alone, second_staff_id=other, borne_reason="công văn 12")
    hand_in(units, tmp_path, both, clerk=clerk)
    assert entries(units) == [("authority_payment", "công văn 12", f"staff:{other}")]
    agree_anew(units, long_my, fare_borne="household-business")
    hand_in(units, tmp_path, alone, clerk=clerk)
    assert entries(units)[1:] == [("authority_payment", None, None)]
    with units.read() as uow:
        assert not list(verify_ledger(uow))


def entries(units: Units) -> list[tuple[str, str | None, str | None]]:
    with units.read() as uow:
        rows = uow.session.scalars(select(JournalEntry).order_by(JournalEntry.recorded_at))
        paid = [row for row in rows if row.kind == "authority_payment"]
        return [(row.kind, row.reason, row.second_person) for row in paid]


def test_an_agreement_bears_no_fare_of_a_procedure_it_does_not_take(
    units: Units, long_my: Place
) -> None:
    with units.read() as uow:
        rows = rows_of(uow, ImportKind.LINKS)
    row = next(one for one in rows if one["key"] == long_my.link.key) | {"fare_borne": "nothing"}
    file = f"{','.join(row)}\n{','.join(row.values())}\n".encode()
    seen = import_csv("links", file, actor=Actor.operator(), units=units)
    wrong = [(one.column, one.code) for one in seen.errors]
    assert wrong == [("fare_borne", "import_not_of_link")]
