"""Migrates in forks that kill themselves at the k-th statement: python -m … URL K K K …

Prints one JSON list of exit statuses. One thread and no connection of its own.
"""

import json
import os
import signal
import sys

from sqlalchemy import Engine, event

from postal_bridge.kernel.migrate import migrate


def migrate_or_die(url: str, kth: int) -> None:
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == kth:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    migrate(url)


def in_fork(url: str, kth: int) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            migrate_or_die(url, kth)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    url, *points = sys.argv[1:]
    print(json.dumps([in_fork(url, int(kth)) for kth in points]))  # noqa: T201
