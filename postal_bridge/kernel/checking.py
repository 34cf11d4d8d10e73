"""Checks of what is stored: each says what breaks an invariant, and what it could not read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.unit_of_work import ReadUnit

Check = Callable[[ReadUnit], Iterable[Any]]
"""Yields what breaks an invariant."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold: `why` is a code, `subject` what it is about."""

    subject: str
    why: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The check ended here: a stored value is none that the service writes."""

    why: str


def readable(check: Check) -> Check:
    """The same check, which ends with a finding where it would have ended the whole run."""

    def checked(uow: ReadUnit) -> Iterator[Any]:
        try:
            yield from check(uow)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as wrong:
            yield Unreadable(type(wrong).__name__)
        except AppError as wrong:
            yield Unreadable(wrong.code)

    return checked
