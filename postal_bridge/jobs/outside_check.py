"""Whether the servers that the settings name answer, are new enough and are this home's.

Findings for `bin/bridge doctor`; nothing is changed, and no finding holds a password.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.blob_store import read_store_address
from config.settings import Settings
from config.setup_check import Finding
from postal_bridge.jobs.blob_places import why_store_fails
from postal_bridge.jobs.connection import TIMEOUT_S
from postal_bridge.jobs.first_start import SchemaDiffers, known_home
from postal_bridge.jobs.valkey import EvictionForbidden, check_policy
from postal_bridge.kernel.database import sqlite_path
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.migrate import current_revision, is_known
from postal_bridge.kernel.reaching import reach

OLDEST_POSTGRESQL = (15,)
"""What the tests run on."""
OLDEST_REDIS = (6, 2)
"""Since then a job goes from its queue to its worker in one step (LMOVE).

Source: measured and read in RQ 3.0: before, a worker killed between two steps loses it.
"""


def check_outside(settings: Settings) -> list[Finding]:
    """What there is to say of DATABASE_URL, DATABASE_OWNER_URL, REDIS_URL and BLOB_STORE_URL."""
    urls = {
        "DATABASE_URL": settings.effective_database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
    }
    found = [
        finding
        for variable, url in urls.items()
        if url and sqlite_path(url) is None  # a file is asked about as part of the home
        for finding in _database(variable, url)
    ]
    is_database_there = all(one.ok for one in found)
    if is_database_there:
        found += _home(settings)
    if settings.redis_url:
        found += _queue(settings.redis_url)
    if settings.blob_store_url:
        found.append(_store(settings, is_database_there=is_database_there))
    return found


def without_password(url: str) -> str:
    """The address as it may be shown: scheme, host, port and path."""
    return re.sub(r"://.*@", "://", url.partition("?")[0])


def version(
    code: str, found: str, *, oldest: tuple[int, ...], known: Mapping[str, object]
) -> Finding:
    """Is what the server says of itself ("15.18 (Debian ...)", "7.2.4") new enough?"""
    numbers = tuple(int(digits) for digits in re.findall(r"\d+", found.split(" ")[0]))
    detail = {**known, "found": found, "oldest": ".".join(map(str, oldest))}
    return Finding(code, numbers >= oldest, detail=detail)


def _database(variable: str, url: str) -> Iterator[Finding]:
    known = {"variable": variable, "address": without_password(url)}
    told = reach(url)
    yield Finding("database_reached", not told.cause, detail={**known, "cause": told.cause})
    if told.version:
        yield version("database_version", told.version, oldest=OLDEST_POSTGRESQL, known=known)


def _home(settings: Settings) -> Iterator[Finding]:
    """Is the database at this release's schema, and does it belong to the folder?

    One that is empty belongs to nobody yet: the first start makes it ours.
    """
    url = settings.effective_database_url
    file = sqlite_path(url)
    if file is not None and not file.exists():
        return
    known: dict[str, object] = {"path": str(settings.home), "address": without_password(url)}
    try:
        if current_revision(url) is None:
            return
        known_home(settings)
    except AppError as wrong:
        # What the next start brings up by itself is said, and is no lack.
        comes_by_itself = isinstance(wrong, SchemaDiffers) and is_known(str(wrong.params["found"]))
        detail = {**known, "reason": wrong.code, **wrong.params}
        yield Finding("database_home", ok=False, is_needed=not comes_by_itself, detail=detail)
    else:
        yield Finding("database_home", ok=True, detail=known)


def _queue(url: str) -> Iterator[Finding]:
    known = {"variable": "REDIS_URL", "address": without_password(url)}
    client = redis.Redis.from_url(
        url,
        socket_connect_timeout=TIMEOUT_S,
        socket_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        client.ping()
        yield Finding("queue_reached", ok=True, detail=known)
        found = str(client.info("server").get("redis_version", "0"))
        yield version("queue_version", found, oldest=OLDEST_REDIS, known=known)
        check_policy(client)
        yield Finding("queue_keeps", ok=True, detail={**known, "policy": "noeviction"})
    except EvictionForbidden as wrong:
        yield Finding("queue_keeps", ok=False, detail={**known, **wrong.params})
    except redis.RedisError as away:
        cause = type(away).__name__  # its text may hold what was sent
        yield Finding("queue_reached", ok=False, detail={**known, "cause": cause})
    finally:
        client.close()


def _store(settings: Settings, *, is_database_there: bool) -> Finding:
    """Is the bucket there, and this home's part of it where the home has one?"""
    identity = None
    if is_database_there:
        with suppress(AppError):  # a machine is looked at before it has a home, too
            identity = known_home(settings)
    known = {"address": str(read_store_address(settings.blob_store_url))}
    cause = why_store_fails(settings, identity)
    return Finding("blob_store_reached", not cause, detail={**known, "cause": cause})
