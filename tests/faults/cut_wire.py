"""A wire to PostgreSQL that breaks around COMMIT: before it gets there, or before its answer."""

import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.engine import make_url

COMMIT = b"COMMIT\x00"
PORT = 5432


class CutWire:
    """Attributes
    ----------
    url : of the same database, by this wire
    was_cut : it broke once; since then it is whole again
    """

    def __init__(self, url: str) -> None:
        self._upstream = make_url(url)
        self._folder = tempfile.TemporaryDirectory(prefix="pb-wire-")
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(Path(self._folder.name) / f".s.PGSQL.{PORT}"))
        self._listening.listen()
        through = self._upstream.set(host=None, port=None, query={"host": self._folder.name})
        self.url = through.render_as_string(hide_password=False)
        self.was_cut = False
        self._is_armed = self._reaches_it = self._is_mute = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._folder.cleanup()

    def cut_at_commit(self, *, reaches_it: bool) -> None:
        """The next COMMIT breaks the wire; with `reaches_it` only its answer is lost."""
        self._is_armed, self._reaches_it = True, reaches_it

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = self._connect()
                for source, target in ((near, far), (far, near)):
                    threading.Thread(
                        target=self._carry, args=(source, target, source is near), daemon=True
                    ).start()

    def _connect(self) -> socket.socket:
        host = self._upstream.query.get("host") or self._upstream.host or "127.0.0.1"
        port = self._upstream.port or PORT
        if isinstance(host, str) and host.startswith("/"):
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{host}/.s.PGSQL.{port}")
            return far
        return socket.create_connection((str(host), port))

    def _carry(self, source: socket.socket, target: socket.socket, is_asking: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                if is_asking and self._is_armed and COMMIT in piece:
                    self._is_armed, self.was_cut = False, True
                    if not self._reaches_it:
                        break
                    self._is_mute = True
                elif self._is_mute and not is_asking:
                    self._is_mute = False  # the server did it and says so; nobody hears
                    break
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
