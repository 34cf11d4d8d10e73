"""What one request is made of: statements, commits, time with a transaction open, bytes.

Asked inside this process and one after the other, so that nothing waits for anything else.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from statistics import median
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

WARM = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """Of one request, on the average; times are medians.

    Attributes
    ----------
    whole_ms : from the request's arrival in Python to its answer
    in_transaction_ms : of that, while a database transaction was open
    """

    statements: float
    transactions: float
    commits: float
    whole_ms: float
    in_transaction_ms: float
    request_bytes: float
    answer_bytes: float

    def as_document(self) -> dict[str, float]:
        return {name: round(value, 1) for name, value in asdict(self).items()}


class _Watch:
    """Counts what an engine does, and how long its connections are out."""

    def __init__(self, engine: Engine) -> None:
        self.counts = {"statements": 0, "transactions": 0, "commits": 0}
        self.out_s = 0.0
        self._since = 0.0
        self._listeners = (
            (engine, "before_cursor_execute", self._statement),
            (engine, "commit", self._commit),
            (engine, "checkout", self._checkout),
            (engine, "checkin", self._checkin),
        )

    def __enter__(self) -> "_Watch":
        for target, name, function in self._listeners:
            event.listen(target, name, function)
        return self

    def __exit__(self, *_: object) -> None:
        for target, name, function in self._listeners:
            event.remove(target, name, function)

    def _statement(self, *_: object) -> None:
        self.counts["statements"] += 1

    def _commit(self, *_: object) -> None:
        self.counts["commits"] += 1

    def _checkout(self, *_: object) -> None:
        self.counts["transactions"] += 1
        self._since = time.perf_counter()

    def _checkin(self, *_: object) -> None:
        self.out_s += time.perf_counter() - self._since


def parts_of(
    client: FlaskClient, engine: Engine, asks: Sequence[dict[str, Any]], *, times: int
) -> Parts:
    """What these asks cost, each under a fresh key, the first few left out."""
    for one in islice(cycle(asks), WARM):
        _ask(client, one)
    whole, inside, sent, got = [], [], 0, 0
    with _Watch(engine) as watch:
        for one in islice(cycle(asks), times):
            before, began = watch.out_s, time.perf_counter()
            got += _ask(client, one)
            whole.append((time.perf_counter() - began) * 1000)
            inside.append((watch.out_s - before) * 1000)
            sent += len(one.get("body", "").encode())
    return Parts(
        **{name: number / times for name, number in watch.counts.items()},
        whole_ms=median(whole),
        in_transaction_ms=median(inside),
        request_bytes=sent / times,
        answer_bytes=got / times,
    )


def _ask(client: FlaskClient, one: dict[str, Any]) -> int:
    headers = {**one.get("headers", {}), "Idempotency-Key": str(uuid4())}
    sender = {"REMOTE_ADDR": f"10.{uuid4().int % 250}.{uuid4().int % 250}.{uuid4().int % 250}"}
    answer = client.open(
        one["path"],
        method=one["method"],
        data=one.get("body", "").encode(),
        content_type="application/json" if one.get("body") else None,
        headers=headers,
        environ_overrides=sender,
    )
    return len(answer.get_data())
