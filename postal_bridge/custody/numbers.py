"""Item numbers drawn from granted blocks: each once, never again (design section 5, Numbers).

The second letter tells the homes apart: Z is the sandbox's and no live number has it.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.custody import store
from postal_bridge.custody.errors import BlockOverlaps, NumbersExhausted, PrefixOfOtherHome
from postal_bridge.custody.item_number import LARGEST_SERIAL, item_number
from postal_bridge.custody.tables import NumberBlock
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

SANDBOX_LETTER = "Z"
SANDBOX_BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class GrantedBlock:
    """`left`: how many numbers of it nobody has drawn yet."""

    unit_id: UUID
    prefix: str
    first: int
    last: int
    left: int


def is_sandbox_prefix(prefix: str) -> bool:
    return prefix[1:2] == SANDBOX_LETTER


def check_prefix(uow: ReadUnit, prefix: str) -> None:
    """Raises PrefixOfOtherHome for a live number in a sandbox and the other way round."""
    if is_sandbox_prefix(prefix) != uow.is_sandbox:
        raise PrefixOfOtherHome(prefix=prefix)


def prefix_here(uow: ReadUnit, service: str) -> str:
    """The service indicator as this home writes it: RR is RZ in a sandbox."""
    return service[0] + SANDBOX_LETTER if uow.is_sandbox else service


def grant_number_block(uow: UnitOfWork, unit_id: UUID, prefix: str, first: int, last: int) -> UUID:
    """The unit may draw the numbers first..last of this prefix.

    Raises
    ------
    PrefixOfOtherHome, ItemNumberWrong
    BlockOverlaps
        A number of the range was granted before.
    """
    check_prefix(uow, prefix)
    item_number(prefix, first), item_number(prefix, last)
    uow.queue_for_home()  # two who grant at once could both find a range free
    if first > last or _taken(uow, prefix, first, last):
        raise BlockOverlaps(prefix=prefix, first=first, last=last)
    block = NumberBlock(
        id=new_id(),
        unit_id=unit_id,
        prefix=prefix,
        first=first,
        last=last,
        next_serial=first,
        granted_at=uow.now,
    )
    uow.session.add(block)
    uow.session.flush()
    return block.id


def number_blocks(uow: ReadUnit) -> tuple[GrantedBlock, ...]:
    """Every block of the home, by prefix and number."""
    rows = sorted(store.all_blocks(uow.session), key=lambda one: (one.prefix, one.first))
    return tuple(
        GrantedBlock(one.unit_id, one.prefix, one.first, one.last, one.last + 1 - one.next_serial)
        for one in rows
    )


def draw_number(uow: UnitOfWork, service: str, unit_id: UUID) -> str:
    """A number nobody had before, from the unit's own blocks, drawn under their lock.

    A sandbox grants itself a block at a random place when the unit has none left.

    Raises
    ------
    PrefixOfOtherHome
        A live home was asked for a sandbox number.
    NumbersExhausted
        The unit has no number left and this home is live.
    """
    prefix = prefix_here(uow, service)
    check_prefix(uow, prefix)
    serial = store.draw_serial(uow.session, unit_id, prefix)
    if serial is None:
        _grant_in_sandbox(uow, unit_id, prefix)
        serial = store.draw_serial(uow.session, unit_id, prefix)
    if serial is None:
        raise NumbersExhausted(prefix=prefix)
    return str(item_number(prefix, serial))


def _grant_in_sandbox(uow: UnitOfWork, unit_id: UUID, prefix: str) -> None:
    if not uow.is_sandbox:
        raise NumbersExhausted(prefix=prefix)
    uow.queue_for_home()  # two who grant at once could both find a range free
    places = (LARGEST_SERIAL + 1) // SANDBOX_BLOCK
    for _ in range(100):
        first = secrets.randbelow(places) * SANDBOX_BLOCK
        if not _taken(uow, prefix, first, first + SANDBOX_BLOCK - 1):
            grant_number_block(uow, unit_id, prefix, first, first + SANDBOX_BLOCK - 1)
            return


def _taken(uow: ReadUnit, prefix: str, first: int, last: int) -> bool:
    return any(
        block.first <= last and first <= block.last for block in store.blocks(uow.session, prefix)
    )
