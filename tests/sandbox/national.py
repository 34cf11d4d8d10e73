"""The National Payment Platform as a partner meets it, with the faults of one.

It checks our order by its own reckoning, keeps it under its reference, charges the payer when it
is told to, and answers what it charged; it can lose its reply after charging, and lie.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from postal_bridge.kernel.clock import VIETNAM
from tests.sandbox.cheating import Charge
from tests.sandbox.tongues import NationalTongue

ORDER = (
    "LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan",
    "MaKenhThanhToan", "MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich",
    "ThoiGianGD", "Ip",
)  # fmt: skip
QUERY = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")


@dataclass
class NationalSandbox:
    """`mood`: fine, loses_reply (after charging), away, refuses, babbles, misleads."""

    partner: str
    secret: bytes
    mood: str = "fine"
    url: str = ""
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)

    def charge(self, merchant_reference: str) -> Charge:
        order = self.orders[merchant_reference]
        made = Charge(merchant_reference[:14], int(order["SoTien"]))
        return self.charges.setdefault(merchant_reference, made)

    def ordered(self, said: dict[str, Any]) -> bytes | None:
        """The reply to an order; None hangs up."""
        self._check(said, ORDER)
        assert said["LoaiBanTin"] == "INIT"
        assert said["LoaiHinhThanhToan"] == "PAY"
        assert said["MaTienTe"] == "VND"
        datetime.strptime(said["ThoiGianGD"], "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
        fees = said["ThongTinBienLai"]["PhiLePhi"]
        assert sum(int(fee["SoTien"]) for fee in fees) == int(said["SoTien"])
        known = self.orders.setdefault(said["MaThamChieu"], said)
        assert known["SoTien"] == said["SoTien"]
        if self.mood == "loses_reply":
            self.charge(said["MaThamChieu"])
            return None
        page = f"{self.url}/pay/{said['MaThamChieu']}"
        if self.mood == "misleads":
            page = "javascript:alert(1)"
        return json.dumps({"error_code": "0", "UrlThanhToan": page}).encode()

    def asked(self, said: dict[str, Any]) -> bytes | None:
        self._check(said, QUERY)
        charge = self.charges.get(said["MaThamChieu"])
        if charge is None:
            return json.dumps({"error_code": "01"}).encode()
        notice = NationalTongue(self.partner, self.secret).notice(charge)
        if self.mood == "misleads":
            notice["SoTien"] = "1"
        return json.dumps({"error_code": "0", **notice}).encode()

    def _check(self, said: dict[str, Any], names: tuple[str, ...]) -> None:
        plain = "|".join(said[name] for name in names).encode() + b"|" + self.secret
        assert said["MaXacThuc"] == hashlib.sha256(plain).hexdigest(), "code"
        assert said["MaDoiTac"] == self.partner
        assert said["PhienBan"] == "1.0.6"


@contextmanager
def platform_served(platform: NationalSandbox) -> Iterator[NationalSandbox]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(platform))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(platform: NationalSandbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answers = {"/init": platform.ordered, "/confirm": platform.asked}
            try:
                reply = answers[self.path](said)
                status = 200
            except AssertionError as exc:
                reply, status = json.dumps({"error_code": str(exc)}).encode(), 200
            if platform.mood == "away":
                reply, status = b"", 503
            elif platform.mood == "refuses":
                reply = b'{"error_code": "12"}'
            elif platform.mood == "babbles":
                reply = b"<html>" + b"x" * 50_000
            if reply is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: Any) -> None:
            """Tests speak for themselves."""

    return Handler
