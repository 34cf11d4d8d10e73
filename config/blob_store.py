"""Where an S3-compatible object store is, as one address."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from config.outside_hosts import is_private_way

STORE_FORM = "https://HOST/BUCKET[/PREFIX][?region=REGION]"
DEFAULT_REGION = "us-east-1"
"""What stores take that know no regions. Source: Amazon S3 API Reference, CreateBucket."""


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Attributes
    ----------
    endpoint : scheme, host and port
    prefix : what every key of ours begins with, without slashes at its ends; may be empty
    region : part of each signature
    """

    endpoint: str
    bucket: str
    prefix: str
    region: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.endpoint, self.bucket, self.prefix) if part)


def is_bucket(url: str) -> bool:
    """Whether `read_store_address` can read it."""
    try:
        read_store_address(url)
    except ValueError:
        return False
    return True


def read_store_address(url: str) -> StoreAddress:
    """An address of the form `STORE_FORM`; http to this machine alone.

    Raises ValueError: another form, or a password in the address.
    """
    parts = urlsplit(url)
    bucket, _, prefix = parts.path.strip("/").partition("/")
    asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if not is_private_way(url) or not bucket or parts.fragment or set(asked) - {"region"}:
        raise ValueError(STORE_FORM)
    endpoint = f"{parts.scheme}://{parts.netloc}"
    return StoreAddress(endpoint, bucket, prefix, asked.get("region", [DEFAULT_REGION])[0])
