"""Map and geocoding servers of the public: never asked, because addresses would be told to them.

A deployment names servers of its own. The list holds the hosts that libraries default to and
those people copy from examples; a name below one of them counts too.
"""

from urllib.parse import urlsplit

PUBLIC_HOSTS = (
    "openstreetmap.org", "openstreetmap.fr", "openstreetmap.de", "komoot.io", "geocode.earth",
    "pelias.io", "arcgis.com", "arcgisonline.com", "google.com", "googleapis.com", "gstatic.com",
    "mapbox.com", "maptiler.com", "stadiamaps.com", "thunderforest.com", "cartocdn.com",
    "here.com", "hereapi.com", "bing.com", "virtualearth.net", "tomtom.com", "opencagedata.com",
    "locationiq.com", "mapquest.com", "mapquestapi.com", "geoapify.com", "basemaps.cartocdn.com",
)  # fmt: skip


def is_public_host(host: str) -> bool:
    """Whether this is a server that anyone may ask, and that so would learn our addresses."""
    name = host.rstrip(".").lower()
    return any(name == public or name.endswith(f".{public}") for public in PUBLIC_HOSTS)


def is_own_server(url: str) -> bool:
    """An http or https address of a host that is none of the public ones."""
    parts = urlsplit(url)
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and parts.username is None
        and not is_public_host(parts.hostname or "")
    )


def is_own_tile_server(url: str) -> bool:
    """An own server whose address says where zoom, column and row go."""
    has_places = all(part in url for part in ("{z}", "{x}", "{y}"))
    return is_own_server(url) and has_places and "{" not in urlsplit(url).netloc


def is_private_way(url: str) -> bool:
    """Nobody in between reads what goes there: https, or this machine itself."""
    parts = urlsplit(url)
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    return bool(parts.hostname) and parts.username is None and (parts.scheme == "https" or is_here)


def origin_of(url: str) -> str:
    """Scheme, host and port, as a content security policy names them; "" of nothing."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
