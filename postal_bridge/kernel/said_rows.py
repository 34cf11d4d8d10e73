"""Rows that no other fact tells of: the chain says each as it was written.

Whoever holds the database could delete or change such a row, and nobody would miss it. With its
plain columns said in a stream of an area of its own, `rows_that_differ` does.
"""

import json
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import canonical_json, digest
from postal_bridge.kernel.tables import Base
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

AT_ONCE = 500
DIGEST = "_digest"


def say_row(
    uow: UnitOfWork,
    stream: str,
    kind: str,
    row: Base,
    columns: Collection[str],
    *,
    digests: Collection[str] = (),
    is_first: bool = False,
    actor: Actor,
) -> None:
    """The stream has the row's id and these columns of it: ids, codes and times alone.

    `digests`: columns too long for a chain, of which it has the digest.
    """
    body = {name: getattr(row, name) for name in ("id", *columns)}
    body |= {f"{name}{DIGEST}": digest(getattr(row, name)) for name in digests}
    streams.append(uow, stream, kind, body, actor=actor, is_first=is_first)


def said_words(of: UUID, words: str | None) -> str | None:
    """What a chain has of free words: a digest bound to their row, for they may name somebody."""
    return None if words is None else digest([str(of), words])


def rows_that_differ(uow: ReadUnit, area: str, entity: type[Any]) -> Iterator[tuple[str, str]]:
    """(id, "gone" or "differs") of each row that a stream of the area tells of otherwise."""
    facts = (fact for _, own in streams.read_all(uow, area) for fact in own)
    while some := list(islice(facts, AT_ONCE)):
        said = {UUID(fact.body["id"]): fact.body for fact in some}
        rows = uow.session.scalars(select(entity).where(entity.id.in_(said)))
        stand = {row.id: row for row in rows}
        for row_id, body in said.items():
            if row_id not in stand:
                yield str(row_id), "gone"
            elif _as_said(stand[row_id], body) != body:
                yield str(row_id), "differs"


def _as_said(row: Any, body: Collection[str]) -> Any:
    return json.loads(canonical_json({name: _said(row, name) for name in body}))


def _said(row: Any, name: str) -> Any:
    column = name.removesuffix(DIGEST)
    return getattr(row, column) if column == name else digest(getattr(row, column))
