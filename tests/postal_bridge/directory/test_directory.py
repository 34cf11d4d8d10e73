"""Look-ups of the directory: trees, links and procedures of a day, and the agency's numbers."""

import threading
from datetime import date

import pytest

from postal_bridge.directory.rules import (
    LINK_MOVES,
    LinkAction,
    LinkNotActive,
    LinkStatus,
    NotByPost,
    OnlineOnly,
    ProcedureNotInLink,
    next_link_status,
)
from postal_bridge.directory.service import (
    MoveLink,
    check_may_accept,
    competent_agency,
    draw_dossier_code,
    link_view,
    links_of_point,
    load_reference,
    move_link,
    point_by_key,
    point_view,
    points_of_units,
    procedure_by_code,
    procedure_view,
    public_overview,
    section_by_key,
    sections_all,
    unit_by_key,
    unit_view,
    units_under,
)
from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.errors import Forbidden, MoveNotOpen, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.directory import (
    CARRIER_LINK,
    ELSEWHERE_LINK,
    RESULT_ONLY_LINK,
    SEATED_LINK,
    a_place,
)

BEFORE_REFORM = date(2025, 6, 1)
BETWEEN = date(2025, 9, 15)
AFTER = date(2026, 3, 2)


def keys_under(units: Units, key: str, on: date) -> set[str]:
    with units.read() as uow:
        found = units_under(uow, unit_by_key(uow, key).id, on)
        return {unit_view(uow, unit_id).key for unit_id in found}


def test_a_unit_covers_what_lies_below_and_whom_it_succeeds_but_no_neighbour(units: Units) -> None:
    load_reference(units)
    office = keys_under(units, "p-long-my", AFTER)
    assert office == {
        "p-long-my", "long-my", "long-tri", "long-my-2025", "long-tri-2025", "tx-long-my",
    }  # fmt: skip
    assert "binh-thanh-2025" not in office, "it lay below the predecessor and went to a neighbour"
    assert keys_under(units, "long-tri", AFTER) == {"long-tri", "long-tri-2025"}
    assert office < keys_under(units, "can-tho", AFTER)


def test_units_that_have_not_begun_are_not_covered_yet(units: Units) -> None:
    load_reference(units)
    assert "p-long-my" not in keys_under(units, "can-tho", BEFORE_REFORM)


def test_an_unknown_unit_covers_nothing(units: Units) -> None:
    with units.read() as uow, pytest.raises(NotFound):
        units_under(uow, new_id(), AFTER)


def test_a_point_shows_the_links_of_the_day(units: Units) -> None:
    place = a_place(units, SEATED_LINK)
    with units.read() as uow:
        now = {link.key for link in links_of_point(uow, place.point.id, AFTER)}
        before = {link.key for link in links_of_point(uow, place.point.id, BEFORE_REFORM)}
        old = point_by_key(uow, "long-my-2025")
        then = {link.key for link in links_of_point(uow, old.id, BEFORE_REFORM)}
    assert now == {"long-my-commune", "long-my-province-result"}
    assert not before
    assert then == {"long-my-seated-2025"}


def test_points_of_a_unit_are_those_open_on_the_day(units: Units) -> None:
    load_reference(units)
    with units.read() as uow:
        covered = units_under(uow, unit_by_key(uow, "p-long-my").id, AFTER)
        now = {point.key for point in points_of_units(uow, covered, AFTER)}
        before = {point.key for point in points_of_units(uow, covered, BEFORE_REFORM)}
    assert now == {"long-my", "long-tri"}
    assert before == {"long-my-2025", "long-tri-2025"}


def test_a_link_past_its_last_day_reads_as_ended(units: Units) -> None:
    load_reference(units)
    with units.read() as uow:
        point = point_by_key(uow, "long-my-2025")
        (link,) = links_of_point(uow, point.id, BEFORE_REFORM)
        assert link.status is LinkStatus.ACTIVE
        assert link_view(uow, link.id, AFTER).status is LinkStatus.ENDED


def test_a_procedure_brings_its_published_list_and_fees(units: Units) -> None:
    place = a_place(units, SEATED_LINK)
    business = place.procedure("household-business")
    with units.read() as uow:
        assert procedure_by_code(uow, "1.001612", AFTER).papers == business.papers
        old = procedure_view(uow, business.id, BEFORE_REFORM)
    assert [(paper.no, paper.is_required) for paper in business.papers] == [
        (1, True), (2, True), (3, False), (4, False),
    ]  # fmt: skip
    assert business.papers[2].copies == 1
    (fee,) = business.fees
    assert (fee.amount_vnd, fee.kind, fee.channel) == (100_000, "le_phi", "agency_account")
    assert (old.level, business.level) == ("district", "commune")


def test_the_competent_agency_is_the_one_of_the_day(units: Units) -> None:
    place = a_place(units, SEATED_LINK)
    business = place.procedure("household-business")
    with units.read() as uow:
        old_section = section_by_key(uow, "mc-tx-long-my")
        now = competent_agency(uow, place.section.id, business.id, AFTER)
        then = competent_agency(uow, old_section.id, business.id, BEFORE_REFORM)
        late = competent_agency(uow, old_section.id, business.id, AFTER)
    assert now is not None
    assert now.key == "ubnd-p-long-my"
    assert then is not None
    assert then.key == "tckh-tx-long-my"
    assert late is None


def test_sections_of_the_day_head_their_forms_with_two_lines(units: Units) -> None:
    load_reference(units)
    with units.read() as uow:
        keys = {section.key for section in sections_all(uow, AFTER)}
        section = section_by_key(uow, "ttpvhcc-p-long-my")
    assert "ttpvhcc-p-long-my" in keys
    assert "mc-tx-long-my" not in keys
    assert section.agency_header == (
        "ỦY BAN NHÂN DÂN PHƯỜNG LONG MỸ",
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG LONG MỸ",
    )


def test_paper_is_taken_where_the_link_is_active_and_holds_the_procedure(units: Units) -> None:
    place = a_place(units, CARRIER_LINK)
    business = place.procedure("household-business")
    with units.read() as uow:
        check_may_accept(uow, place.link.id, business.id, AFTER, "counter")
        with pytest.raises(LinkNotActive):
            check_may_accept(uow, place.link.id, business.id, BEFORE_REFORM, "counter")
        licence = procedure_by_code(uow, "1.002809")
        with pytest.raises(ProcedureNotInLink):
            check_may_accept(uow, place.link.id, licence.id, AFTER, "counter")


def test_paper_of_an_online_only_procedure_is_refused_since_that_day(units: Units) -> None:
    place = a_place(units, RESULT_ONLY_LINK)
    land = place.procedure("land-change")
    with units.read() as uow:
        with pytest.raises(OnlineOnly) as refusal:
            check_may_accept(uow, place.link.id, land.id, AFTER, "counter")
        check_may_accept(uow, place.link.id, land.id, AFTER, "assisted_online")
        with pytest.raises(NotByPost):
            check_may_accept(uow, place.link.id, land.id, BETWEEN, "counter")
    assert refusal.value.params["since"] == "2025-10-01"


def test_a_suspended_link_takes_nothing_until_it_is_resumed(units: Units) -> None:
    place = a_place(units, CARRIER_LINK)
    business = place.procedure("household-business")
    operator = Actor.operator()
    move_link(MoveLink(place.link.id, LinkAction.SUSPEND), actor=operator, units=units)
    with units.read() as uow, pytest.raises(LinkNotActive):
        check_may_accept(uow, place.link.id, business.id, place.on, "counter")
    with units.read() as uow:
        assert place.link.key not in {link.key for link in public_overview(uow, place.on).links}
    move_link(MoveLink(place.link.id, LinkAction.RESUME), actor=operator, units=units)
    with units.read() as uow:
        check_may_accept(uow, place.link.id, business.id, place.on, "counter")


def test_only_the_operator_moves_links(units: Units) -> None:
    place = a_place(units)
    clerk = Actor(ActorKind.STAFF, "c", roles=frozenset({Role.CLERK}))
    with pytest.raises(Forbidden):
        move_link(MoveLink(place.link.id, LinkAction.END), actor=clerk, units=units)


@pytest.mark.parametrize("status", LinkStatus)
@pytest.mark.parametrize("action", LinkAction)
def test_what_is_no_row_cannot_happen_to_a_link(status: LinkStatus, action: LinkAction) -> None:
    if (status, action) in LINK_MOVES:
        assert next_link_status(status, action) is LINK_MOVES[status, action]
    else:
        with pytest.raises(MoveNotOpen):
            next_link_status(status, action)


def test_dossier_codes_count_by_section_and_day(units: Units) -> None:
    here, there = a_place(units, SEATED_LINK), a_place(units, ELSEWHERE_LINK)
    with units.write() as uow:
        drawn = [draw_dossier_code(uow, here.section.id, AFTER) for _ in range(2)]
        drawn.append(draw_dossier_code(uow, there.section.id, AFTER))
        drawn.append(draw_dossier_code(uow, here.section.id, date(2026, 3, 3)))
        uow.commit()
    mine, theirs = here.section.code_prefix, there.section.code_prefix
    assert mine != theirs
    assert drawn == [
        f"{mine}-260302-0001", f"{mine}-260302-0002", f"{theirs}-260302-0001",
        f"{mine}-260303-0001",
    ]  # fmt: skip


def test_a_rolled_back_registration_leaves_no_gap(units: Units) -> None:
    place = a_place(units, SEATED_LINK)
    with units.write() as uow:
        draw_dossier_code(uow, place.section.id, AFTER)
    with units.write() as uow:
        assert draw_dossier_code(uow, place.section.id, AFTER).endswith("-0001")


def test_two_desks_at_once_never_draw_one_code_twice(units: Units) -> None:
    place = a_place(units, SEATED_LINK)
    drawn: list[str] = []

    def draw() -> None:
        for _ in range(5):
            with units.write() as uow:
                code = draw_dossier_code(uow, place.section.id, AFTER)
                uow.commit()
            drawn.append(code)

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(code[-4:] for code in drawn) == [f"{number:04d}" for number in range(1, 21)]


def test_anyone_may_read_points_lists_and_fees(units: Units) -> None:
    load_reference(units)
    with units.read() as uow:
        overview = public_overview(uow, AFTER)
        point = point_view(uow, overview.points[0].id)
    assert len(overview.points) == 12
    assert all(procedure.papers for procedure in overview.procedures)
    assert {link.point_id for link in overview.links} <= {one.id for one in overview.points}
    assert point.services == ("both", "receive", "send")
