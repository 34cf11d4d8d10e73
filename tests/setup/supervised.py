"""A supervisor to be started by the tests as a process of its own, with parts they choose.

    python supervised.py FOLDER STOP_TIMEOUT_S NAME=COMMAND...

Each command is run by a shell; FOLDER/healthy must exist before the whole counts as healthy. A
part named "early" starts before FOLDER/prepared exists.
"""

import sys
import time
from pathlib import Path

from rich.console import Console

from postal_bridge.jobs.sole import AlreadyRunning, sole
from postal_bridge.jobs.supervisor import Part, run


def main(folder: Path, stop_timeout_s: float, *commands: str) -> int:
    parts = []
    for command in commands:
        name, _, words = command.partition("=")
        argv = ["/bin/bash", "-c", words]
        parts.append(Part(name, argv, {"FOLDER": str(folder)}, folder / f"{name}.log"))
    console = Console(width=100)
    try:
        with sole(folder / "serve.lock", stop_timeout_s=stop_timeout_s, console=console) as lock_fd:
            return run(
                lambda: prepared(folder, parts),
                lock_fd=lock_fd,
                early=[part for part in parts if part.name == "early"],
                is_healthy=(folder / "healthy").exists,
                on_ready=(folder / "ready").touch,
                stop_timeout_s=stop_timeout_s,
                health_timeout_s=15,
                console=console,
            )
    except AlreadyRunning as exc:
        sys.stdout.write(f"already served by {exc.pid}\n")
        return 4


def prepared(folder: Path, parts: list[Part]) -> list[Part]:
    """Waits while FOLDER/prepared is missing, where there is a part to wait for that."""
    while any(part.name == "early" for part in parts) and not (folder / "prepared").exists():
        time.sleep(0.02)
    return parts


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:]))
