"""Where this home's Redis is: the managed one of the settings, or the embedded Valkey."""

from uuid import UUID

import redis

from config.settings import Settings
from postal_bridge.jobs.valkey import ValkeyServer, check_policy

TIMEOUT_S = 5


def embedded_server(settings: Settings, home_id: UUID) -> ValkeyServer:
    """The home's own server, started or not."""
    return ValkeyServer(
        home_id=str(home_id),
        folder=settings.home / "valkey",
        log_path=settings.home / "logs" / "valkey.log",
    )


def redis_url(settings: Settings, home_id: UUID) -> str:
    return settings.redis_url or embedded_server(settings, home_id).url


def connect(settings: Settings, home_id: UUID) -> redis.Redis:
    """A client; nothing is sent until it is used."""
    # A worker blocks for new jobs longer than any answer may take, so reads have no time-out.
    return redis.Redis.from_url(
        redis_url(settings, home_id), socket_connect_timeout=TIMEOUT_S, health_check_interval=30
    )


def check_redis(client: redis.Redis) -> None:
    """The server answers and never throws queued work away.

    Raises
    ------
    redis.RedisError, EvictionForbidden
    """
    client.ping()
    check_policy(client)
