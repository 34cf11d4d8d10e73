"""Links from proposal to end, what may not stand side by side, and rows edited by hand."""

import json
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.directory.agreements import EditRow, ProposeLink
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.exporting import rows_of
from postal_bridge.directory.rules import AcceptanceMode, LinkAction, LinkContradicts, LinkStatus
from postal_bridge.directory.service import (
    KeyTaken,
    LinkView,
    MoveLink,
    RowRefused,
    edit_row,
    import_csv,
    link_view,
    load_reference,
    move_link,
    past_changes,
    point_by_key,
    propose_link,
)
from postal_bridge.directory.terms import Terms, contradiction
from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.directory import CARRIER_LINK, a_place

OPERATOR = Actor.operator()
CLERK = Actor(ActorKind.STAFF, "c", roles=frozenset({Role.CLERK, Role.SUPERVISOR}))
FRESH = {
    "key": "long-tri-second",
    "section": "ttpvhcc-p-long-my",
    "service_point": "long-tri",
    "acceptance_mode": "carrier",
    "procedures": "household-business",
    "service_forms": "send receive",
    "transport_days": "1 3 5",
    "transport_departures": "09:30 15:30",
    "transit_h": "4",
    "digitised_at": "point",
    "proof_demanded": "own_proof",
    "who_may_receive": "household",
    "fee_channel": "agency_account",
    "valid_from": "2026-01-01",
}


def once(key: str = "k") -> Once[LinkView]:
    return Once(key, "POST /links", "b", lambda view: json.dumps({"id": str(view.id)}).encode())


def propose(units: Units, key: str = "k", **cells: str) -> UUID:
    command = ProposeLink({**FRESH, **cells})
    answer = propose_link(command, actor=OPERATOR, once=once(key), units=units)
    return UUID(json.loads(answer)["id"])


def test_a_proposed_link_carries_its_terms_and_takes_nothing_in(units: Units) -> None:
    place = a_place(units, CARRIER_LINK)
    made = propose(units, procedures="civil-extract", section="ttpvhcc-can-tho")
    with units.read() as uow:
        link = link_view(uow, made, place.on)
    assert link.status is LinkStatus.PROPOSED
    assert (link.digitised_at, link.transit_h, link.transport_days) == ("point", 4, (1, 3, 5))
    assert link.departures == ("09:30", "15:30")
    assert (link.proof_demanded, link.who_may_receive) == ("own_proof", "household")


def test_the_same_proposal_twice_is_one_link(units: Units) -> None:
    load_reference(units)
    assert propose(units) == propose(units)
    with pytest.raises(KeyTaken):
        propose(units, "another")


def test_what_is_wrong_in_a_proposal_is_named_by_column_and_nothing_is_kept(units: Units) -> None:
    load_reference(units)
    with pytest.raises(RowRefused) as refusal:
        propose(units, section="nowhere", proof_demanded="", transport_days="9")
    assert {problem.column for problem in refusal.value.problems} >= {
        "proof_demanded", "transport_days",
    }  # fmt: skip
    propose(units)  # the key of the refused request is free


def test_a_link_that_contradicts_an_active_one_is_proposed_but_not_activated(units: Units) -> None:
    place = a_place(units, CARRIER_LINK)
    section, point = place.section.key, place.point.key
    made = propose(units, section=section, service_point=point)
    agree = MoveLink(made, LinkAction.AGREE)
    with pytest.raises(LinkContradicts) as refusal:
        move_link(agree, actor=OPERATOR, units=units)
    assert refusal.value.params["other"] == place.link.key
    move_link(MoveLink(place.link.id, LinkAction.SUSPEND), actor=OPERATOR, units=units)
    assert move_link(agree, actor=OPERATOR, units=units).status is LinkStatus.ACTIVE
    resume = MoveLink(place.link.id, LinkAction.RESUME)
    with pytest.raises(LinkContradicts):
        move_link(resume, actor=OPERATOR, units=units)


def test_a_file_moves_a_link_only_as_the_table_does(units: Units) -> None:
    place = a_place(units, CARRIER_LINK)

    def brought(state: str) -> tuple[str, list[str]]:
        with units.read() as uow:
            (row,) = [one for one in rows_of(uow, ImportKind.LINKS) if one["key"] == CARRIER_LINK]
        row = {**row, "state": state}
        content = ",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values())
        report = import_csv("links", content.encode(), actor=OPERATOR, units=units)
        with units.read() as uow:
            stands = link_view(uow, place.link.id, date(2026, 3, 2)).status
        return stands.value, [code for _, _, code in report.errors]

    assert brought("suspended") == ("suspended", [])
    assert brought("") == ("suspended", [])  # what is not said stays
    assert brought("proposed") == ("suspended", ["import_link_state"])
    assert brought("active") == ("active", [])
    assert brought("ended") == ("ended", [])
    assert brought("active") == ("ended", ["import_link_state"])


def test_a_file_may_not_bring_a_contradiction_either(units: Units) -> None:
    load_reference(units)
    with units.read() as uow:
        rows = {row["key"]: row for row in rows_of(uow, ImportKind.LINKS)}
    twin = {**rows[CARRIER_LINK], "key": "twin"}
    content = ",".join(twin) + "\n" + ",".join(f'"{cell}"' for cell in twin.values())
    report = import_csv("links", content.encode(), actor=OPERATOR, units=units)
    assert [(row, code) for row, _, code in report.errors] == [(2, "import_link_contradicts")]
    with units.read() as uow:
        assert "twin" not in {row["key"] for row in rows_of(uow, ImportKind.LINKS)}


def terms(key: str, begins: int, ends: int, mode: AcceptanceMode, procedures: frozenset[int]):  # type: ignore[no-untyped-def]
    start = date(2026, 1, 1)
    return Terms(
        key, UUID(int=1), UUID(int=2), mode, frozenset(UUID(int=one) for one in procedures),
        start + timedelta(days=begins), start + timedelta(days=ends),
    )  # fmt: skip


PROCEDURES = (frozenset({1}), frozenset({2}), frozenset({1, 2}))
agreements = st.tuples(
    st.sampled_from("ab"), st.integers(0, 4), st.integers(0, 3),
    st.sampled_from(AcceptanceMode), st.sampled_from(PROCEDURES),
).map(lambda drawn: terms(drawn[0], drawn[1], drawn[1] + drawn[2], drawn[3], drawn[4]))  # fmt: skip


@given(agreements, agreements)
def test_agreements_contradict_exactly_on_a_day_both_hold_with_two_roles_or_one_procedure(
    one: Terms, other: Terms
) -> None:
    def days(held: Terms) -> set[date]:
        assert held.valid_from is not None
        assert held.valid_to is not None
        length = (held.valid_to - held.valid_from).days
        return {held.valid_from + timedelta(days=n) for n in range(length + 1)}

    at_odds = one.mode != other.mode or bool(one.procedure_ids & other.procedure_ids)
    expected = one.key != other.key and at_odds and bool(days(one) & days(other))
    assert (contradiction(one, [other]) is not None) == expected
    assert (contradiction(other, [one]) is not None) == expected


def test_agreements_with_two_sections_never_contradict() -> None:
    one = terms("a", 0, 9, AcceptanceMode.CARRIER, frozenset({1}))
    elsewhere = Terms(
        "b", uuid4(), one.point_id, AcceptanceMode.SEATED, one.procedure_ids, None, None
    )
    assert contradiction(one, [elsewhere]) is None


def test_a_point_is_edited_by_the_rules_of_the_file_and_its_history_says_who(units: Units) -> None:
    load_reference(units)
    offers = {
        "abilities": "accept return",
        "accessibility": "step_free",
        "cut_off": "Mon-Fri 15:30",
    }
    command = EditRow(ImportKind.SERVICE_POINTS, "long-my", {**offers, "hotline": "0293 111 222"})
    edit_row(command, actor=OPERATOR, units=units)
    with units.read() as uow:
        point = point_by_key(uow, "long-my")
        (change,) = past_changes(uow, kind="service_points", key="long-my")
    assert point.abilities == ("accept", "return")
    assert (point.accessibility, point.cut_off) == (("step_free",), "Mon-Fri 15:30")
    assert ("hotline", "0000 000 002", "0293 111 222") in change.differences
    assert (change.what, change.actor) == ("changed", OPERATOR.ref)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"lat": "105.6", "lon": "9.68"}, ("lat", "import_swapped_lat_lon")),
        ({"lat": "48.85", "lon": "2.35"}, ("lat", "import_outside_vietnam")),
        ({"lat": "11.55", "lon": "104.92"}, ("lat", "import_outside_vietnam")),  # Phnom Penh
        ({"lat": ""}, ("lat", "import_half_a_point")),
        ({"abilities": "accept fly"}, ("abilities", "import_unknown_value")),
        ({"kind": "castle"}, ("kind", "import_unknown_value")),
    ],
)
def test_an_edit_that_cannot_be_is_refused_by_column(
    units: Units, cells: dict[str, str], fault: tuple[str, str]
) -> None:
    load_reference(units)
    with pytest.raises(RowRefused) as refusal:
        edit_row(EditRow(ImportKind.SERVICE_POINTS, "long-my", cells), actor=OPERATOR, units=units)
    assert [(one.column, one.code) for one in refusal.value.problems] == [fault]


def test_moves_are_in_the_history(units: Units) -> None:
    place = a_place(units, CARRIER_LINK)
    move_link(MoveLink(place.link.id, LinkAction.SUSPEND), actor=OPERATOR, units=units)
    with units.read() as uow:
        (change,) = past_changes(uow, kind="links", key=place.link.key)
    assert change.differences == (("state", "active", "suspended"),)


def test_only_the_operator_proposes_and_edits(units: Units) -> None:
    load_reference(units)
    with pytest.raises(Forbidden):
        propose_link(ProposeLink(FRESH), actor=CLERK, once=once(), units=units)
    command = EditRow(ImportKind.SERVICE_POINTS, "long-my", {})
    with pytest.raises(Forbidden):
        edit_row(command, actor=CLERK, units=units)
    with pytest.raises(NotFound):
        edit_row(EditRow(ImportKind.SERVICE_POINTS, "none", {}), actor=OPERATOR, units=units)
