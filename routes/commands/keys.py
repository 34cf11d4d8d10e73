"""Keys of the home: they are changed here and nowhere else, one state at a time.

Running parts read keys when they start, so restart them after each step.
"""

import sys

import click

from postal_bridge.jobs.rewrapping import rewrap_all
from postal_bridge.kernel.home import HomeFolder
from postal_bridge.kernel.keys import KeyRing, Purpose
from routes.commands.composition import OperatorCommand, container, settings
from routes.commands.speech import InputWrong, Reply

SHORTEST_GIVEN = 16


@click.group("keys")
def keys() -> None:
    """Khóa mã hóa. Keys by purpose; secrets are never shown."""


@keys.command("list", cls=OperatorCommand)
def list_keys() -> Reply:
    """Liệt kê khóa. Every key with its purpose and state."""
    return _listed(KeyRing.load(_folder().keys))


@keys.command("add", cls=OperatorCommand)
@click.argument("purpose", type=click.Choice([purpose.value for purpose in Purpose]))
@click.option("--given", is_flag=True, help="webhook only: a partner's secret, on standard input")
def add_key(purpose: str, given: bool) -> Reply:
    """Thêm khóa. A new key that reads but does not make anything yet."""
    ring = KeyRing.load(_folder().keys)
    if not given:
        return _kept(ring.add(Purpose(purpose))[0])
    secret = sys.stdin.readline().strip()
    if Purpose(purpose) is not Purpose.WEBHOOK or len(secret) < SHORTEST_GIVEN:
        raise InputWrong(problem="--given")
    return _kept(ring.add_given(Purpose(purpose), secret.encode())[0])


@keys.command("activate", cls=OperatorCommand)
@click.argument("key_id")
def activate_key(key_id: str) -> Reply:
    """Dùng khóa này từ nay. From now on this key makes; the one before it only reads."""
    return _kept(KeyRing.load(_folder().keys).activate(key_id))


@keys.command("retire", cls=OperatorCommand)
@click.argument("key_id")
def retire_key(key_id: str) -> Reply:
    """Ngừng dùng khóa. Nothing under this key can be read any more; rewrap first."""
    return _kept(KeyRing.load(_folder().keys).retire(key_id))


@keys.command("rewrap", cls=OperatorCommand)
def rewrap() -> Reply:
    """Bọc lại dưới khóa mới. Data keys and blind forms stand under the active keys."""
    moved = rewrap_all(units=container(wiring=False).units)
    document = {"rewrapped": moved.data_keys, "people": moved.people, "doors": moved.doors}
    return Reply(document, " ".join(f"{name}={count}" for name, count in document.items()))


def _folder() -> HomeFolder:
    return HomeFolder(settings().home)


def _kept(ring: KeyRing) -> Reply:
    ring.save(_folder().keys)
    return _listed(ring)


def _listed(ring: KeyRing) -> Reply:
    rows = [
        {"id": key.id, "purpose": key.purpose.value, "state": key.state.value}
        for key in sorted(ring.keys.values(), key=lambda key: (key.purpose.value, key.id))
    ]
    shown = "\n".join(f"{row['purpose']:<16} {row['state']:<10} {row['id']}" for row in rows)
    return Reply({"keys": rows}, shown)
