"""A scan is judged by a child; what becomes of the child is not the scan's fault."""

import os
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from postal_bridge.dossiers.scan_intake import CHILD, CleanScan, ScanUnreadable, clean_scan
from postal_bridge.jobs.guard import processes
from tests.builders.pictures import a_picture

PATIENCE_S = 20.0


def kill_a_child(judging: Future[CleanScan], but: set[int]) -> int:
    """Some child that judges a scan for this process was killed; its id."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and not judging.done():
        for pid, (parent, _) in processes().items():
            if parent == os.getpid() and pid not in but:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if CHILD.encode() in words:
                    os.kill(pid, signal.SIGKILL)
                    return pid
    raise AssertionError("no child to kill")


@pytest.mark.parametrize(("kills", "is_kept"), [(1, True), (2, False)])
def test_a_child_killed_from_outside_is_replaced_once(kills: int, is_kept: bool) -> None:
    killed: set[int] = set()
    with ThreadPoolExecutor(1) as pool:
        judging = pool.submit(clean_scan, 1, "image/jpeg", a_picture("JPEG"))
        for _ in range(kills):
            killed.add(kill_a_child(judging, killed))
        if is_kept:
            assert judging.result().pages == 1
        else:
            with pytest.raises(ScanUnreadable):
                judging.result()
