"""A real Valkey for the tests, started the way the service starts its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from postal_bridge.jobs.valkey import ValkeyServer


@contextmanager
def running_valkey(folder: Path, home_id: str | None = None) -> Iterator[ValkeyServer]:
    """A server of its own in `folder`, ended afterwards."""
    server = ValkeyServer(home_id or uuid4().hex, folder / "valkey", folder / "valkey.log")
    server.start()
    try:
        yield server
    finally:
        server.stop()
