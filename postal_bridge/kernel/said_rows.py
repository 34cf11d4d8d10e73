"""Rows that no other fact tells of: the chain says each as it was written.

Whoever holds the database could delete or change such a row, and nobody would miss it. With its
plain columns said in a stream of an area of its own, `rows_that_differ` does.
"""

import json
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import canonical_json, digest
from postal_bridge.kernel.tables import StreamEvent, StreamHead
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

AT_ONCE = 500
DIGEST = "_digest"
WORDS = "_words"


def say_row(
    uow: UnitOfWork,
    stream: str,
    kind: str,
    row: Any,
    columns: Collection[str],
    *,
    digests: Collection[str] = (),
    words: Collection[str] = (),
    is_first: bool = False,
    actor: Actor,
) -> None:
    """The stream has the row's id and these columns of it: ids, codes and times alone.

    `digests`: columns too long for a chain, of which it has the digest. `words`: columns that
    name somebody, of which it has a digest bound to the row. A row said again is as said last.
    """
    body = {name: getattr(row, name) for name in ("id", *columns)}
    body |= {f"{name}{DIGEST}": digest(getattr(row, name)) for name in digests}
    body |= {f"{name}{WORDS}": said_words(row.id, getattr(row, name)) for name in words}
    streams.append(uow, stream, kind, body, actor=actor, is_first=is_first)


def said_words(of: UUID, words: str | None) -> str | None:
    """What a chain has of free words: a digest bound to their row, for they may name somebody."""
    return None if words is None else digest([str(of), words])


def rows_that_differ(uow: ReadUnit, area: str, entity: type[Any]) -> Iterator[tuple[str, str]]:
    """(id, "gone" or "differs") of each row that a stream of the area told of last otherwise."""
    bodies = (
        body
        for _, own in streams.read_all(uow, area)
        for body in {fact.body["id"]: fact.body for fact in own}.values()
    )
    while some := list(islice(bodies, AT_ONCE)):
        said = {UUID(body["id"]): body for body in some}
        rows = uow.session.scalars(select(entity).where(entity.id.in_(said)))
        stand = {row.id: row for row in rows}
        for row_id, body in said.items():
            if row_id not in stand:
                yield str(row_id), "gone"
            elif _as_said(stand[row_id], body) != body:
                yield str(row_id), "differs"


def rows_never_said(uow: ReadUnit, area: str, entity: type[Any]) -> Iterator[str]:
    """Ids of rows made since the area's first fact that have no stream of their own there.

    Rows from before are passed.
    """
    is_of_area = StreamEvent.stream.startswith(f"{area}:", autoescape=True)
    since = uow.session.scalar(select(func.min(StreamEvent.recorded_at)).where(is_of_area))
    if since is None:
        return
    heads = select(StreamHead.stream).where(
        StreamHead.stream.startswith(f"{area}:", autoescape=True)
    )
    said = {name.removeprefix(f"{area}:") for name in uow.session.scalars(heads)}
    for row_id in uow.session.scalars(select(entity.id).where(entity.created_at >= since)):
        if str(row_id) not in said:
            yield str(row_id)


def _as_said(row: Any, body: Collection[str]) -> Any:
    return json.loads(canonical_json({name: _said(row, name) for name in body}))


def _said(row: Any, name: str) -> Any:
    if name.endswith(WORDS):
        return said_words(row.id, getattr(row, name.removesuffix(WORDS)))
    column = name.removesuffix(DIGEST)
    return getattr(row, column) if column == name else digest(getattr(row, column))
