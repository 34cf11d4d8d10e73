"""Chains of recorded facts (design section 6): append, read, verify, seal.

A stream is named "item:ID", "dossier:ID", "journal:ID" or "device:ID". Each fact is written
once, in the stream of the thing that moved. Bodies hold ids, codes, counts and salted
digests, never personal data.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import canonical_json, digest
from postal_bridge.kernel.chains import GENESIS, VERSION, Fact, stored_facts
from postal_bridge.kernel.tables import StreamEvent, StreamHead, StreamRoot
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

__all__ = [
    "GENESIS",
    "VERSION",
    "Broken",
    "Fact",
    "append",
    "appended",
    "dossier_stream",
    "item_stream",
    "journal_stream",
    "merkle_root",
    "names_read",
    "read",
    "read_ahead",
    "read_all",
    "seal_day",
    "verify",
]


@dataclass(frozen=True, slots=True)
class _Read:
    """Under this a unit of work keeps the stream's facts."""

    stream: str


_FACT = (
    StreamEvent.stream,
    StreamEvent.seq,
    StreamEvent.kind,
    StreamEvent.hash,
    StreamEvent.occurred_at,
    StreamEvent.recorded_at,
    StreamEvent.actor,
    StreamEvent.body,
)
"""The columns of a Fact, in its order."""


def item_stream(item_id: UUID) -> str:
    return f"item:{item_id}"


def dossier_stream(dossier_id: UUID) -> str:
    return f"dossier:{dossier_id}"


def journal_stream(journal: str) -> str:
    """A drawer shift, a dossier's or a remittance's journal: "shift:ID", "dossier:ID", …"""
    return f"journal:{journal}"


def append(
    uow: UnitOfWork,
    stream: str,
    kind: str,
    body: Mapping[str, Any],
    *,
    actor: Actor,
    occurred_at: datetime | None = None,
    is_first: bool = False,
) -> Fact:
    """The fact stands at the end of its stream, chained to the one before it.

    Two writers of one stream queue for its head row; other streams are not held up.

    Parameters
    ----------
    is_first : the stream begins with what this unit makes; a second beginning is refused
    """
    return uow.chains.append(
        stream,
        kind,
        body,
        actor=actor,
        occurred_at=occurred_at or uow.now,
        recorded_at=uow.now,
        is_first=is_first,
    )


def read(uow: ReadUnit, stream: str) -> list[Fact]:
    """The stream's facts in order of recording, those of this unit included."""
    if isinstance(uow, UnitOfWork):
        return uow.chains.read(stream)
    return list(uow.asked_once(_Read(stream), lambda: stored_facts(uow.session, stream)))


def appended(uow: UnitOfWork) -> tuple[Fact, ...]:
    """The facts that this unit has appended so far, in their order."""
    return uow.chains.appended()


def read_ahead(uow: ReadUnit, names: Iterable[str]) -> None:
    """Whoever reads these streams in this reading unit finds them without asking again."""
    if isinstance(uow, UnitOfWork):
        return  # what it has appended itself may not be stored yet
    found: dict[str, list[Fact]] = {name: [] for name in names}
    if not found:
        return
    query = select(*_FACT).where(StreamEvent.stream.in_(found))
    for row in uow.session.execute(query.order_by(StreamEvent.stream, StreamEvent.seq)):
        found[row.stream].append(Fact(*row))
    for name, facts in found.items():
        uow.asked_once(_Read(name), partial(tuple[Fact, ...], facts))


def last_recorded(
    uow: ReadUnit, names: Collection[str], *, but_for: Collection[str] = ()
) -> dict[str, datetime]:
    """When the last fact of each of these streams was recorded, kinds in `but_for` left out.

    What this unit itself appended is not counted; a fact of a phone counts as it occurred.
    """
    at = func.max(func.coalesce(StreamEvent.recorded_at, StreamEvent.occurred_at)).label("at")
    query = select(StreamEvent.stream, at).where(
        StreamEvent.stream.in_(names), StreamEvent.kind.not_in(but_for)
    )
    found = uow.session.execute(query.group_by(StreamEvent.stream))
    return {row.stream: row.at for row in found}


def names_read(uow: ReadUnit) -> tuple[str, ...]:
    """The streams that this reading unit has read so far."""
    return tuple(key.stream for key in uow.asked if isinstance(key, _Read))


def read_all(uow: ReadUnit, area: str) -> Iterator[tuple[str, list[Fact]]]:
    """Every stream of an area ("item", "dossier", "run", "journal:shift"): its id and facts.

    What this unit itself appended is not among them.
    """
    rows = uow.session.scalars(
        select(StreamEvent)
        .where(StreamEvent.stream.startswith(f"{area}:", autoescape=True))
        .order_by(StreamEvent.stream, StreamEvent.seq)
    ).yield_per(1000)
    for stream, events in groupby(rows, key=lambda row: row.stream):
        yield stream.removeprefix(f"{area}:"), [_fact(row) for row in events]


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where a chain does not hold. `why`: gap, link, hash, head, root, signature."""

    stream: str
    seq: int
    why: str


def verify(uow: ReadUnit) -> Iterator[Broken]:
    """Every link of every stream recomputed; yields what does not hold."""
    heads = {head.stream: head for head in uow.session.scalars(select(StreamHead))}
    stream, seq, prev = "", 0, GENESIS
    rows = uow.session.scalars(
        select(StreamEvent).order_by(StreamEvent.stream, StreamEvent.seq)
    ).yield_per(1000)
    ends: dict[str, tuple[int, str]] = {}
    for row in rows:
        if row.stream != stream:
            stream, seq, prev = row.stream, 0, GENESIS
        if row.seq != seq + 1:
            yield Broken(stream, seq + 1, "gap")
        if row.prev_hash != prev:
            yield Broken(stream, row.seq, "link")
        if _hash(row) != row.hash:
            yield Broken(stream, row.seq, "hash")
        seq, prev = row.seq, row.hash
        ends[stream] = (seq, prev)
    for name, head in heads.items():
        if ends.get(name) != (head.seq, head.hash):
            yield Broken(name, head.seq, "head")
    for name in ends.keys() - heads.keys():
        yield Broken(name, ends[name][0], "head")
    yield from _verify_roots(uow, ends)


def _verify_roots(uow: ReadUnit, ends: Mapping[str, tuple[int, str]]) -> Iterator[Broken]:
    for root in uow.session.scalars(select(StreamRoot).order_by(StreamRoot.day)):
        name = f"root:{root.day.isoformat()}"
        if merkle_root([tuple(leaf) for leaf in root.leaves]) != root.root:
            yield Broken(name, 0, "root")
        content = _root_content(root.day, root.root)
        if not uow.ring.is_signed(root.key_id, root.signature, content):
            yield Broken(name, 0, "signature")
        for stream, seq, leaf_hash in root.leaves:
            if ends.get(stream, (0, ""))[0] < seq:
                yield Broken(stream, seq, "gap")
                continue
            stands = uow.session.scalar(
                select(StreamEvent.hash).where(StreamEvent.stream == stream, StreamEvent.seq == seq)
            )
            if stands != leaf_hash:
                yield Broken(stream, seq, "root")


def seal_day(uow: UnitOfWork, day: date) -> bool:
    """All heads that moved stand under a signed Merkle root of `day`; False if sealed before.

    A root names the heads that changed since the root before it, so its size follows the
    day's work and not the age of the home.
    """
    if uow.session.get(StreamRoot, day) is not None:
        return False
    since = uow.session.scalar(select(func.max(StreamRoot.sealed_at)))
    moved = select(StreamEvent.stream).distinct()
    if since is not None:
        moved = moved.where(StreamEvent.recorded_at > since)
    heads = uow.session.scalars(
        select(StreamHead).where(StreamHead.stream.in_(moved)).order_by(StreamHead.stream)
    )
    leaves = [(head.stream, head.seq, head.hash) for head in heads]
    root = merkle_root(leaves)
    key_id, signature = uow.ring.sign(_root_content(day, root))
    uow.session.add(
        StreamRoot(
            day=day,
            sealed_at=uow.now,
            heads=len(leaves),
            root=root,
            signature=signature,
            key_id=key_id,
            leaves=[list(leaf) for leaf in leaves],
        )
    )
    return True


def merkle_root(leaves: list[tuple[str, int, str]]) -> str:
    """Root of a binary hash tree as in RFC 9162 section 2.1, over canonical leaves."""
    level = [hashlib.sha256(b"\x00" + canonical_json(list(leaf)).encode()) for leaf in leaves]
    hashes = [leaf.digest() for leaf in level]
    return (_tree(hashes) if hashes else hashlib.sha256(b"").digest()).hex()


def _tree(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _tree(hashes[:split]) + _tree(hashes[split:])).digest()


def _root_content(day: date, root: str) -> bytes:
    return canonical_json({"day": day, "root": root}).encode()


def _hash(row: StreamEvent) -> str:
    return digest(
        {
            "version": row.version,
            "stream": row.stream,
            "seq": row.seq,
            "kind": row.kind,
            "prev_hash": row.prev_hash,
            "occurred_at": row.occurred_at,
            "recorded_at": row.recorded_at,
            "actor": row.actor,
            "body": row.body,
        }
    )


def _fact(row: StreamEvent) -> Fact:
    return Fact(
        row.stream,
        row.seq,
        row.kind,
        row.hash,
        row.occurred_at,
        row.recorded_at,
        row.actor,
        row.body,
    )
