"""What the processes of one web server tell each other: how many connections each holds.

All wait at one port and the kernel wakes whom it likes: of two processes one was seen to take
every connection that a proxy keeps open, while the other had nothing to do.
"""

import time
from mmap import mmap

PROCESSES = 64
STALE_S = 3.0
"""A process tells at least once a second; whoever has not is dead or held up."""
NUMBER_BYTES = 8


class Siblings:
    """Memory that forks of the process which made this share: who holds how many, and since when.

    A process writes its own place only; `number` counts those that were ever started.
    """

    def __init__(self) -> None:
        memory = memoryview(mmap(-1, 2 * PROCESSES * NUMBER_BYTES)).cast("d")
        self._told_at, self._held = memory[:PROCESSES], memory[PROCESSES:]

    def tell(self, number: int, held: int) -> None:
        """The others know it until it is told anew, for three seconds at most."""
        place = number % PROCESSES
        self._held[place] = held
        self._told_at[place] = time.monotonic()

    def has_one_with_less(self, held: int) -> bool:
        """A process that is at work holds fewer than `held`."""
        fresh = time.monotonic() - STALE_S
        told = zip(self._told_at, self._held, strict=True)
        return any(at > fresh and theirs < held for at, theirs in told)
