"""The keeper: offers due work, frees what dead workers held, writes what is due by the clock."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

import redis

from postal_bridge.jobs import schedule
from postal_bridge.jobs.lease import LEASE_S, Lease, LeaseLost
from postal_bridge.jobs.reaper import reap
from postal_bridge.jobs.relay import ROWS_PER_TRANSACTION, relay
from postal_bridge.jobs.schedule import SCHEDULE, Daily
from postal_bridge.kernel.errors import TemporaryFailure
from postal_bridge.kernel.log import log
from postal_bridge.kernel.outbox import Handler, Policy
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.kernel.witness import note_newest

BUSY_PAUSE_S = 0.2
IDLE_PAUSE_S = 1.0
STANDBY_PAUSE_S = 2.0
LONGEST_BACKOFF_S = 5.0


class DeepQueue(Protocol):
    """A queue that knows how much waits in it, so that it is never filled faster than emptied."""

    names: tuple[str, ...]

    def room(self, name: str) -> int: ...
    def enqueue(self, action_id: UUID, *, job_id: str, policy: Policy) -> None: ...


@dataclass(slots=True)
class Keeper:
    """The loop of one keeper process. Only the holder of the lease does anything.

    Attributes
    ----------
    reap_every_s : how often expired leases are looked for
    offer_lease_s : how long an offer waits for a worker before it is made anew
    pieces : periodic work; a row for each is made when the lease is taken
    home : where the newest fact is noted; left out where nobody could look it up
    """

    units: Units
    handlers: Mapping[str, Handler]
    queue: DeepQueue
    lease: Lease
    reap_every_s: float
    offer_lease_s: int
    pieces: Sequence[Daily] = SCHEDULE
    home: Path | None = None
    _is_holder: bool = field(default=False, init=False)
    _renew_at: float = field(default=0.0, init=False)
    _reap_at: float = field(default=0.0, init=False)
    _backoff_s: float = field(default=0.0, init=False)

    def run(self, stop: threading.Event) -> None:
        """Keeps until asked to stop; then lets the lease go."""
        while not stop.is_set():
            stop.wait(self.step())
        if self._is_holder:
            self.lease.give_up()

    def step(self) -> float:
        """One round; returns the seconds to rest before the next.

        Losing Redis or the database costs rounds, never work: what was offered and not
        enqueued is offered anew when its lease has run out.

        Raises
        ------
        DatabaseBehind
            Another database has taken this one's place, and it lacks what was recorded here.
        """
        try:
            if not self._holds():
                return STANDBY_PAUSE_S
            offered = self._round()
        except LeaseLost:
            log.warning("keeper_lease_lost")
            self._is_holder = False
            return BUSY_PAUSE_S  # nobody may have taken it; asking again shows
        except (redis.RedisError, TemporaryFailure) as away:
            self._backoff_s = min(max(2 * self._backoff_s, BUSY_PAUSE_S), LONGEST_BACKOFF_S)
            log.warning("keeper_waits", cause=type(away).__name__, pause_s=self._backoff_s)
            return self._backoff_s
        self._backoff_s = 0.0
        return BUSY_PAUSE_S if offered else IDLE_PAUSE_S

    def _holds(self) -> bool:
        now = time.monotonic()
        if not self._is_holder or now >= self._renew_at:
            was_holder, self._is_holder = self._is_holder, self.lease.take()
            self._renew_at = now + LEASE_S / 3
            if self._is_holder and not was_holder:
                schedule.reconcile(self.units, self.pieces)
                log.info("keeper_acts")
        return self._is_holder

    def _round(self) -> int:
        # First what needs the database alone, so that an outage of Redis does not hold it up.
        if time.monotonic() >= self._reap_at:
            if self.home is not None:
                with self.units.read() as view:
                    note_newest(view.session, self.home)
            freed = reap(units=self.units, handlers=self.handlers, guard=self.lease.guard)
            if freed:
                log.info("actions_freed", count=freed)
            self._reap_at = time.monotonic() + self.reap_every_s
        written = schedule.write_due(self.units, schedule=self.pieces, guard=self.lease.guard)
        return written + sum(self._offer(name) for name in self.queue.names)

    def _offer(self, name: str) -> int:
        mine = {key: h for key, h in self.handlers.items() if h.policy.queue == name}
        room = min(self.queue.room(name), ROWS_PER_TRANSACTION)
        if not mine or room <= 0:
            return 0
        return relay(
            units=self.units,
            handlers=mine,
            queue=self.queue,
            offer_lease_s=self.offer_lease_s,
            guard=self.lease.guard,
            limit=room,
        )
