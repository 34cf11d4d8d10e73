"""What a worker process works with. The only module-level state of the service that changes.

RQ calls a function by its name and gives it an id; everything else it needs stands here. A
forked child must not use its parent's database connections, so it lets them go first.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from postal_bridge.kernel.outbox import Handler
from postal_bridge.kernel.unit_of_work import Units


@dataclass(frozen=True, slots=True)
class Tools:
    units: Units
    handlers: Mapping[str, Handler]


_factory: Callable[[], Tools] | None = None
_tools: Tools | None = None
_owner_pid: int | None = None


def set_factory(factory: Callable[[], Tools]) -> None:
    """Say, once at the start of a worker, how its tools are made."""
    global _factory, _tools, _owner_pid
    _factory, _tools, _owner_pid = factory, None, None


def tools() -> Tools:
    """This process's tools; after a fork with connections of its own."""
    global _tools, _owner_pid
    if _factory is None:
        raise RuntimeError("no factory: jobs run only in a worker process")
    if _tools is None:
        _tools, _owner_pid = _factory(), os.getpid()
    elif _owner_pid != os.getpid():
        _tools.units.dispose()
        _owner_pid = os.getpid()
    return _tools
