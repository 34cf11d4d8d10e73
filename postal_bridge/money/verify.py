"""placeholder"""
from collections.abc import Iterator
from dataclasses import dataclass

from postal_bridge.kernel.unit_of_work import ReadUnit


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    subject: str
    detail: str


def verify_ledger(uow: ReadUnit) -> Iterator[Finding]:
    yield from ()
