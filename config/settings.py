"""All settings, read once: environment first, then the home's `settings.toml`, then defaults.

Every setting has a default that works on one machine without network. All problems are
reported together, by name; secrets are not settings (they stand in the home's keys.json).
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.blob_store import STORE_FORM, is_bucket
from config.outside_hosts import is_own_server, is_own_tile_server, is_private_way

ENVIRONMENT = {
    "home": "POSTAL_BRIDGE_HOME",
    "port": "POSTAL_BRIDGE_PORT",
    "host": "POSTAL_BRIDGE_HOST",
    "database_url": "DATABASE_URL",
    "database_owner_url": "DATABASE_OWNER_URL",
    "redis_url": "REDIS_URL",
    "blob_store_url": "BLOB_STORE_URL",
    "blob_store_key_id": "BLOB_STORE_KEY_ID",
    "blob_store_secret": "BLOB_STORE_SECRET",
    "public_url": "POSTAL_BRIDGE_PUBLIC_URL",
    "reap_every_s": "POSTAL_BRIDGE_REAP_EVERY_S",
}

DATABASE_SCHEMES = ("postgresql", "postgresql+psycopg", "postgres", "sqlite")
SCHEMES = {
    "database_url": DATABASE_SCHEMES,
    "database_owner_url": DATABASE_SCHEMES,
    "redis_url": ("redis", "rediss", "unix"),
}
"""What an address may begin with. A wrong one is never repeated: it may hold a password."""

FITS: Mapping[str, Callable[[str], bool]] = {
    "geocoder_url": is_own_server,
    "map_tiles_url": is_own_tile_server,
    "national_url": is_private_way,
    "blob_store_url": is_bucket,
}

SHARED_COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Not a setting: where the processes of one web count requests together; the library's name."""

TOGETHER = (
    ("geocoder_kind", "geocoder_url"),
    ("national_partner", "national_url"),
    ("blob_store_url", "blob_store_key_id"),
    ("blob_store_url", "blob_store_secret"),
)
FOR_OWNER_ONLY = ("blob_store_secret",)
OF_RECEIPTS = frozenset({"tax_code", "fee_form", "fare_form"})
GEOCODER_KINDS = ("nominatim", "photon", "pelias")


class SettingsWrong(Exception):
    """`problems` holds one line for each setting that cannot be used."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """Attributes
    ----------
    home : folder of database, blobs, keys, logs
    database_url : the role that may insert; SQLite in the home when left out
    database_owner_url : the role that migrates; the same as `database_url` when left out
    redis_url : a managed Redis or Valkey; the embedded one in the home when left out
    blob_store_url : the bucket of an S3-compatible store for the home's files; without it they
        lie in the home
    blob_store_key_id, blob_store_secret : whose request it is
    blob_store_timeout_s : how long one try may take; there are two
    public_url : how citizens reach the service; stands in the QR of slips
    reap_every_s : how often work of dead workers is freed
    offer_lease_s : how long an enqueued action waits for a worker before it is offered anew
    session_hours : a sign-in lasts one shift
    trusted_proxies : how many proxies in front set X-Forwarded-For
    vnpay_tmn_code : our terminal at VNPAY; without it the gateway is not offered
    vnpay_pay_url : where payers are sent
    vnpay_key_id : the webhook key that holds VNPAY's secret; the active one when left out
    national_partner : our code at the National Payment Platform; without it it is not offered
    national_url : where the platform is asked
    national_key_id : the webhook key that holds the platform's secret; the active one if left out
    receipt_fee_form : form number of fee receipts, as the tax office gave it; else not printed
    receipt_fare_form : the same of fare receipts
    receipt_tax_code : the collecting unit's tax code, on every receipt
    receipts : the same three of single collecting units by their keys, where they differ:
        `[receipts.can-tho]` with `tax_code`, `fee_form`, `fare_form`
    map_tiles_url : tiles of the deployment's own map server, with {z}, {x} and {y}; none shipped
    map_tiles_credit : whose map those tiles are, shown on it
    geocoder_kind : nominatim, photon or pelias, where the deployment runs one; else left out
    geocoder_url : that server's address, with a path where it has one
    geocoder_timeout_s : how long one address may take before it is placed offline
    geocoder_per_s : addresses a second at most
    """

    home: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = field(default="", repr=False)
    database_owner_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    blob_store_url: str = ""
    blob_store_key_id: str = field(default="", repr=False)
    blob_store_secret: str = field(default="", repr=False)
    blob_store_timeout_s: float = 5.0
    public_url: str = ""
    reap_every_s: float = 30.0
    offer_lease_s: int = 20
    session_hours: int = 12
    trusted_proxies: int = 0
    web_threads: int = 8
    vnpay_tmn_code: str = ""
    vnpay_pay_url: str = "https://sandbox.vnpayment.vn/paymentv2/vpcpay.html"
    vnpay_key_id: str = ""
    national_partner: str = ""
    national_url: str = ""
    national_key_id: str = ""
    receipt_fee_form: str = ""
    receipt_fare_form: str = ""
    receipt_tax_code: str = ""
    receipts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    map_tiles_url: str = ""
    map_tiles_credit: str = ""
    geocoder_kind: str = ""
    geocoder_url: str = ""
    geocoder_timeout_s: float = 3.0
    geocoder_per_s: float = 5.0

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home.resolve()}/postal_bridge.sqlite3"

    @property
    def effective_owner_url(self) -> str:
        return self.database_owner_url or self.effective_database_url

    @property
    def effective_public_url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in force. Raises SettingsWrong naming everything that is wrong."""
    home = Path(environment.get(ENVIRONMENT["home"], "var"))
    given: dict[str, Any] = {}
    problems: list[str] = []
    file = home / "settings.toml"
    if file.exists():
        try:
            given.update(tomllib.loads(file.read_text()))
        except tomllib.TOMLDecodeError as exc:
            problems.append(f"settings.toml: {exc}")
        others_may_read = file.stat().st_mode & 0o077
        problems += [
            f"settings.toml: holds {name}, so its mode must be 0600"
            for name in FOR_OWNER_ONLY
            if given.get(name) and others_may_read
        ]
    known = {f.name: f for f in fields(Settings)}
    problems += [f"settings.toml: unknown setting {name}" for name in given if name not in known]
    for name, variable in ENVIRONMENT.items():
        if environment.get(variable):
            given[name] = environment[variable]
    values: dict[str, Any] = {}
    for name, raw in given.items():
        if name not in known:
            continue
        try:
            values[name] = _cast(name, raw)
        except ValueError:
            problems.append(f"{name}: {_wrong(name, raw)}")
    problems += [
        f"{one} and {other} go together"
        for one, other in TOGETHER
        if bool(values.get(one)) != bool(values.get(other))
    ]
    if problems:
        raise SettingsWrong(problems)
    return Settings(**{**values, "home": home})


def _wrong(name: str, raw: Any) -> str:
    if name == "blob_store_url":  # somebody may have put a password into it
        return f"({ENVIRONMENT[name]}) is not of the form {STORE_FORM}"
    if name not in SCHEMES:
        return f"cannot be {raw!r}"
    begins = ", ".join(f"{scheme}://" for scheme in SCHEMES[name])
    return f"({ENVIRONMENT[name]}) is no address that begins with {begins}"


def _address(name: str, raw: str) -> str:
    """An address of a kind that we can use. Raises ValueError."""
    scheme, separator, _ = raw.partition("://")
    if raw and (not separator or scheme not in SCHEMES[name]):
        raise ValueError
    if name == "redis_url":
        _ = urlsplit(raw).port  # raises where it is no number, as the client would later
    return raw


def _receipts(raw: Any) -> Mapping[str, Mapping[str, str]]:
    """What the tax office gave to single collecting units. Raises ValueError."""
    if not isinstance(raw, dict):
        raise ValueError
    for given in raw.values():
        if not isinstance(given, dict) or not set(given) <= OF_RECEIPTS:
            raise ValueError
        if not all(isinstance(value, str) for value in given.values()):
            raise ValueError
    return raw


def _cast(name: str, raw: Any) -> Any:
    if name == "home":
        return Path(str(raw))
    if name == "receipts":
        return _receipts(raw)
    if name in SCHEMES:
        return _address(name, str(raw))
    default = getattr(Settings(), name)
    value = type(default)(raw)
    if name == "port" and not 0 < value < 65_536:
        raise ValueError
    if name.endswith("_s") and value <= 0:
        raise ValueError
    if name == "geocoder_kind" and value not in ("", *GEOCODER_KINDS):
        raise ValueError
    if value and name in FITS and not FITS[name](value):
        raise ValueError
    return value
