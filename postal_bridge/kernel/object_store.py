"""An S3-compatible store for a home's blobs (decision 0019).

Its library is loaded when the first file is written or read: a process that never does so, and a
home without a store, do not have it in memory.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from config.blob_store import StoreAddress
from postal_bridge.kernel.blob_stores import KeptFile, path_of
from postal_bridge.kernel.errors import NotFound, StorageAway
from postal_bridge.kernel.log import log

if TYPE_CHECKING:
    from obstore.store import S3Store

TRIES = 2
CONNECT_TIMEOUT_S = 2
PAUSE_MS = 100
MARKER = "store.json"
LONGEST_SAID = 300


class ObjectStore:
    """The part of a bucket that belongs to one home: `PREFIX/HOME_ID/STORE_ID/`.

    `claim` writes the marker that proves it; without the marker nothing is put there, and what
    is not found there is not believed to be gone. A request has at most two tries, so no method
    but `kept` takes longer than `2 * timeout_s` and the pause between them. Made before there
    are threads: this process's environment loses its `AWS_…`.
    """

    def __init__(
        self,
        address: StoreAddress,
        *,
        key_id: str,
        secret: str,
        home_id: UUID,
        store_id: UUID,
        timeout_s: float,
    ) -> None:
        self.id = store_id
        self._address = address
        self._key_id = key_id
        self._secret = secret
        self._marker = {"home": str(home_id), "store": str(store_id)}
        self._prefix = f"{address.prefix}/{home_id}/{store_id}".removeprefix("/")
        self._timeout_s = timeout_s
        self._client: S3Store | None = None
        self._used_by: int | None = None
        self._is_ours = False
        # The library lets them overrule what it is given: where to, whose, whether signed at all.
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]

    def put(self, blob_id: UUID, sealed: bytes) -> None:
        """The store has confirmed the whole file against the digest that was sent with it.

        A reply that is lost is asked for again: the same name gets the same bytes.
        """
        if not self._is_ours:
            self.check()
        self._write(path_of(blob_id), sealed)

    def get(self, blob_id: UUID) -> bytes:
        try:
            return self._read(path_of(blob_id))
        except NotFound:
            self.check()  # another bucket would have nothing of ours either
            raise

    def kept(self) -> Iterator[KeptFile]:
        """Names that the store lists now; one that lists late leaves some out."""
        self.check()
        with self._told():
            for some in self._bucket().list():
                for one in some:
                    stem = one["path"].rpartition("/")[2].removesuffix(".blob")
                    if f"{stem[-2:]}/{stem}.blob" == one["path"]:
                        yield KeptFile(one["path"], stem, one["last_modified"].timestamp())

    def remove(self, path: str) -> None:
        try:
            with self._told():
                self._bucket().delete(path)
        except NotFound:
            return

    def claim(self) -> None:
        """The marker stands and is read back: this part of the bucket is this home's."""
        self._write(MARKER, json.dumps(self._marker).encode())
        self.check()

    def reach(self) -> None:
        """The bucket is there and lists what it holds for us. Raises StorageAway."""
        try:
            with self._told():
                next(iter(self._bucket().list()), None)
        except NotFound:
            raise StorageAway(cause="NoSuchBucket") from None

    def check(self) -> None:
        """This is the store that the home's database means. Raises StorageAway."""
        try:
            found = json.loads(self._read(MARKER))
        except (NotFound, ValueError):
            found = None
        if found != self._marker:
            log.error("blob_store_not_ours", store=str(self._address))
            raise StorageAway(cause="NotOurStore")
        self._is_ours = True

    def _write(self, path: str, content: bytes) -> None:
        with self._told():
            self._bucket().put(path, content, use_multipart=False)

    def _read(self, path: str) -> bytes:
        with self._told():
            return bytes(self._bucket().get(path).bytes())

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The library's errors as ours; what the store said goes to the log."""
        from obstore.exceptions import BaseError

        try:
            yield
        except FileNotFoundError:  # what the library makes of 404
            raise NotFound from None
        except (BaseError, OSError) as exc:
            cause, said = type(exc).__name__, str(exc).partition("\n")[0][:LONGEST_SAID]
            log.warning("blob_store_away", cause=cause, said=said)
            raise StorageAway(cause=cause) from exc

    def _bucket(self) -> "S3Store":
        if self._used_by not in (None, os.getpid()):
            # Its threads stayed in the parent: every call would wait for ever.
            raise RuntimeError("the store was used before this process was forked")
        if self._client is None:
            self._client = self._connected()
            self._used_by = os.getpid()
        return self._client

    def _connected(self) -> "S3Store":
        from obstore.store import S3Store

        once = timedelta(seconds=self._timeout_s)
        pause = timedelta(milliseconds=PAUSE_MS)
        return S3Store(
            self._address.bucket,
            prefix=self._prefix,
            endpoint=self._address.endpoint,
            region=self._address.region,
            access_key_id=self._key_id,
            secret_access_key=self._secret,
            virtual_hosted_style_request=False,
            checksum_algorithm="SHA256",
            client_options={
                "allow_http": self._address.endpoint.startswith("http:"),
                "connect_timeout": timedelta(seconds=min(CONNECT_TIMEOUT_S, self._timeout_s)),
                "timeout": once,
            },
            retry_config={
                "max_retries": TRIES - 1,
                "retry_timeout": once,
                "backoff": {"init_backoff": pause, "max_backoff": pause, "base": 2},
            },
        )
