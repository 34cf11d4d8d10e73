"""The load of the bench, in a process of its own: `python -m … < plan.json > measured.json`.

Closed loop: each client asks again as soon as it has its answer, which finds the highest rate.
Open loop: requests begin by the clock whatever the service does, and latency counts from when a
request was due, so a service that stalls cannot hide it. Standard library only, so that little of
the machine is spent here.
"""

import asyncio
import json
import sys
import time
import uuid
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

HOST = "127.0.0.1"
LONGEST_ANSWER_S = 60.0
STILL_OPEN_S = 15.0  # what is under way when the time is over may still be answered


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as it is sent, but for its key and its sender."""

    head: str
    body: bytes

    def as_bytes(self, number: int) -> bytes:
        """Each comes from another address, as people do, and under another key."""
        sender = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        own = f"X-Forwarded-For: {sender}\r\nIdempotency-Key: {uuid.uuid4()}\r\n\r\n"
        return (self.head + own).encode() + self.body


@dataclass(slots=True)
class Measured:
    latencies_ms: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    bytes_in: int = 0
    took_s: float = 0.0

    def add(self, status: str, began: float, size: int) -> None:
        self.latencies_ms.append((time.perf_counter() - began) * 1000)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.bytes_in += size


class Line:
    """One kept-open connection; opened anew when the other side closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[str, int]:
        """Status and size of the answer. Raises OSError, EOFError, TimeoutError."""
        was_open = self._streams is not None
        try:
            return await asyncio.wait_for(self._ask(request), LONGEST_ANSWER_S)
        except (OSError, EOFError):
            self.close()
            if not was_open:
                raise
        return await asyncio.wait_for(self._ask(request), LONGEST_ANSWER_S)

    async def _ask(self, request: bytes) -> tuple[str, int]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        size = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
        await reader.readexactly(size)
        if "connection: close" in head:
            self.close()
        return head[9:12], len(head) + size

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def asks_of(plan: dict[str, Any]) -> list[Ask]:
    found = []
    for one in plan["asks"]:
        body = one.get("body", "").encode()
        lines = [f"{one['method']} {one['path']} HTTP/1.1", f"Host: {HOST}:{plan['port']}"]
        lines += [f"{name}: {value}" for name, value in one.get("headers", {}).items()]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        found.append(Ask("\r\n".join(lines) + "\r\n", body))
    return found


async def closed_loop(plan: dict[str, Any]) -> Measured:
    """`clients` ask one after the other until the time is over."""
    done, numbers, asks = Measured(), count(1), asks_of(plan)
    began = time.perf_counter()
    until = began + plan["seconds"]

    async def client(mine: list[Ask]) -> None:
        line, turns = Line(plan["port"]), cycle(mine)
        while time.perf_counter() < until:
            await _one(line, next(turns).as_bytes(next(numbers)), time.perf_counter(), done)
        line.close()

    # A client keeps to its own share of the asks: a clerk sits in one office.
    shares = [asks[n :: plan["clients"]] or asks for n in range(plan["clients"])]
    await asyncio.gather(*(client(share) for share in shares))
    done.took_s = time.perf_counter() - began
    return done


async def open_loop(plan: dict[str, Any]) -> Measured:
    """`rate` requests begin each second; as many lines are open as that takes."""
    done, numbers, turns = Measured(), count(1), cycle(asks_of(plan))
    idle: list[Line] = []
    running: set[asyncio.Task[None]] = set()
    began = time.perf_counter()

    async def one(due: float) -> None:
        line = idle.pop() if idle else Line(plan["port"])
        await _one(line, next(turns).as_bytes(next(numbers)), due, done)
        idle.append(line)

    for number in range(int(plan["rate"] * plan["seconds"])):
        due = began + number / plan["rate"]
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(one(due))
        running.add(task)
        task.add_done_callback(running.discard)
    if running:
        await asyncio.wait(running, timeout=STILL_OPEN_S)
    done.took_s = time.perf_counter() - began
    done.lost += len(running)
    for line in idle:
        line.close()
    return done


async def _one(line: Line, request: bytes, began: float, done: Measured) -> None:
    try:
        status, size = await line.ask(request)
    except (OSError, EOFError, TimeoutError):
        done.lost += 1
        line.close()
        return
    done.add(status, began, size)


def summary(done: Measured) -> dict[str, Any]:
    """What the bench needs to know; nobody reads single latencies."""
    ordered = sorted(done.latencies_ms)
    good = sum(number for status, number in done.statuses.items() if status.startswith("2"))
    return {
        "answered": len(ordered),
        "good": good,
        "lost": done.lost,
        "statuses": done.statuses,
        "per_s": round(good / done.took_s, 1) if done.took_s else 0.0,
        "p50_ms": percentile(ordered, 50),
        "p95_ms": percentile(ordered, 95),
        "p99_ms": percentile(ordered, 99),
        "bytes_per_answer": done.bytes_in // max(1, len(ordered)),
    }


def percentile(ordered: list[float], percent: int) -> float | None:
    """The smallest value that so many per cent do not exceed; None of nothing."""
    if not ordered:
        return None
    rank = max(0, -(-len(ordered) * percent // 100) - 1)
    return round(ordered[rank], 1)


def main() -> None:
    plan = json.load(sys.stdin)
    loop = open_loop if plan.get("rate") else closed_loop
    json.dump(summary(asyncio.run(loop(plan))), sys.stdout)


if __name__ == "__main__":
    main()
