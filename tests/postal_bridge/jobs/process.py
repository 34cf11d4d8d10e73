"""A keeper or a worker with the tests' handlers: python -m … {keeper|worker} FOLDER URL SOCKET."""

import os
import signal
import sys
import threading
from pathlib import Path

import redis

from postal_bridge.jobs import runtime
from postal_bridge.jobs.keeper import Keeper
from postal_bridge.jobs.lease import Lease
from postal_bridge.jobs.rq_queue import RqQueue
from postal_bridge.jobs.worker import work
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.outbox import by_name
from postal_bridge.kernel.unit_of_work import Units
from tests.postal_bridge.jobs.outside import ShiftedClock, wiring


def main() -> None:
    part, folder, url, socket = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    topics = wiring(folder)
    units = Units(
        url,
        home_id=None,
        ring=KeyRing.load(folder / "keys.json"),
        machine=ShiftedClock(folder),
        wiring=topics,
    )
    with units.read() as view:
        home_id = view.home_id
    units.engine.dispose()
    connection = redis.Redis(unix_socket_path=socket)
    handlers = by_name(topics)
    if part == "worker":
        tools = runtime.Tools(units, handlers)
        work("calls", connection=connection, home_id=home_id, factory=lambda: tools)
        return
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Keeper(
        units=units,
        handlers=handlers,
        queue=RqQueue(connection, home_id),
        lease=Lease(units, f"keeper-{os.getpid()}"),
        reap_every_s=0.2,
        offer_lease_s=5,
        pieces=(),
    ).run(stop)


if __name__ == "__main__":
    main()
