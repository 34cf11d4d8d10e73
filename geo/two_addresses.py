"""Where a second address begins in a text that holds two: "thường trú xã A …, tạm trú xã B …".

Only where each says its own commune with its type and a province or district that it lies in; what
is called old or new beside another is one place in two forms. The answer to both is made in
`resolver`.
"""

from collections.abc import Sequence

from geo.address_words import Role
from geo.mentions import Mention
from geo.unit_index import COMMUNE, UnitIndex
from geo.written_words import Said, Word


def second_begins(
    words: Sequence[Word], mentions: Sequence[Mention], index: UnitIndex
) -> int | None:
    """Offset of the first word after the first address; None where there is but one."""
    named = sorted(
        (m for m in mentions if m.role == Role.COMMUNE and 0 in m.cost.values()),
        key=lambda m: (m.first, -m.stop),
    )
    if len(named) < 2 or any(m.era != Said.NOTHING for m in named):
        return None
    first = named[0]
    second = next((m for m in named if m.first >= first.stop), None)
    if second is None:
        return None
    own = _parents(first, mentions, second.first, index)
    if not own or not _parents(second, mentions, len(words), index):
        return None
    return words[max(m.stop for m in own)].start


def _parents(
    commune: Mention, mentions: Sequence[Mention], end: int, index: UnitIndex
) -> list[Mention]:
    """Provinces and districts said after the commune that it may lie in."""
    over = {
        above
        for unit, points in commune.cost.items()
        if not points and index.level[unit] == COMMUNE
        for above in index.above[unit] | index.also_in[unit]
    }
    return [
        m
        for m in mentions
        if commune.stop <= m.first and m.stop <= end and any(u in over for u in m.cost)
    ]
