"""An S3-compatible store over real HTTP that checks what it is sent and can behave badly.

Signatures are checked as Amazon's are (Signature Version 4, "Authenticating Requests" in the
Amazon S3 API Reference); buckets exist as soon as someone with the key names them.
"""

import contextlib
import hashlib
import hmac
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

KEY_ID, SECRET = "postal-bridge", "a secret of the sandbox"
BUCKETS = ("files", "other")
KEYS_A_PAGE = 3


class Manner(StrEnum):
    AWAY = "away"
    SLOW = "slow"
    DRIPS = "drips"
    DENIES = "denies"
    CUTS = "cuts the answer off"
    LOSES_REPLY = "loses the reply"
    SAYS_YES = "200 with an error in it"
    LIES = "other bytes"
    LISTS_LATE = "lists late"


@dataclass
class Kept:
    content: bytes
    changed_at: datetime


@dataclass
class SandboxStore:
    """Attributes
    ----------
    tokens : session tokens that requests carried, of which ours need none
    manners : how the coming requests are answered, one after the other; then well
    always : how every one is answered
    patience_s : how long a slow answer takes
    """

    url: str = ""
    objects: dict[str, Kept] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    manners: list[Manner] = field(default_factory=list)
    always: Manner | None = None
    patience_s: float = 0.6

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process whose files lie here."""
        return {
            "BLOB_STORE_URL": f"{self.url}/files/pb",
            "BLOB_STORE_KEY_ID": KEY_ID,
            "BLOB_STORE_SECRET": SECRET,
        }

    def of_blob(self, blob_id: object) -> str:
        """The key under which a blob lies."""
        (found,) = [key for key in self.objects if key.endswith(f"/{blob_id}.blob")]
        return found

    def manner(self) -> Manner | None:
        return self.manners.pop(0) if self.manners else self.always


@contextlib.contextmanager
def serving() -> Iterator[SandboxStore]:
    store = SandboxStore()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": store}))
    store.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some of the manners provoke."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    store: SandboxStore

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""

    def do_PUT(self) -> None:
        self.answered(self.put)

    def do_GET(self) -> None:
        self.answered(self.listed if "list-type=" in self.path else self.get)

    def do_POST(self) -> None:
        self.answered(self.delete)

    def answered(self, act: Any) -> None:
        parts = urlsplit(self.path)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.bucket, _, self.key = parts.path.lstrip("/").partition("/")
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.store.seen.append((self.command, self.path))
        self.bad = self.store.manner()
        if token := self.headers.get("x-amz-security-token"):
            self.store.tokens.add(token)
        if self.bad is Manner.AWAY:
            return self.say(503, error("SlowDown"))
        if self.bad is Manner.DENIES or not signed_by_us(self):
            return self.say(403, error("SignatureDoesNotMatch"))
        if self.bucket not in BUCKETS:
            return self.say(404, error("NoSuchBucket"))
        if self.bad is Manner.SLOW:
            time.sleep(self.store.patience_s)
        if self.bad is Manner.SAYS_YES:
            return self.say(200, error("InternalError"))
        act()
        return None

    def put(self) -> None:
        digest = b64encode(hashlib.sha256(self.body).digest()).decode()
        if self.headers["x-amz-checksum-sha256"] != digest:
            return self.say(400, error("BadDigest"))
        self.store.objects[f"{self.bucket}/{self.key}"] = Kept(self.body, datetime.now(UTC))
        return self.say(200, b"", ETag=etag(self.body))

    def get(self) -> None:
        kept = self.store.objects.get(f"{self.bucket}/{self.key}")
        if kept is None:
            return self.say(404, error("NoSuchKey"))
        lies = self.bad is Manner.LIES
        content = bytes(len(kept.content)) if lies else kept.content
        at = format_datetime(kept.changed_at, usegmt=True)
        return self.say(200, content, **{"ETag": etag(kept.content), "Last-Modified": at})

    def listed(self) -> None:
        whole = f"{self.bucket}/"
        keys = sorted(
            key.removeprefix(whole)
            for key in self.store.objects
            if key.startswith(whole + self.query.get("prefix", ""))
        )
        if self.bad is Manner.LISTS_LATE:
            keys = keys[:1]
        rest = [key for key in keys if key > self.query.get("continuation-token", "")]
        page, more = rest[:KEYS_A_PAGE], len(rest) > KEYS_A_PAGE
        token = f"<NextContinuationToken>{page[-1]}</NextContinuationToken>" if more else ""
        rows = "".join(self.row(whole, key) for key in page)
        said = f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}"
        self.say(200, f"<ListBucketResult>{said}</ListBucketResult>".encode())

    def row(self, whole: str, key: str) -> str:
        kept = self.store.objects[whole + key]
        at = kept.changed_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return (
            f"<Contents><Key>{escape(key)}</Key><LastModified>{at}</LastModified>"
            f"<ETag>{escape(etag(kept.content))}</ETag><Size>{len(kept.content)}</Size></Contents>"
        )

    def delete(self) -> None:
        asked = ElementTree.fromstring(self.body)  # noqa: S314  (our own client's words)
        keys = [one.text or "" for one in asked.iter() if one.tag.endswith("Key")]
        for key in keys:
            self.store.objects.pop(f"{self.bucket}/{key}", None)
        rows = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        self.say(200, f"<DeleteResult>{rows}</DeleteResult>".encode())

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.close_connection = self.bad in (Manner.LOSES_REPLY, Manner.CUTS, Manner.DRIPS)
        if self.bad is Manner.LOSES_REPLY:
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.bad is Manner.CUTS:
            body = body[: len(body) // 2]
        if self.bad is Manner.DRIPS:
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(self.store.patience_s / 4)
        else:
            self.wfile.write(body)


def signed_by_us(request: _Handler) -> bool:
    """The signature covers method, path, query, the headers it names, and the body's digest."""
    method, _, rest = request.headers.get("Authorization", "").partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if method != "AWS4-HMAC-SHA256" or set(parts) != {"Credential", "SignedHeaders", "Signature"}:
        return False
    key_id, day, region, service, _ = parts["Credential"].split("/")
    digest = request.headers["x-amz-content-sha256"]
    if key_id != KEY_ID or digest != hashlib.sha256(request.body).hexdigest():
        return False
    names = parts["SignedHeaders"].split(";")
    query = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(request.query.items())
    )
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
    path = urlsplit(request.path).path
    canonical = "\n".join((request.command, path, query, headers, ";".join(names), digest))
    scope = f"{day}/{region}/{service}/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    said = "\n".join(("AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, hashed))
    key = f"AWS4{SECRET}".encode()
    for word in (*scope.split("/"), said):
        key = hmac.digest(key, word.encode(), "sha256")
    return hmac.compare_digest(key.hex(), parts["Signature"])


def etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>in the sandbox</Message></Error>".encode()
