"""A worker process: one queue, a fork for each job, restarted by whoever supervises it."""

import logging
from collections.abc import Callable
from uuid import UUID

import redis

from postal_bridge.jobs import runtime
from postal_bridge.jobs.connection import check_redis
from postal_bridge.jobs.rq_queue import make_queue

# With RQ's defaults an abandoned job on a quiet queue waits ten minutes and more (measured);
# ours does not depend on it, for the reaper reads the database, but the registries stay clean.
WORKER_TTL_S = 30
MONITORING_S = 5
MAINTENANCE_S = 15


def work(
    queue: str,
    *,
    connection: redis.Redis,
    home_id: UUID,
    factory: Callable[[], runtime.Tools],
    burst: bool = False,
) -> None:
    """Jobs of one queue are run until SIGTERM, which lets the running one finish.

    `burst` ends when the queue is empty.

    Raises
    ------
    redis.RedisError
        Redis is away; start again.
    EvictionForbidden
        The server may throw queued work away.
    """
    check_redis(connection)
    source = make_queue(connection, home_id, queue)  # sets the key prefix before RQ is loaded
    from rq import Worker
    from rq.serializers import JSONSerializer

    runtime.set_factory(factory)
    runtime.tools()  # loaded once here, so that each fork starts with everything in memory
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    worker = Worker(
        [source],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_S,
        job_monitoring_interval=MONITORING_S,
        maintenance_interval=MAINTENANCE_S,
        log_job_description=False,
    )
    worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
