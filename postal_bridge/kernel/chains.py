"""The facts that an open unit of work appends: chained in memory, written once at its end.

Only `kernel/streams.py` and the unit of work use this.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import CanonicalText, canonical_json, utc_text
from postal_bridge.kernel.held import is_new
from postal_bridge.kernel.inserting import insert_unless_there
from postal_bridge.kernel.ready_statements import ReadyStatement
from postal_bridge.kernel.row_sending import send_rows, sent_together
from postal_bridge.kernel.tables import StreamEvent, StreamHead, table_of

VERSION = 1
GENESIS = "0" * 64

_HEADS = table_of(StreamHead)
_MOVE_HEADS = ReadyStatement(
    update(_HEADS)
    .where(_HEADS.c.stream == bindparam("of"))
    .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)
_LOCK_HEAD = ReadyStatement(
    select(_HEADS.c.seq, _HEADS.c.hash).where(_HEADS.c.stream == bindparam("of")).with_for_update()
)
_FACT = select(
    StreamEvent.stream,
    StreamEvent.seq,
    StreamEvent.kind,
    StreamEvent.hash,
    StreamEvent.occurred_at,
    StreamEvent.recorded_at,
    StreamEvent.actor,
    StreamEvent.body,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One link of a chain as readers see it."""

    stream: str
    seq: int
    kind: str
    hash: str
    occurred_at: datetime
    recorded_at: datetime | None
    actor: Mapping[str, Any]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Head:
    """Where a stream stands for us. `stored_seq`: where its row stands, None where none is yet."""

    seq: int
    hash: str
    stored_seq: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a savepoint goes back to."""

    heads: Mapping[str, _Head]
    appended: int


class Chains:
    """The streams that one unit of work writes to. Two writers of one stream queue for its head."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._heads: dict[str, _Head] = {}
        self._appended: list[Fact] = []
        self._rows: list[dict[str, Any]] = []
        self._actors: dict[Actor, tuple[Mapping[str, Any], CanonicalText]] = {}

    def append(
        self,
        stream: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        actor: Actor,
        occurred_at: datetime,
        recorded_at: datetime,
        is_first: bool = False,
    ) -> Fact:
        """The fact stands at the end of its stream, chained to the one before it.

        `is_first`: the stream begins here, so nobody has to be queued for. Should it be there
        all the same, the unit cannot be committed.
        """
        head = _Head(0, GENESIS, None) if is_first else self._locked(stream)
        row: dict[str, Any] = {
            "version": VERSION,
            "stream": stream,
            "seq": head.seq + 1,
            "kind": kind,
            "prev_hash": head.hash,
            "occurred_at": occurred_at,
            "recorded_at": recorded_at,
        }
        who, who_said = self._said(actor)
        said = {"actor": who_said, "body": CanonicalText(canonical_json(body))}
        row["hash"] = _digest(said, row)
        self._rows.append({**row, **said})
        row["actor"] = who
        row["body"] = json.loads(said["body"])  # as whoever reads it later gets it
        fact = Fact(**{name: row[name] for name in Fact.__slots__})
        self._appended.append(fact)
        self._heads[stream] = _Head(fact.seq, fact.hash, head.stored_seq)
        return fact

    def read(self, stream: str) -> list[Fact]:
        """The stream's facts with those not written yet."""
        head = self._heads.get(stream)
        own = [fact for fact in self._appended if fact.stream == stream]
        if head is not None and not head.stored_seq:
            return own
        return stored_facts(self._session, stream) + own

    def appended(self) -> tuple[Fact, ...]:
        """The facts of this unit, in their order."""
        return tuple(self._appended)

    def write(self) -> None:
        """What was appended is in the transaction; its commit keeps it."""
        if not self._rows:
            return
        connection = self._session.connection()
        moved = {row["stream"]: self._heads[row["stream"]] for row in self._rows}
        fresh = [
            {"stream": stream, "seq": head.seq, "hash": head.hash}
            for stream, head in moved.items()
            if head.stored_seq is None
        ]
        known = [
            {"of": stream, "to_seq": head.seq, "to_hash": head.hash}
            for stream, head in moved.items()
            if head.stored_seq is not None
        ]
        with sent_together(connection):
            send_rows(connection, StreamEvent, self._rows)
            if fresh:
                send_rows(connection, StreamHead, fresh)
            if known:
                _MOVE_HEADS.do(connection, *known)
        for stream, head in moved.items():
            self._heads[stream] = _Head(head.seq, head.hash, head.seq)
        self._rows.clear()
        self._appended.clear()

    def mark(self) -> Mark:
        return Mark(dict(self._heads), len(self._rows))

    def go_back(self, mark: Mark) -> None:
        """What was appended, and which heads were locked, since the mark is forgotten."""
        self._heads = dict(mark.heads)
        del self._rows[mark.appended :]
        del self._appended[mark.appended :]

    def _said(self, actor: Actor) -> tuple[Mapping[str, Any], CanonicalText]:
        """The actor as facts keep him, and the canonical form of that: few act in one unit."""
        if actor not in self._actors:
            fact = actor.as_fact()
            self._actors[actor] = (fact, CanonicalText(canonical_json(fact)))
        return self._actors[actor]

    def _locked(self, stream: str) -> _Head:
        """The stream's head, ours until the unit ends; who begins a stream queues there too.

        A stream of what this unit made begins here, and there is nobody to queue with.
        """
        head = self._heads.get(stream)
        if head is None and is_new(self._session, stream.rpartition(":")[2]):
            head = _Head(0, GENESIS, None)
        if head is None:
            connection, begun = self._session.connection(), (0, GENESIS)
            found = _LOCK_HEAD.row(connection, {"of": stream})
            if found is None:
                fresh = {"stream": stream, "seq": begun[0], "hash": begun[1]}
                if not insert_unless_there(self._session, StreamHead, fresh):
                    found = _LOCK_HEAD.row(connection, {"of": stream})
            seq, last_hash = begun if found is None else found
            head = self._heads[stream] = _Head(seq, last_hash, stored_seq=seq)
        return head


def _digest(said: Mapping[str, CanonicalText], row: Mapping[str, Any]) -> str:
    """The digest of all columns together: their canonical JSON, names in order.

    Written out, for it is made of every fact; `streams.verify` makes it of the whole row.
    """
    whole = (
        f'{{"actor":{said["actor"]},"body":{said["body"]},"kind":{canonical_json(row["kind"])},'
        f'"occurred_at":"{utc_text(row["occurred_at"])}","prev_hash":"{row["prev_hash"]}",'
        f'"recorded_at":"{utc_text(row["recorded_at"])}","seq":{row["seq"]},'
        f'"stream":{canonical_json(row["stream"])},"version":{row["version"]}}}'
    )
    return hashlib.sha256(whole.encode()).hexdigest()


def stored_facts(session: Session, stream: str) -> list[Fact]:
    """The stream's facts in the database, in order of recording."""
    asked = _FACT.where(StreamEvent.stream == stream).order_by(StreamEvent.seq)
    return [Fact(*row) for row in session.connection().execute(asked)]
