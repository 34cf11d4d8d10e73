"""A card payment is voided on its terminal: what its slip says is said once, and only there. Part.

The terminal is another's machine and its number is typed, so the number alone proves nothing; but
one slip gives one payment back, and whoever has the terminal's list of the day finds each void.
"""

import re
from uuid import UUID

from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money import accounts
from postal_bridge.money.accounts import AccountKind, Posting
from postal_bridge.money.errors import TerminalSlipMissing, TerminalSlipUsed
from postal_bridge.money.store import MoneyStore

_NUMBER = re.compile(r"[0-9A-Z]{4,20}")
VOID = "void:"


def slip_number(written: str) -> str | None:
    """A terminal's number without blanks, dots and dashes; None for what it never prints."""
    number = re.sub(r"[\s.-]", "", written).upper()
    return number if _NUMBER.fullmatch(number) else None


def void_cause(uow: UnitOfWork, lines: list[Posting], unit_id: UUID, slip: str) -> str | None:
    """The cause of a reversal that leaves a terminal's account; None where none is touched.

    Raises
    ------
    TerminalSlipMissing
        No number, or none that a terminal prints: 4 to 20 digits and letters.
    TerminalSlipUsed
        Another payment of this office was given back by that slip.
    """
    if all(line.credit.kind is not AccountKind.CARD for line in lines):
        return None
    number = slip_number(slip)
    if number is None:
        raise TerminalSlipMissing
    store, cause = MoneyStore(uow.session), f"{VOID}{unit_id}:{number}"
    store.lock_account(accounts.card_terminal(unit_id).code)  # two that type one number queue
    if store.is_cause(cause, unit_id):
        raise TerminalSlipUsed(number=number)
    return cause
