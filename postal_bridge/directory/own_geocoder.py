"""A deployment's own Nominatim, Photon or Pelias, asked through geopy; offline where it fails.

Only a server named in the settings is asked, and `config/settings.py` refuses public ones. The
answer is checked: a place far from the commune, or no finer than it, is not believed. Never
called with a transaction open.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim, Pelias, Photon

from config.outside_hosts import is_own_server
from config.register import Register, UnknownUnit
from geo.distance import great_circle_m
from geo.geocoder import Geocoder, Location, Precision, house_key
from geo.land import NotInVietnam, place_in_vietnam
from postal_bridge.kernel.clock import MachineClock
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.log import log

FAR_M = 40_000  # further from its commune's centre than any commune reaches: another place
REST_S = 60  # a server that failed is left alone for this long
REMEMBERED = 20_000
USER_AGENT = "postal-bridge"
# What geopy raises, or warns of before it raises, when an answer is not shaped like one.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, UserWarning)


class ServerKind(StrEnum):
    NOMINATIM = "nominatim"
    PHOTON = "photon"
    PELIAS = "pelias"


def _nominatim(raw: Mapping[str, Any]) -> Precision | None:
    """Source: nominatim.org, "Ranking": 30 is a house, 26 and 27 are streets."""
    rank = raw.get("place_rank")
    if not isinstance(rank, int):
        return None
    return Precision.POINT if rank >= 30 else Precision.STREET if rank >= 26 else None


def _photon(raw: Mapping[str, Any]) -> Precision | None:
    """Source: Photon's README, property `type`."""
    kind = (raw.get("properties") or {}).get("type")
    return {"house": Precision.POINT, "street": Precision.STREET}.get(str(kind))


def _pelias(raw: Mapping[str, Any]) -> Precision | None:
    """Source: Pelias documentation, "Place types": `layer`."""
    layer = (raw.get("properties") or {}).get("layer")
    known = {"address": Precision.POINT, "venue": Precision.POINT, "street": Precision.STREET}
    return known.get(str(layer))


_PRECISION: Mapping[ServerKind, Callable[[Mapping[str, Any]], Precision | None]] = MappingProxyType(
    {
        ServerKind.NOMINATIM: _nominatim,
        ServerKind.PHOTON: _photon,
        ServerKind.PELIAS: _pelias,
    }
)


class OwnServerGeocoder:
    """Asks the own server for what lies below the commune; everything else is offline.

    Parameters
    ----------
    timeout_s : how long one question may take
    per_s : questions in a second at most
    """

    def __init__(
        self,
        kind: ServerKind,
        url: str,
        *,
        register: Callable[[], Register],
        offline: Geocoder,
        machine: MachineClock,
        timeout_s: float = 3.0,
        per_s: float = 5.0,
    ) -> None:
        """Raises SetupLacking for a server that is not the deployment's own."""
        if not is_own_server(url):
            raise SetupLacking(what="geocoder_url")
        self._ask = RateLimiter(
            _server(kind, url, timeout_s).geocode,
            min_delay_seconds=1 / per_s,
            max_retries=0,
            swallow_exceptions=False,
        )
        self._precision = _PRECISION[kind]
        self._register = register
        self._offline = offline
        self._machine = machine
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], Location | None] = OrderedDict()
        self._rests_until = machine.now().timestamp()

    def locate(self, commune_code: str, on: date, street: str = "") -> Location | None:
        """What the server knows of the street, or what is known offline."""
        offline = self._offline.locate(commune_code, on, street)
        if offline is None or not street.strip() or offline.precision is not Precision.COMMUNE:
            return offline
        key = house_key(f"{commune_code}@{on.isoformat()[:7]}", street)
        with self._lock:
            if key in self._known:
                return self._known[key] or offline
            if self._machine.now().timestamp() < self._rests_until:
                return offline
        try:
            answer = self._ask(self._written(commune_code, on, street), exactly_one=True)
        except UNREADABLE:
            answer = None
        except GeopyError as exc:  # the map is no reason to stop: offline for a while
            log.warning("own_geocoder_failed", cause=type(exc).__name__)
            with self._lock:
                self._rests_until = self._machine.now().timestamp() + REST_S
            return offline
        found = self._believed(answer, offline)
        with self._lock:
            self._known[key] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found or offline

    def _written(self, commune_code: str, on: date, street: str) -> str:
        try:
            above = self._register().last_known_lineage(commune_code, on)
        except UnknownUnit:  # offline.locate knew it: another register; the street alone then
            above = ()
        return ", ".join([street.strip(), *(u.full_name for u in reversed(above)), "Việt Nam"])

    def _believed(self, answer: Any, commune: Location) -> Location | None:
        """The place, where it is finer than the commune and not somewhere else."""
        precision = self._precision(answer.raw) if answer is not None else None
        if precision is None:
            return None
        try:
            point = place_in_vietnam(float(answer.latitude), float(answer.longitude))
        except NotInVietnam:
            return None
        is_far = great_circle_m(point, commune.point) > FAR_M
        return None if is_far else Location(point, precision)


def _server(kind: ServerKind, url: str, timeout_s: float) -> Any:
    parts = urlsplit(url)
    where = {
        "domain": f"{parts.netloc}{parts.path}".rstrip("/"),
        "scheme": parts.scheme,
        "timeout": timeout_s,
        "user_agent": USER_AGENT,
        # The other adapter repeats a question twice and writes it, address and all, to the log.
        "adapter_factory": URLLibAdapter,
        "proxies": {},  # an own server is asked directly, whatever the machine's proxies are
    }
    if kind is ServerKind.NOMINATIM:
        return Nominatim(**where)
    return Photon(**where) if kind is ServerKind.PHOTON else Pelias(**where)
