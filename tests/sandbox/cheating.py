"""One payment provider that cheats, over real HTTP, whichever provider's tongue it speaks.

It charges payers and tells our application, served on 127.0.0.1; by name it duplicates,
reorders, delays, loses our reply after charging, and lies about amounts.
"""

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

import requests
from flask import Flask
from werkzeug.serving import make_server

from postal_bridge.kernel.clock import VIETNAM

NUMBERS = itertools.count(71_000_000)
TIMES = 5


class Cheat(StrEnum):
    DUPLICATES = "duplicates"
    REORDERS = "reorders"
    DELAYS = "delays"
    LOSES_REPLY = "loses_reply"
    LIES = "lies"


@dataclass(frozen=True)
class Charge:
    """What a payer was charged, and when; `transaction` is the provider's own number."""

    reference: str
    amount_vnd: int
    at: datetime = field(default_factory=lambda: datetime.now(VIETNAM))
    transaction: str = field(default_factory=lambda: str(next(NUMBERS)))


class Tongue(Protocol):
    """How one provider says that it charged, and what it hears in our reply."""

    def ask(self, url: str, charge: Charge) -> requests.PreparedRequest: ...

    def heard(self, reply: requests.Response) -> str:
        """credited, repeat, mismatch, contradicts or refused: what our reply says of it."""
        ...


@dataclass
class CheatingProvider:
    url: str
    tongue: Tongue
    cheat: Cheat

    def tell(self, charges: Sequence[Charge]) -> list[str]:
        """What our replies said, in the order they came. A true notice is told in the end."""
        match self.cheat:
            case Cheat.DUPLICATES:
                with ThreadPoolExecutor(TIMES) as pool:
                    return list(pool.map(self._say, [one for one in charges for _ in range(TIMES)]))
            case Cheat.REORDERS:
                later = [self._say(one) for one in reversed(charges)]
                return later + [self._say(one) for one in charges]
            case Cheat.DELAYS:
                return [self._say(replace(c, at=c.at - timedelta(days=300))) for c in charges]
            case Cheat.LOSES_REPLY:
                for one in charges:
                    self._say_and_hang_up(one)
                return [self._say(one) for one in charges]
            case Cheat.LIES:
                said = []
                for one in charges:
                    for amount_vnd in (one.amount_vnd + 1_000, one.amount_vnd):
                        said.append(self._say(replace(one, amount_vnd=amount_vnd)))
                return said

    def _say(self, charge: Charge) -> str:
        with requests.Session() as session:
            reply = session.send(self.tongue.ask(self.url, charge), timeout=20)
        return self.tongue.heard(reply)

    def _say_and_hang_up(self, charge: Charge) -> None:
        """Everything is sent and nothing is read: as a line that breaks after the request."""
        asked = self.tongue.ask(self.url, charge)
        where = urlsplit(asked.url or "")
        body = asked.body.encode() if isinstance(asked.body, str) else asked.body or b""
        lines = [f"{asked.method} {asked.path_url} HTTP/1.1", f"Host: {where.netloc}"]
        lines += [f"{name}: {value}" for name, value in asked.headers.items()]
        with socket.create_connection((where.hostname or "", where.port or 80), 5) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            line.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application at a port of this machine; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
