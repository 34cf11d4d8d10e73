"""What a gateway says it charged on a day, against what it has told us of. Use case.

Its list is the same CSV as a bank's statement. A charge it never told of is settled now; one it
told of and does not list is named, for nobody but the gateway can say what became of it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import VIETNAM
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import parked_store
from postal_bridge.money.statement_import import Gateway, LineFate, import_statement


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A charge that we were told of and the gateway's list of its day does not hold."""

    transaction: str
    amount: int
    reference: str | None


@dataclass(frozen=True, slots=True)
class ChargesOfDay:
    lines: tuple[LineFate, ...]
    unlisted: tuple[Unlisted, ...]


def compare_charges(
    content: bytes, day: date, gateway: Gateway, *, actor: Actor, units: Units
) -> ChargesOfDay:
    """Every line of the list with its fate, and what is missing in it.

    Raises StatementUnreadable.
    """
    lines = import_statement(content, actor=actor, units=units, gateway=gateway)
    listed = {line.transaction for line in lines}
    since = datetime.combine(day, time(), VIETNAM).astimezone(UTC)
    with units.read() as uow:
        told = parked_store.told_between(
            uow, gateway.provider, gateway.account_key, since, since + timedelta(days=1)
        )
        unlisted = tuple(
            Unlisted(one.provider_transaction, one.amount, one.reference)
            for one in told
            if one.provider_transaction not in listed
        )
    return ChargesOfDay(lines, unlisted)
