"""Which points take a dossier in near a place; every other point says why it does not."""

from datetime import date, datetime

import pytest

from config.register import load_register
from geo.distance import great_circle_m
from geo.point import Point
from geo.service_areas import ServedBy
from postal_bridge.directory.areas import AreaFiles, publish_areas
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.exporting import rows_of
from postal_bridge.directory.nearby import (
    LookNear,
    Nearby,
    NearOrder,
    PointNearby,
    ProcedureUnknown,
    business_day,
    find_points_near,
)
from postal_bridge.directory.rules import Ability, LinkAction
from postal_bridge.directory.service import (
    EditRow,
    MoveLink,
    UnitCodeUnknown,
    edit_row,
    import_csv,
    move_link,
)
from postal_bridge.directory.suiting import WhyNot
from postal_bridge.directory.whereabouts import (
    NotInVietnam,
    Swapped,
    whereabouts_of_address,
    whereabouts_of_commune,
    whereabouts_of_point,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.directory import CARRIER_LINK, ELSEWHERE_LINK, a_place

LONG_MY = Point(9.6862, 105.609)
CAN_THO, DONG_NAI = "92", "75"
TAKEN_IN = "civil-extract"


def near(units: Units, **changes: object) -> Nearby:
    wanted = {"place": LONG_MY, "province_code": CAN_THO, "procedure": TAKEN_IN, "limit": 50}
    return find_points_near(LookNear(**{**wanted, **changes}), units=units)  # type: ignore[arg-type]


def why_not(found: Nearby, key: str) -> WhyNot | None:
    return next(one.why_not for one in found.others if one.point.key == key)


@pytest.fixture
def place_key(units: Units) -> str:
    return a_place(units, CARRIER_LINK).point.key


def test_every_point_is_judged_and_those_that_take_it_in_come_by_distance(
    units: Units, place_key: str
) -> None:
    found = near(units)
    assert place_key in {one.point.key for one in found.accepting}
    metres = [one.distance_m for one in found.accepting]
    assert metres == sorted(metres, key=lambda m: m or 0)
    for one in (*found.accepting, *found.others):
        assert one.point.lat is not None
        assert one.point.lon is not None
        exact = great_circle_m(LONG_MY, Point(one.point.lat, one.point.lon))
        assert one.distance_m == round(exact)
    assert not {one.why_not for one in found.accepting} - {None}
    assert all(one.why_not for one in found.others)
    assert (len(found.accepting), len(found.others)) == (
        found.accepting_count, found.others_count,
    )  # fmt: skip


def test_what_is_accepted_names_link_section_and_who_decides(units: Units, place_key: str) -> None:
    one = next(one for one in near(units).accepting if one.point.key == place_key)
    assert one.link is not None
    assert one.link.key == CARRIER_LINK
    assert one.section is not None
    assert one.section.id == one.link.section_id
    assert one.agency is not None
    assert one.handed_in_at is not None
    assert one.arrives_at is not None
    assert one.arrives_at > one.handed_in_at


def test_the_soonest_comes_first_when_asked_so(units: Units, place_key: str) -> None:
    arrivals = [one.arrives_at for one in near(units, order=NearOrder.ARRIVAL).accepting]
    known = [moment for moment in arrivals if moment is not None]
    assert known == sorted(known)
    assert arrivals[: len(known)] == known


def expected_at(units: Units, key: str) -> datetime:
    at = next(one.arrives_at for one in near(units).accepting if one.point.key == key)
    assert at is not None
    return at


def test_after_a_points_cut_off_the_agency_has_it_later(units: Units, place_key: str) -> None:
    with units.read() as uow:
        rows = rows_of(uow, ImportKind.LINKS)
    link = next(cells for cells in rows if cells["key"] == CARRIER_LINK)
    link |= {"transport_days": "1 2 3 4 5 6 7", "transport_departures": "23:59"}
    file = f"{','.join(link)}\n{','.join(link.values())}\n".encode()
    assert import_csv("links", file, actor=Actor.operator(), units=units).changed == 1
    before = expected_at(units, place_key)
    late = EditRow(ImportKind.SERVICE_POINTS, place_key, {"cut_off": "Mon-Sun 00:00"})
    edit_row(late, actor=Actor.operator(), units=units)
    assert expected_at(units, place_key) > before


def test_a_point_of_another_province_says_so_and_takes_its_own_in(units: Units) -> None:
    elsewhere = a_place(units, ELSEWHERE_LINK).point.key
    assert why_not(near(units), elsewhere) is WhyNot.OTHER_PROVINCE
    there = near(units, province_code=DONG_NAI)
    assert elsewhere in {one.point.key for one in there.accepting}


def test_without_a_known_province_no_point_is_left_out_for_it(units: Units) -> None:
    a_place(units)
    found = near(units, province_code=None)
    assert WhyNot.OTHER_PROVINCE not in {one.why_not for one in found.others}


def test_a_suspended_link_a_missing_procedure_and_a_rule_are_told_apart(
    units: Units, place_key: str
) -> None:
    link = a_place(units, CARRIER_LINK).link
    in_no_link_there = near(units, procedure="birth-registration")
    assert why_not(in_no_link_there, place_key) is WhyNot.NOT_IN_LINK
    move_link(MoveLink(link.id, LinkAction.SUSPEND), actor=Actor.operator(), units=units)
    assert why_not(near(units), place_key) is WhyNot.LINK_NOT_ACTIVE
    # Another link there gives results out; what keeps it from taking in is the suspended one.
    assert why_not(near(units, procedure=None), place_key) is WhyNot.LINK_NOT_ACTIVE


def test_a_point_that_only_gives_results_out_says_so(units: Units) -> None:
    a_place(units)
    found = near(units, procedure="land-change")
    assert why_not(found, "long-my") is WhyNot.RESULT_ONLY


def judged(units: Units, key: str, *needs: Ability) -> PointNearby:
    found = near(units, needs=frozenset(needs))
    return next(one for one in (*found.accepting, *found.others) if one.point.key == key)


def test_what_a_point_does_not_do_is_named_where_it_is_needed(units: Units, place_key: str) -> None:
    unsaid = judged(units, place_key, Ability.TAKE_PAYMENT)
    assert (unsaid.why_not, unsaid.lacking) == (WhyNot.ABILITY_NOT_SAID, (Ability.TAKE_PAYMENT,))
    assert judged(units, place_key, Ability.RETURN).why_not is None  # its link says so
    said = EditRow(ImportKind.SERVICE_POINTS, place_key, {"abilities": "accept take_payment"})
    edit_row(said, actor=Actor.operator(), units=units)
    assert judged(units, place_key, Ability.TAKE_PAYMENT).why_not is None
    lacks = judged(units, place_key, Ability.TAKE_PAYMENT, Ability.DIGITISE, Ability.RETURN)
    assert lacks.why_not is WhyNot.LACKS_ABILITY
    assert lacks.lacking == (Ability.RETURN, Ability.DIGITISE)


def test_a_point_that_says_it_takes_nothing_in_is_not_named_whatever_its_link_says(
    units: Units, place_key: str
) -> None:
    said = EditRow(ImportKind.SERVICE_POINTS, place_key, {"abilities": "return"})
    edit_row(said, actor=Actor.operator(), units=units)
    assert judged(units, place_key).lacking == (Ability.ACCEPT,)


def test_whoever_needs_help_on_line_is_not_turned_away_for_it(units: Units) -> None:
    a_place(units)
    help_on_line = frozenset({Ability.ASSIST_ONLINE})
    said = EditRow(ImportKind.SERVICE_POINTS, "long-my", {"abilities": "accept assist_online"})
    edit_row(said, actor=Actor.operator(), units=units)
    helped = near(units, procedure="land-change", needs=help_on_line)
    (one,) = (one for one in helped.accepting if one.point.key == "long-my")
    assert one.arrives_at is None  # nothing travels
    assert why_not(near(units, procedure="land-change"), "long-my") is WhyNot.RESULT_ONLY


def test_a_point_on_the_mainland_is_over_water_from_an_island_unless_it_is_ruled(
    units: Units, place_key: str
) -> None:
    phu_quoc = {"commune_code": "31078", "province_code": "91", "place": Point(10.22, 103.97)}
    found = near(units, **phu_quoc)
    assert found.served_by is ServedBy.ACROSS_WATER
    assert all(one.is_over_water for one in (*found.accepting, *found.others, *found.serving))
    assert not any(one.is_over_water for one in near(units, commune_code="31471").others)
    rules = f"commune,point\n31078,{place_key}\n".encode()
    publish_areas(AreaFiles(rules=rules), actor=Actor.operator(), units=units)
    ruled = near(units, **phu_quoc)
    assert [(one.point.key, one.is_over_water) for one in ruled.serving] == [(place_key, False)]
    assert sum(not one.is_over_water for one in (*ruled.accepting, *ruled.others)) == 1


def test_the_serving_point_is_named_and_judged_like_any_other(units: Units, place_key: str) -> None:
    nearest = near(units)
    assert nearest.served_by is ServedBy.NEAREST
    assert [one.distance_m for one in nearest.serving] == [
        min(one.distance_m or 0 for one in (*nearest.accepting, *nearest.others))
    ]
    rules = f"commune,point\n31471,{place_key}\n31473,tri-ton\n".encode()
    publish_areas(AreaFiles(rules=rules), actor=Actor.operator(), units=units)
    ruled = near(units, commune_code="31471", limit=1)
    assert ruled.served_by is ServedBy.RULE
    assert [(one.point.key, one.why_not) for one in ruled.serving] == [(place_key, None)]
    assert ruled.serving[0].agency is not None
    elsewhere = near(units, commune_code="31473", limit=1)
    assert [one.why_not for one in elsewhere.serving] == [WhyNot.OTHER_PROVINCE]


def test_an_unknown_procedure_is_refused(units: Units) -> None:
    a_place(units)
    with pytest.raises(ProcedureUnknown):
        near(units, procedure="no-such")


def test_an_address_a_code_and_coordinates_are_places(units: Units) -> None:
    on = business_day(units=units)
    written = "ấp 3, xã Long Trị, thị xã Long Mỹ, Hậu Giang"
    by_address = whereabouts_of_address(load_register(), written, on)
    by_code = whereabouts_of_commune(load_register(), "31471", on)
    assert by_address.place == by_code.place == LONG_MY
    assert by_code.province is not None
    assert by_code.province.code == CAN_THO
    assert whereabouts_of_point(9.6862, 105.609).place == LONG_MY


def test_an_address_of_several_communes_is_no_place_but_a_question(units: Units) -> None:
    found = whereabouts_of_address(load_register(), "xã Tân Kỳ", date(2026, 11, 1))
    assert found.place is None
    assert found.answer is not None
    assert len(found.answer.candidates) > 1
    assert found.answer.question is not None


def test_places_that_cannot_be_are_refused_by_code() -> None:
    with pytest.raises(Swapped):
        whereabouts_of_point(105.609, 9.6862)
    with pytest.raises(NotInVietnam):
        whereabouts_of_point(11.55, 104.92)
    for code in ("99999", "92"):  # nothing, and a province
        with pytest.raises(UnitCodeUnknown):
            whereabouts_of_commune(load_register(), code, date(2026, 11, 1))
