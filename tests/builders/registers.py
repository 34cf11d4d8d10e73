"""Changes of the register of units, published as an operator does."""

from postal_bridge.directory.service import RegisterPublished, publish_register
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.directory import today

OPERATOR = Actor.operator()
LONG_MY, LONG_BINH = "31471", "31473"
HEAD = "change,code,valid_from,unit_type,name,to,part,instrument"


def file(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def publish(units: Units, *rows: str, key: str = "key", actor: Actor = OPERATOR) -> int:
    """The rows hold; returns the publication's number."""

    def render(made: RegisterPublished) -> bytes:
        return str(made.snapshot.number).encode()

    once = Once(key, "POST /x", "0" * 64, render)
    return int(publish_register(file(*rows), actor=actor, once=once, units=units))


def merged(units: Units, code: str = LONG_MY, into: str = LONG_BINH) -> tuple[str, str]:
    """One commune becomes part of another today."""
    on = today(units).isoformat()
    return f"end,{code},{on},,,,,12/NQ", f"becomes,{code},{on},,,{into},whole,12/NQ"
