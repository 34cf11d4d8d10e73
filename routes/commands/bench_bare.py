"""The measuring stick: the least that Flask, marshmallow and one statement can cost here.

No accounts, no keys, no chain, no money: one table, one insert with its commit, one select. It is
served by the same gunicorn and on the same kind of database with the same guarantees, so what the
service costs beside it is what the service does.
"""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, request
from marshmallow import Schema, fields
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, insert, select

from postal_bridge.kernel.database import make_engine, sqlite_lock_path
from postal_bridge.kernel.writer_lock import WriterLock

URL_VARIABLE = "POSTAL_BRIDGE_BENCH_URL"
SLIPS = Table(
    "slips",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("full_name", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("weight_g", Integer, nullable=False),
)


class SlipSchema(Schema):
    full_name = fields.String(required=True)
    procedure = fields.String(required=True)
    weight_g = fields.Integer(required=True)


def prepare_bare(url: str, *, rows: int) -> None:
    """The table exists and holds so many rows, numbered from 1."""
    engine = make_engine(url)
    SLIPS.metadata.create_all(engine)
    with engine.execution_options(writes=True).begin() as connection:
        for number in range(1, rows + 1):
            connection.execute(insert(SLIPS), slip(number))
    engine.dispose()


def slip(number: int) -> Mapping[str, Any]:
    return {"full_name": f"Nguyễn Thị Hoa {number}", "procedure": "1.001612", "weight_g": 100}


def create_bare(url: str | None = None, engine: Engine | None = None) -> Flask:
    """The bare application; gunicorn calls it once in each process."""
    chosen = url or os.environ[URL_VARIABLE]
    engine = engine or make_engine(chosen)
    schema = SlipSchema()
    # On SQLite a bare insert queues as ours do: without it, writers starve one another.
    lock = WriterLock(sqlite_lock_path(chosen))
    app = Flask("bare")

    @app.post("/slips")
    def accept() -> tuple[Response, int]:
        given = schema.load(request.get_json())
        with lock(), engine.execution_options(writes=True).begin() as connection:
            made = connection.execute(insert(SLIPS), given).inserted_primary_key
        return jsonify(id=made[0] if made else None), 201

    @app.get("/slips/<int:number>")
    def track(number: int) -> Response:
        with engine.connect() as connection:
            row = connection.execute(select(SLIPS).where(SLIPS.c.id == number)).mappings().one()
        return jsonify(schema.dump(row))

    @app.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    return app
