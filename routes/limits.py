"""Counts of requests for the limits, in the memory of one process.

The library's own store starts a thread for every few requests and lets it walk through every
address each time: with many citizens that costs more than their pages.
"""

import threading
import time

from limits.storage import Storage

SCHEME = "in-process"
SWEEP_EVERY_S = 30.0


class CountsInProcess(Storage):
    """Fixed windows by key. What has expired goes when it is asked for, or with the next sweep."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  (the library reads it from the class)

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, **_: float | str | bool
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}
        self._sweep_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            if now >= self._sweep_at:
                self._windows = {k: one for k, one in self._windows.items() if one[1] > now}
                self._sweep_at = now + SWEEP_EVERY_S
            count, until = self._windows.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
            self._windows[key] = (count + amount, until)
            return count + amount

    def get(self, key: str) -> int:
        count, until = self._windows.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self._windows.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            gone, self._windows = len(self._windows), {}
        return gone

    def clear(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)
