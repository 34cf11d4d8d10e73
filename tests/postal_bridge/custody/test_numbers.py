"""Item numbers come from granted blocks: each once, whoever draws at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from postal_bridge.custody.errors import BlockOverlaps, PrefixOfOtherHome
from postal_bridge.custody.numbers import draw_number, grant_number_block
from postal_bridge.custody.service import verify_custody
from postal_bridge.custody.tables import NumberBlock
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units

DRAWERS, EACH = 10, 3


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (100, 199),  # the very same
        (199, 250),  # the last one
        (50, 100),  # the first one
        (120, 130),  # inside
        (50, 250),  # around
        (300, 299),  # no number at all
    ],
)
def test_no_number_is_granted_twice(units: Units, first: int, last: int) -> None:
    with units.write() as uow:
        grant_number_block(uow, new_id(), "RZ", 100, 199)
        grant_number_block(uow, new_id(), "RZ", 200, 299)
        grant_number_block(uow, new_id(), "PZ", 100, 199)
        with pytest.raises(BlockOverlaps):
            grant_number_block(uow, new_id(), "RZ", first, last)


def test_a_sandbox_has_no_live_number(units: Units) -> None:
    with units.write() as uow, pytest.raises(PrefixOfOtherHome):
        grant_number_block(uow, new_id(), "RR", 1, 10)


def test_ten_who_draw_at_once_have_different_numbers(units: Units) -> None:
    """The unit's own block is used up on the way, and the home grants itself another."""
    unit_id = new_id()
    with units.write() as uow:
        grant_number_block(uow, unit_id, "RZ", 1, DRAWERS)
        uow.commit()

    def draw(_: int) -> list[str]:
        drawn = []
        for _turn in range(EACH):
            with units.write() as uow:
                drawn.append(draw_number(uow, "RR", unit_id))
                uow.commit()
        return drawn

    with ThreadPoolExecutor(DRAWERS) as people:
        numbers = [number for drawn in people.map(draw, range(DRAWERS)) for number in drawn]
    assert len(set(numbers)) == len(numbers) == DRAWERS * EACH
    with units.read() as view:
        assert list(verify_custody(view)) == []


def test_two_blocks_with_a_number_in_common_are_named(units: Units) -> None:
    with units.write() as uow:
        for first in (1, 10):
            uow.session.add(
                NumberBlock(
                    id=new_id(), unit_id=new_id(), prefix="RZ", first=first, last=first + 9,
                    next_serial=first, granted_at=uow.now,
                )
            )  # fmt: skip
        uow.commit()
    with units.read() as uow:
        assert [found.why for found in verify_custody(uow)] == ["blocks_overlap"]
