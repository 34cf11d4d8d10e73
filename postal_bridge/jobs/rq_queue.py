"""RQ as a way to wake workers, and nothing more. Only `jobs/` knows RQ."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import redis

from postal_bridge.kernel.outbox import Policy

if TYPE_CHECKING:
    from rq import Queue

ENTRY_POINT = "postal_bridge.jobs.entry_points.run"
# How much may wait in each queue: what a worker empties well within an offer's lease, so that
# a backlog stays in the database and is not offered over and over.
DEPTH = {"calls": 200, "heavy": 4}
FAILURE_TTL_S = 86_400


def queue_name(home_id: UUID, queue: str) -> str:
    """The queue's name in Redis: two homes on one server never see each other's work."""
    return f"pb:{home_id}:{queue}"


def claim_key_prefix(home_id: UUID) -> None:
    """Every key RQ writes in this process carries the home's id.

    RQ reads its prefix from the environment when it is first imported, so this stands before.
    Raises RuntimeError when RQ was loaded for another home already.
    """
    prefix = f"pb:{home_id}:rq"
    loaded = sys.modules.get("rq.defaults")
    if loaded is not None and prefix != loaded.RQ_KEY_PREFIX:
        raise RuntimeError(f"RQ was loaded with the prefix {loaded.RQ_KEY_PREFIX}")
    os.environ["RQ_KEY_PREFIX"] = prefix


def make_queue(connection: redis.Redis, home_id: UUID, queue: str) -> "Queue":
    """One queue with the JSON serializer: writing to Redis is not running code."""
    claim_key_prefix(home_id)
    from rq import Queue
    from rq.serializers import JSONSerializer

    return Queue(queue_name(home_id, queue), connection=connection, serializer=JSONSerializer)


class RqQueue:
    """The queues of one home."""

    names = tuple(DEPTH)

    def __init__(self, connection: redis.Redis, home_id: UUID) -> None:
        self._queues: Mapping[str, Queue] = {
            name: make_queue(connection, home_id, name) for name in DEPTH
        }

    def room(self, name: str) -> int:
        """How many more offers the queue may hold now. Raises redis.RedisError."""
        return DEPTH[name] - len(self._queues[name])

    def enqueue(self, action_id: UUID, *, job_id: str, policy: Policy) -> None:
        """Wake a worker. No Retry, no unique, no dependency: those live on the action row."""
        self._queues[policy.queue].enqueue(
            ENTRY_POINT,
            str(action_id),
            job_id=job_id,
            job_timeout=policy.timeout_s,
            result_ttl=0,
            failure_ttl=FAILURE_TTL_S,
        )
