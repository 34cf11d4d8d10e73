"""Waiting for a home that is being prepared."""

import threading
from pathlib import Path

from postal_bridge.jobs.first_start import preparing, wait_until_prepared


def test_whoever_waits_for_a_home_waits_until_its_preparation_is_left(tmp_path: Path) -> None:
    wait_until_prepared(tmp_path)  # nobody has ever prepared it: nothing to wait for
    waiting = threading.Thread(target=wait_until_prepared, args=(tmp_path,), daemon=True)

    with preparing(tmp_path):
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()

    waiting.join(10)
    assert not waiting.is_alive()
