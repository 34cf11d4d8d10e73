"""How often one address may ask for an endpoint that has a limit.

The library `limits` counts; this asks it once for a request that is limited and not at all for the
others. What flask-limiter does around the same library costs as much as reading a page.
"""

import threading
import time
from collections.abc import Mapping
from uuid import UUID

from flask import Flask, request
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from postal_bridge.kernel.log import log

SWEEP_EVERY_S = 30.0
AWAY_S = 5.0
"""For so long a Redis that failed is not asked again: each request would wait for it."""


class Limits:
    """Counts in the Redis that several machines share, or in this process.

    A Redis that is away opens nothing and closes nothing: this process counts meanwhile.

    Attributes
    ----------
    is_on : False for tests in which everybody comes from one address
    """

    def __init__(self, limits: Mapping[str, str], *, home_id: UUID, redis_url: str = "") -> None:
        self.is_on = True
        self._limits = {
            endpoint: tuple(sorted(parse_many(said))) for endpoint, said in limits.items()
        }
        self._own = FixedWindowRateLimiter(CountsInProcess())
        self._shared = _shared(redis_url, home_id) if redis_url else None
        self._away_until = 0.0

    def guard(self, app: Flask) -> None:
        """Before each request: it is one of those that its address may make."""
        unknown = self._limits.keys() - app.view_functions.keys()
        if unknown:
            raise KeyError(*unknown)
        app.extensions["limits"] = self
        app.before_request(self._check)

    def _check(self) -> None:
        endpoint = request.endpoint or ""
        limits = self._limits.get(endpoint, ())
        if not limits or not self.is_on:
            return
        address = request.remote_addr or ""
        if not all(self._is_within(limit, endpoint, address) for limit in limits):
            raise TooManyRequests

    def _is_within(self, limit: RateLimitItem, endpoint: str, address: str) -> bool:
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return self._shared.hit(limit, address, endpoint)
            except StorageError as exc:
                self._away_until = time.monotonic() + AWAY_S
                log.warning("limits_counted_alone", cause=type(exc.storage_error).__name__)
        return self._own.hit(limit, address, endpoint)


def _shared(redis_url: str, home_id: UUID) -> FixedWindowRateLimiter:
    address = f"redis+{redis_url}" if redis_url.startswith("unix:") else redis_url
    store = storage_from_string(address, wrap_exceptions=True, key_prefix=f"pb:{home_id}:limits")
    if not isinstance(store, Storage):
        raise TypeError(type(store))
    return FixedWindowRateLimiter(store)


class CountsInProcess(Storage):
    """Fixed windows by key. What has expired goes when it is asked for, or with the next sweep.

    The library's own store starts a thread for every few requests and lets it walk through every
    address each time: with many citizens that costs more than their pages.
    """

    STORAGE_SCHEME = ["in-process"]  # noqa: RUF012  (the library reads it from the class)

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
