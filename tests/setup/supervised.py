"""A supervisor to be started by the tests as a process of its own, with parts they choose.

    python supervised.py FOLDER STOP_TIMEOUT_S NAME=COMMAND...

Each command is run by a shell; FOLDER/healthy must exist before the whole counts as healthy.
"""

import sys
from pathlib import Path

from rich.console import Console

from postal_bridge.jobs.supervisor import AlreadyRunning, Part, run


def main(folder: Path, stop_timeout_s: float, *commands: str) -> int:
    parts = []
    for command in commands:
        name, _, words = command.partition("=")
        argv = ["/bin/bash", "-c", words]
        parts.append(Part(name, argv, {"FOLDER": str(folder)}, folder / f"{name}.log"))
    try:
        return run(
            parts,
            lock_path=folder / "serve.lock",
            is_healthy=(folder / "healthy").exists,
            on_ready=(folder / "ready").touch,
            stop_timeout_s=stop_timeout_s,
            health_timeout_s=15,
            console=Console(width=100),
        )
    except AlreadyRunning as exc:
        sys.stdout.write(f"already served by {exc.pid}\n")
        return 4


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:]))
