"""The platform over HTTP: sends what `national_platform` has built. No transaction is open here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from postal_bridge.kernel.keys import KeyRing
from postal_bridge.money.errors import PlatformAway, PlatformRefused, PlatformUnclear
from postal_bridge.money.national_platform import LONGEST_BODY, NationalPlatform
from postal_bridge.money.ports import PlatformOrder, ProviderNotice

TIMEOUT_S = (3.05, 10.0)


@dataclass(frozen=True, slots=True)
class NationalHttp:
    """Implements PlatformGateway."""

    platform: NationalPlatform
    url: str
    ring: KeyRing = field(repr=False)
    timeout_s: tuple[float, float] = TIMEOUT_S

    def order(self, order: PlatformOrder) -> str:
        """Where the payer goes. The same payment is the same order. Raises the port's errors."""
        body = self.platform.order_body(order, ring=self.ring)
        is_https = urlsplit(self.url).scheme == "https"
        return self.platform.read_order_reply(self._post("order", body), is_https=is_https)

    def charged(self, reference: str, asked_at: datetime) -> ProviderNotice | None:
        body = self.platform.query_body(reference, asked_at, ring=self.ring)
        return self.platform.read_query_reply(self._post("query", body), ring=self.ring)

    def _post(self, kind: str, body: Mapping[str, Any]) -> bytes:
        address = self.url.rstrip("/") + self.platform.layout.paths[kind]
        try:
            with requests.post(
                address, json=body, timeout=self.timeout_s, allow_redirects=False, stream=True
            ) as reply:
                if reply.status_code >= 500 or reply.status_code == 429:
                    raise PlatformAway
                if reply.status_code != 200:
                    raise PlatformRefused(said=str(reply.status_code))
                return _bounded(reply)
        except (requests.RequestException, OSError) as exc:
            raise PlatformAway from exc


def _bounded(reply: requests.Response) -> bytes:
    said = b""
    for piece in reply.iter_content(LONGEST_BODY):
        said += piece
        if len(said) > LONGEST_BODY:
            raise PlatformUnclear
    return said
