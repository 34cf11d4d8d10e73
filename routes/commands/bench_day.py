"""A province's day of dossiers for the bench: some real ones, copied row by row.

What is copied was accepted, paid and remitted by the service itself, so the copies look like its
work; only ids, numbers and the planted differences are changed. Written as plain rows, because
ten thousand acceptances would measure accepting.
"""

from collections.abc import Callable, Mapping
from itertools import cycle, islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, TextClause, text

from postal_bridge.insight.matching import DifferenceKind
from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.idempotency import Once
from postal_bridge.money.service import RemitFees, open_fees, remit_fees
from routes.commands.bench_asks import acceptances, client_of
from routes.commands.bench_stage import Stage

AT_ONCE = 1000
NOT_COUNTED_IN, NOT_REMITTED, OTHER_AMOUNT = 47, 61, 97
"""One in so many dossiers has this difference."""
Row = dict[str, Any]


def province_day(made: Stage, dossiers: int) -> Mapping[DifferenceKind, int]:
    """So many dossiers of today, each with fee and fare receipts; returns what is planted."""
    templates = _templates(made)
    planted = dict.fromkeys(
        (
            DifferenceKind.NOT_COUNTED_IN,
            DifferenceKind.NOT_REMITTED,
            DifferenceKind.AMOUNT_DIFFERS,
        ),
        0,
    )
    with made.container.units.engine.execution_options(writes=True).begin() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        _count_in(connection, [row["dossiers"][0] for row in templates])
        batch: dict[str, list[Row]] = {}
        wanted = islice(cycle(templates), dossiers - len(templates))
        for number, template in enumerate(wanted, start=1):
            kind = _planted(number)
            if kind is not None:
                planted[kind] += 1
            for table, rows in _copy(template, number, kind, is_sqlite).items():
                batch.setdefault(table, []).extend(rows)
            if number % AT_ONCE == 0:
                _insert(connection, batch)
                batch = {}
        _insert(connection, batch)
    return planted


def _planted(number: int) -> DifferenceKind | None:
    if number % NOT_COUNTED_IN == 0:
        return DifferenceKind.NOT_COUNTED_IN
    if number % NOT_REMITTED == 0:
        return DifferenceKind.NOT_REMITTED
    return DifferenceKind.AMOUNT_DIFFERS if number % OTHER_AMOUNT == 0 else None


def _templates(made: Stage) -> list[dict[str, list[Row]]]:
    """Dossiers that the service accepted over its API, with a fee that is remitted."""
    client = client_of(made)
    ids = []
    for one in acceptances(made):
        headers = {**one["headers"], "Idempotency-Key": str(uuid4())}
        answer = client.post(
            one["path"], data=one["body"].encode(), content_type="application/json",
            headers=headers,
        )  # fmt: skip
        if answer.status_code == 201:
            ids.append(str(answer.get_json()["dossier_id"]))
    _remit(made)
    found = []
    with made.container.units.engine.connect() as connection:
        key = (lambda one: UUID(one).hex) if connection.dialect.name == "sqlite" else UUID
        for dossier_id in ids:
            rows = _rows_of(connection, key(dossier_id))
            if rows["remittance_items"]:
                found.append(rows)
    if not found:
        raise SetupLacking(what="a sample counter that takes a fee")
    return found


def _remit(made: Stage) -> None:
    """Every section with fees is paid on by its office."""
    sql = "SELECT DISTINCT unit_id, section_id FROM receipts WHERE kind = 'fee'"
    with made.container.units.engine.connect() as connection:
        pairs = [tuple(row) for row in connection.execute(text(sql))]
    with made.container.units.read() as uow:
        today = local(uow.now).date()
    for unit_id, section_id in pairs:
        unit, section = UUID(str(unit_id)), UUID(str(section_id))
        actor = Actor(ActorKind.STAFF, str(uuid4()), Scope(units=frozenset({unit})), unit)
        once: Once[Any] = Once(str(uuid4()), "POST /bench", "0" * 64, lambda view: b"{}")
        with made.container.units.read() as uow:
            open_vnd = open_fees(uow, section, today, actor=actor).amount_vnd
        command = RemitFees(section, today, open_vnd, f"BENCH-{section}")
        remit_fees(command, actor=actor, once=once, units=made.container.units)


def _rows_of(connection: Connection, dossier_id: object) -> dict[str, list[Row]]:
    """Everything the reconciliation reads of one dossier, in the order it must be written."""
    given = {"id": dossier_id}
    where = {
        "dossiers": "id = :id",
        "items": "dossier_id = :id AND kind = 'dossier_envelope'",
        "journal_entries": "dossier_id = :id",
        "postings": "entry_id IN (SELECT id FROM journal_entries WHERE dossier_id = :id)",
        "payments": "dossier_id = :id",
        "receipts": "dossier_id = :id",
        "remittance_items": "receipt_id IN (SELECT id FROM receipts WHERE dossier_id = :id)",
    }
    return {
        table: [
            dict(row) for row in connection.execute(_select(table, condition), given).mappings()
        ]
        for table, condition in where.items()
    }


def _select(table: str, condition: str) -> TextClause:
    return text(f"SELECT * FROM {table} WHERE {condition}")  # noqa: S608  (both stand above)


def _copy(
    template: Mapping[str, list[Row]], number: int, kind: DifferenceKind | None, is_sqlite: bool
) -> dict[str, list[Row]]:
    """The same dossier again under ids and numbers of its own."""
    new_ids: dict[Any, Any] = {}

    def renamed(value: Any) -> Any:
        if value not in new_ids:
            fresh = uuid4()
            new_ids[value] = fresh.hex if is_sqlite else fresh
        return new_ids[value]

    changes: dict[str, Callable[[Row], Row]] = {
        "dossiers": lambda row: {
            "id": renamed(row["id"]),
            "acceptance_number": f"BENCH-{number}",
            "dossier_code": None,
            "received_at": None if kind is DifferenceKind.NOT_COUNTED_IN else row["accepted_at"],
        },
        "items": lambda row: {
            "id": renamed(row["id"]),
            "number": f"BB{number:09d}VN",
            "dossier_id": renamed(row["dossier_id"]),
        },
        "journal_entries": lambda row: {
            "id": renamed(row["id"]),
            "dossier_id": renamed(row["dossier_id"]),
            "payment_id": renamed(row["payment_id"]),
        },
        "postings": lambda row: {"entry_id": renamed(row["entry_id"])},
        "payments": lambda row: {
            "id": renamed(row["id"]),
            "reference": f"PB{number:012d}",
            "quote_id": None,
            "dossier_id": renamed(row["dossier_id"]),
            "entry_id": renamed(row["entry_id"]),
        },
        "receipts": lambda row: {
            "id": renamed(row["id"]),
            "number": row["number"] + 1000 * number,
            "payment_id": renamed(row["payment_id"]),
            "entry_id": renamed(row["entry_id"]),
            "dossier_id": renamed(row["dossier_id"]),
        },
        "remittance_items": lambda row: {
            "receipt_id": renamed(row["receipt_id"]),
            "amount_vnd": row["amount_vnd"] + (kind is DifferenceKind.AMOUNT_DIFFERS),
        },
    }
    unremitted = (DifferenceKind.NOT_COUNTED_IN, DifferenceKind.NOT_REMITTED)
    return {
        table: [{**row, **changes[table](row)} for row in rows]
        for table, rows in template.items()
        if not (table == "remittance_items" and kind in unremitted)
    }


def _insert(connection: Connection, batch: Mapping[str, list[Row]]) -> None:
    for table, rows in batch.items():
        if rows:
            names = list(rows[0])
            values = ", ".join(f":{name}" for name in names)
            columns = ", ".join(f'"{name}"' for name in names)
            sql = f"INSERT INTO {table} ({columns}) VALUES ({values})"  # noqa: S608  (our columns)
            connection.execute(text(sql), rows)


def _count_in(connection: Connection, dossiers: list[Row]) -> None:
    for row in dossiers:
        connection.execute(
            text("UPDATE dossiers SET received_at = accepted_at WHERE id = :id"),
            {"id": row["id"]},
        )
