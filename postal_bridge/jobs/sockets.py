"""Where a unix socket may lie: the kernel cuts long names off, so a deep home needs another place.

Pure but for the one private folder it makes; knows neither Valkey nor the queue.
"""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

# struct sockaddr_un holds 108 bytes on Linux and 104 on the BSDs and macOS, the closing zero
# included. Source: unix(7) of the Linux manual pages.
MAX_SOCKET_BYTES = 100


class SocketFolderUnsafe(RuntimeError):
    """The short folder exists and belongs to somebody else, or others may look into it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


def is_too_long(path: Path) -> bool:
    """True where the kernel would refuse a socket of this name."""
    return len(os.fsencode(path)) > MAX_SOCKET_BYTES


def socket_path(folder: Path, name: str) -> Path:
    """`folder/name`, or a path in a short private folder that is always the same for `folder`.

    Raises
    ------
    SocketFolderUnsafe
        The short folder is a link, is not ours, or is open to others.
    """
    wanted = folder.resolve() / name
    if not is_too_long(wanted):
        return wanted
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
    return _private_folder(f"pb-{os.getuid()}-{digest}") / name


def _private_folder(name: str) -> Path:
    """A folder only we can enter, in the first short place that can be written."""
    short = next(
        (
            p
            for p in _short_places()
            if os.access(p, os.W_OK) and not is_too_long(p / name / "v.sock")
        ),
        Path("/tmp"),  # noqa: S108 - made with mode 0700 below and refused if it is not ours
    )
    folder = short / name
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise SocketFolderUnsafe(folder)
    return folder


def _short_places() -> list[Path]:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return [Path(p) for p in (runtime, tempfile.gettempdir()) if p]
