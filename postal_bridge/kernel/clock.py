"""The two clocks (design section 5). The business clock is read by the unit of work."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class MachineClock(Protocol):
    """Leases, retries, sessions, tokens, limits. Never moved."""

    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """`at` as a clock on the wall in Vietnam shows it."""
    return at.astimezone(VIETNAM)
