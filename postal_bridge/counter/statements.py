"""The signed statement of a clerk's shift: everything on record, as data and as paper."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from postal_bridge.directory.service import unit_view
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.ledger import PostedLine
from postal_bridge.money.service import DrawerView, drawer_by_id
from postal_bridge.money.signed_statement import (
    KIND,
    VERSION,
    check_short_link,
    public_keys_of,
    short_link,
    sign_statement,
)
from postal_bridge.people.service import staff_name


@dataclass(frozen=True, slots=True)
class Statement:
    """`document` is what anyone can check; `link` stands in the printed QR."""

    drawer: DrawerView
    document: Mapping[str, Any]
    link: str

    @property
    def as_json(self) -> bytes:
        """The same shift gives the same bytes, whenever and by whomever it is asked for."""
        return json.dumps(self.document, ensure_ascii=False, indent=1, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class ShortCheck:
    """What a statement's QR says. `is_present`: the books still say the same."""

    facts: Mapping[str, str]
    is_present: bool


def signed_statement(drawer_id: UUID, *, base_url: str, actor: Actor, units: Units) -> Statement:
    """A clerk always has his own (facts: H-20). Raises NotFound outside the scope."""
    with units.read() as uow:
        drawer = drawer_by_id(uow, drawer_id, actor=actor)
        content = statement_content(uow, drawer)
        document = sign_statement(uow.ring, content)
        return Statement(drawer, document, short_link(uow.ring, base_url, content))


def check_printed(link: str, *, units: Units) -> ShortCheck | None:
    """Whether the office signed a printed statement's QR, and still says the same; else None."""
    with units.read() as uow:
        facts = check_short_link(link, public_keys_of(uow.ring))
        if facts is None:
            return None
        try:
            drawer = drawer_by_id(uow, UUID(facts["d"]), actor=Actor.job("statement.check"))
        except NotFound:
            return ShortCheck(facts, False)
        now = statement_content(uow, drawer)
        return ShortCheck(facts, digest(now) == facts["h"])


def statement_content(uow: ReadUnit, drawer: DrawerView) -> dict[str, Any]:
    """Everything of the shift in its order; no citizen's data stands in it."""
    stream = streams.journal_stream(f"shift:{drawer.id}")
    facts = streams.read(uow, stream)
    own = {str(fact.body["entry_id"]) for fact in facts if "entry_id" in fact.body}
    return {
        "kind": KIND,
        "version": VERSION,
        "home": uow.home_id,
        "is_sandbox": uow.is_sandbox,
        "drawer_id": drawer.id,
        "clerk": {"id": drawer.clerk, "name": _staff(uow, drawer.clerk)},
        "office": {"id": drawer.unit_id, "name": _office(uow, drawer.unit_id)},
        "status": drawer.status.value,
        "opened_at": drawer.opened_at,
        "closed_at": drawer.closed_at,
        "float_vnd": drawer.float_vnd,
        "other_vnd": drawer.other_vnd,
        "expected_vnd": drawer.expected_vnd,
        "counted_vnd": drawer.counted_vnd,
        "difference_vnd": drawer.difference_vnd,
        "owed_vnd": drawer.owed_vnd,
        "clerk_says": drawer.reason or drawer.explanation,
        "second_person": _second(uow, drawer),
        "lines": [_line(line, own) for line in drawer.lines],
        "journal": {
            "stream": stream,
            "first": facts[0].seq if facts else 0,
            "last": facts[-1].seq if facts else 0,
            "count": len(facts),
            "head": facts[-1].hash if facts else "",
            "events": _events(facts),
        },
    }


def _second(uow: ReadUnit, drawer: DrawerView) -> dict[str, str] | None:
    """Who stood by the count; None: the clerk closed alone."""
    who = drawer.second_person
    return None if who is None else {"id": who, "name": _staff(uow, who)}


def _events(facts: list[streams.Fact]) -> list[dict[str, Any]]:
    events, before = [], streams.GENESIS
    for fact in facts:
        events.append(
            {
                "version": streams.VERSION,
                "stream": fact.stream,
                "seq": fact.seq,
                "kind": fact.kind,
                "prev_hash": before,
                "occurred_at": fact.occurred_at,
                "recorded_at": fact.recorded_at,
                "actor": dict(fact.actor),
                "body": dict(fact.body),
                "hash": fact.hash,
            }
        )
        before = fact.hash
    return events


def _line(line: PostedLine, own: set[str]) -> dict[str, Any]:
    """`elsewhere`: posted in another journal (a payment given back), not in the shift's chain."""
    return {
        "entry_id": line.entry_id,
        "at": line.at,
        "kind": line.kind,
        "about": line.about,
        "amount_vnd": line.amount_vnd,
        "actor": line.actor,
        "actor_kind": line.actor_kind,
        "reverses_id": line.reverses_id,
        "elsewhere": str(line.entry_id) not in own,
    }


def _staff(uow: ReadUnit, staff_id: str) -> str:
    return staff_name(uow, UUID(staff_id))


def _office(uow: ReadUnit, unit_id: UUID) -> str:
    return unit_view(uow, unit_id).name
