"""What a courier's phone recorded of an act, beside the act: they belong together, or it is said.

The row has codes and ids as they are and all else as salted digests, so it can be shown to
anybody and still proves what the phone was told, as long as the salt can be read.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from postal_bridge.delivery.service import delivery_view
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.people.device_rows import DeviceFact, Fate, SentRow
from postal_bridge.people.service import Taken, answer_row, take_row

T = TypeVar("T")
HANDED_OVER = "door.handed_over"
FAILED = "door.failed"
LEFT_OUT = "door.left_out"
CALLED = "door.called"
MADE_BY: Mapping[str, tuple[str, ...]] = {
    HANDED_OVER: ("delivery.handed_over", "delivery.reported_delivered"),
    FAILED: ("delivery.attempt_failed",),
    LEFT_OUT: ("delivery.not_reached", "run.stop_answered"),
    CALLED: ("run.stop_called",),
}
"""The facts that each kind of act makes, the one that tells most first."""

IN_THE_CLEAR = frozenset(
    (
        "reason", "next_step", "no_fix_reason", "dwell_s", "who", "signature", "is_authority_seen",
        "papers_taken_back", "paid_vnd",
    )
)  # fmt: skip
CODE = re.compile(r"[A-Za-z0-9_:.-]{1,80}")
"""What is no code, id or count is not written in the clear under any name."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A row, and the act that it came with.

    Attributes
    ----------
    key : the request's own, which makes it the only one
    fields : names and contents as they came, texts before files, empty ones left out
    """

    fact: DeviceFact
    sent: SentRow
    kind: str
    delivery_id: UUID
    key: str
    fields: tuple[tuple[str, bytes], ...] = field(repr=False)

    @property
    def is_of_act(self) -> bool:
        """Whether the row tells of this act and no other, in every field."""
        wanted = body_of(self.delivery_id, self.key, self.fields, self.sent.salt)
        return self.fact.kind == self.kind and self.fact.body == wanted


def body_of(
    delivery_id: UUID, key: str, fields: tuple[tuple[str, bytes], ...], salt: str
) -> dict[str, Any]:
    """What a phone writes of an act. Two fields of one name are told apart by their number."""
    codes: dict[str, str] = {}
    digests: dict[str, str] = {}
    for name, content in fields:
        text = content.decode(errors="replace")
        if name in IN_THE_CLEAR and CODE.fullmatch(text):
            codes[name] = text
            continue
        place = name if name not in digests else f"{name}#2"
        digests[place] = hashlib.sha256(f"{salt}\n{name}\n".encode() + content).hexdigest()
    return {"delivery_id": str(delivery_id), "key": key, "codes": codes, "digests": digests}


def done_as_recorded(
    uow: UnitOfWork, recorded: Recorded | None, act: Callable[[Actor], T], *, actor: Actor
) -> T:
    """The act is done; where a phone recorded it, row and receipt stand in the same unit.

    A row without a fault lends the act the phone's name; one with a fault stops nothing.
    """
    if recorded is None:
        return act(actor)
    taken = _taken(uow, recorded, actor)
    before = len(streams.appended(uow))
    done = act(taken.actor)
    answer_row(
        uow,
        taken,
        Fate.DONE,
        dossier_id=delivery_view(uow, recorded.delivery_id, actor.scope).dossier_id,
        act=_fact_of(uow, recorded, before),
        actor=taken.actor,
    )
    return done


def refused_as_recorded(uow: UnitOfWork, recorded: Recorded, code: str, *, actor: Actor) -> None:
    """Row and receipt stand although the act was refused."""
    taken = _taken(uow, recorded, actor)
    answer_row(uow, taken, Fate.REFUSED, refused_code=code, actor=taken.actor)


def _taken(uow: UnitOfWork, recorded: Recorded, actor: Actor) -> Taken:
    return take_row(uow, recorded.fact, recorded.sent, is_of_act=recorded.is_of_act, actor=actor)


def _fact_of(uow: UnitOfWork, recorded: Recorded, before: int) -> tuple[str, int] | None:
    """Where the act's own fact stands; a second call makes none."""
    made = streams.appended(uow)[before:]
    for kind in MADE_BY[recorded.kind]:
        for fact in made:
            if fact.kind == kind:
                return fact.stream, fact.seq
    return None
