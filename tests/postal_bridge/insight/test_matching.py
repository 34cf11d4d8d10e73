"""Three sides of one day: whatever does not agree is named, with its segment and both parties."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postal_bridge.custody.types import Holder, HolderKind
from postal_bridge.custody.whereabouts import Whereabouts
from postal_bridge.dossiers.arrivals import Arrival
from postal_bridge.insight.matching import (
    Difference,
    DifferenceKind,
    PartyKind,
    Segment,
    Sides,
    differences_of,
    totals_of,
)
from postal_bridge.kernel.ids import new_id
from postal_bridge.money.reconciling import CashNotHandedIn, FeesOfDossier, FeeWaiting

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
OFFICE, SECTION, OTHER = new_id(), new_id(), new_id()
_D = DifferenceKind


def sides(**given: Any) -> tuple[Sides, Any]:
    """One dossier of 15,000 đồng; everything agrees unless something is given."""
    dossier_id, driver = new_id(), new_id()
    at = {
        "received": 15_000, "remitted": 15_000, "received_at": NOON, "status": "received",
        "section": SECTION, "is_known": True, **given,
    }  # fmt: skip
    fee = FeesOfDossier(
        dossier_id, SECTION, OFFICE, ("AA-0000001",), at["received"], at["remitted"]
    )
    arrival = Arrival(dossier_id, "H12-1", at["section"], OFFICE, at["received_at"], at["status"])
    held = Whereabouts("RR000000017VN", Holder(HolderKind.STAFF, str(driver)))
    known = {dossier_id: arrival} if at["is_known"] else {}
    return Sides((fee,), (), (), known, {dossier_id: held}), driver


def only(found: Sides) -> Difference:
    (one,) = differences_of(found)
    return one


def test_what_agrees_is_not_listed() -> None:
    assert list(differences_of(sides()[0])) == []
    assert list(differences_of(sides(received=0, remitted=0)[0])) == []
    ended = sides(received_at=None, remitted=0, received=0, status="cancelled")[0]
    assert list(differences_of(ended)) == []


@pytest.mark.parametrize(
    ("given", "kind", "segment"),
    [
        ({"received_at": None}, _D.NOT_COUNTED_IN, Segment.COUNTER_TO_SECTION),
        ({"received_at": None, "remitted": 0}, _D.NOT_COUNTED_IN, Segment.COUNTER_TO_SECTION),
        ({"remitted": 0}, _D.NOT_REMITTED, Segment.OFFICE_TO_AGENCY),
        ({"remitted": 14_999}, _D.AMOUNT_DIFFERS, Segment.OFFICE_TO_AGENCY),
        ({"received": 0}, _D.AMOUNT_DIFFERS, Segment.OFFICE_TO_AGENCY),
        ({"section": OTHER}, _D.OTHER_SECTION, Segment.OFFICE_TO_AGENCY),
        ({"is_known": False}, _D.NO_DOSSIER, Segment.OFFICE_TO_AGENCY),
    ],
)
def test_each_disagreement_is_named_with_item_segment_and_parties(
    given: dict[str, Any], kind: DifferenceKind, segment: Segment
) -> None:
    found, driver = sides(**given)
    one = only(found)
    assert (one.kind, one.segment) == (kind, segment)
    assert "RR000000017VN" in one.number
    assert one.receipt_numbers == ("AA-0000001",)
    assert one.giver != one.taker
    if kind is _D.NOT_COUNTED_IN:
        assert (one.giver.kind, one.giver.id) == (PartyKind.STAFF, str(driver))
        assert (one.taker.kind, one.taker.id) == (PartyKind.SECTION, str(SECTION))
    elif kind is not _D.OTHER_SECTION:
        assert (one.giver.kind, one.giver.id) == (PartyKind.UNIT, str(OFFICE))


def test_a_fee_that_was_not_taken_is_named_only_where_the_dossier_has_arrived() -> None:
    there, away = new_id(), new_id()
    waiting = tuple(FeeWaiting(one, SECTION, OFFICE, 15_000) for one in (there, away))
    known = {
        there: Arrival(there, "H12-2", SECTION, OFFICE, NOON, "received"),
        away: Arrival(away, "H12-3", SECTION, OFFICE, None, "accepted"),
    }
    one = only(Sides((), waiting, (), known, {}))
    assert (one.kind, one.dossier_id) == (_D.COUNTED_NOT_PAID, there)
    assert (one.giver.kind, one.taker.kind) == (PartyKind.CITIZEN, PartyKind.UNIT)


def test_cash_on_the_road_names_the_courier_and_the_office() -> None:
    dossier_id = new_id()
    cash = (
        CashNotHandedIn("c1", OFFICE, dossier_id, 26_000),
        CashNotHandedIn("c1", OFFICE, None, 4_000),
    )
    found = list(differences_of(Sides((), (), cash, {}, {})))
    assert [one.received_vnd for one in found] == [26_000, 4_000]
    assert {(one.giver.kind, one.giver.id) for one in found} == {(PartyKind.STAFF, "c1")}
    assert totals_of(Sides((), (), cash, {}, {})).on_road_vnd == 30_000


states = st.fixed_dictionaries(
    {
        "received": st.sampled_from([0, 15_000]),
        "remitted": st.sampled_from([0, 14_000, 15_000]),
        "received_at": st.sampled_from([None, NOON]),
        "section": st.sampled_from([SECTION, OTHER]),
        "is_known": st.booleans(),
    }
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(states)
def test_no_dossier_disagrees_in_silence(state: dict[str, Any]) -> None:
    """Listed exactly when receipts, counting in and remittance do not tell the same."""
    found = list(differences_of(sides(**state)[0]))
    money_agrees = state["received"] == state["remitted"]
    arrived = state["received_at"] is not None
    agrees = (
        state["is_known"]
        and state["section"] == SECTION
        and money_agrees
        and (arrived or state["received"] == 0)
    )
    assert bool(found) is not agrees
