"""Same key, same body: the same answer, byte for byte (design section 7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, delete, update

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import IdempotencyMismatch
from postal_bridge.kernel.inserting import insert_unless_there
from postal_bridge.kernel.keys import Purpose, seal, unseal
from postal_bridge.kernel.ready_statements import ReadyStatement
from postal_bridge.kernel.tables import KeptAnswer, table_of
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.kernel.vault import Erased

T = TypeVar("T")
_ANSWERS = table_of(KeptAnswer)
_KEEP = ReadyStatement(
    update(_ANSWERS)
    .where(_ANSWERS.c.actor == bindparam("of"), _ANSWERS.c.key == bindparam("under"))
    .values(dossier_id=bindparam("about"), outcome=bindparam("sealed"))
)
MAX_KEY_LENGTH = 255
KEPT_DAYS = 30


def _no_dossier(_: object) -> UUID | None:
    return None


@dataclass(frozen=True, slots=True)
class Once(Generic[T]):
    """One request, known by its key, route and body.

    `body_sha256` is never stored as it is. `render` turns the use case's result into the
    answer's bytes.
    """

    key: str
    route: str
    body_sha256: str
    render: Callable[[T], bytes]

    def answer(
        self,
        act: Callable[[UnitOfWork], T],
        *,
        actor: Actor,
        units: Units,
        about: Callable[[T], UUID | None] = _no_dossier,
    ) -> bytes:
        """What `act` did stands, once; its answer's bytes, the first ones whenever it is repeated.

        One unit of work, committed once. `about` names the dossier under whose key the answer
        is sealed; without it the home's own key does.
        """
        with units.write() as uow:
            if (answer := self.kept(uow, actor)) is not None:
                return answer
            done = act(uow)
            answer = self.keep(uow, actor, done, dossier_id=about(done))
            uow.commit()
        return answer

    def kept(self, uow: UnitOfWork, actor: Actor) -> bytes | None:
        """The first answer, byte for byte, or None for the one who must do the work.

        Inserting the key row makes a running twin wait: for the writer's lock on SQLite,
        for the unique key on PostgreSQL. If the first one rolls back, the twin does the work.
        """
        newest, *older = self._body_forms(uow, actor)
        asked = {"route": self.route, "body_sha256": newest}
        fresh = {"actor": actor.ref, "key": self.key, "at": uow.machine_now, **asked}
        if insert_unless_there(uow.session, KeptAnswer, fresh):
            return None
        row = uow.session.get_one(KeptAnswer, (actor.ref, self.key))
        if row.route != self.route or row.body_sha256 not in (newest, *older):
            raise IdempotencyMismatch
        return self._open(uow, actor, row)

    def keep(self, uow: UnitOfWork, actor: Actor, result: T, *, dossier_id: UUID | None) -> bytes:
        """Store the answer, encrypted, in the transaction of its effect; return its bytes.

        An answer that speaks of no dossier is sealed under the master key itself.
        """
        answer = self.render(result)
        if dossier_id is None:
            outcome = seal(uow.ring.active(Purpose.FIELD_MASTER), answer, self._place(actor))
        else:
            outcome = uow.vault.seal(dossier_id, answer, place=self._place(actor))
        kept = {"of": actor.ref, "under": self.key, "about": dossier_id, "sealed": outcome}
        _KEEP.do(uow.connection, kept)
        return answer

    def _open(self, uow: UnitOfWork, actor: Actor, row: KeptAnswer) -> bytes:
        if row.outcome is None:  # the row is written with its outcome in one transaction
            raise Erased
        if row.dossier_id is None:
            return unseal(uow.ring, Purpose.FIELD_MASTER, row.outcome, self._place(actor))
        return uow.vault.open(row.dossier_id, row.outcome, place=self._place(actor))

    def _body_forms(self, uow: UnitOfWork, actor: Actor) -> list[str]:
        """What may stand for the body, the form to be stored first.

        A body holds names, numbers and a second person's password: a plain digest would let
        whoever sees the table, or a backup, try guesses. So it is keyed by the home, which a
        backup never holds, and bound to this request: equal bodies do not look alike. The plain
        one is what earlier releases stored; those rows are forgotten after KEPT_DAYS.
        """
        place = f"kept_answers.body:{actor.ref}:{self.key}:{self.body_sha256}"
        keyed = [form.partition(":")[2] for form in uow.ring.blind(place)]
        return [*keyed, self.body_sha256]

    def _place(self, actor: Actor) -> str:
        return f"kept_answers.outcome:{actor.ref}:{self.key}"


def forget_old_answers(uow: UnitOfWork) -> int:
    """Keys older than 30 days may be used anew; returns how many went."""
    before = uow.machine_now - timedelta(days=KEPT_DAYS)
    gone = uow.session.execute(
        delete(KeptAnswer).where(KeptAnswer.at < before).returning(KeptAnswer.key)
    )
    return len(gone.all())
