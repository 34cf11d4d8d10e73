"""Who looked, said in the looker's own stream, so that no look is taken back (S4).

A stream for each looker: two of them never queue for one another, whatever they open.
"""

from collections.abc import Iterator

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.said_rows import rows_that_differ, say_row
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.people.tables import LookRow

AREA = "look"
_SAID = ("dossier_id", "at", "actor_kind", "actor_id", "device_id", "unit_id", "section_id",
         "reason")  # fmt: skip


def say_look(uow: UnitOfWork, row: LookRow, *, actor: Actor) -> None:
    """The looker's stream has the look."""
    say_row(uow, f"{AREA}:{actor.ref}", "look.recorded", row, _SAID, actor=actor)


def verify_looks(uow: ReadUnit) -> Iterator[Finding]:
    """Every look that a stream tells of stands as it was; looks from before are passed."""
    for look_id, why in rows_that_differ(uow, AREA, LookRow):
        yield Finding(f"look:{look_id}", f"look_{why}")
