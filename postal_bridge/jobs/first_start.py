"""Makes a home, and tells whether a folder and a database belong together (design section 8)."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from config.settings import Settings
from postal_bridge.jobs.blob_places import blobs_of, take_store
from postal_bridge.kernel.clock import MachineClock, SystemClock
from postal_bridge.kernel.database import sqlite_path
from postal_bridge.kernel.errors import HomeMismatch, SetupLacking
from postal_bridge.kernel.home import HomeFolder, HomeIdentity, HomeKind, name_home, read_home
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.migrate import current_revision, is_known, migrate, newest_revision
from postal_bridge.kernel.witness import check_witness

IDENTITY_FILE = "home.json"
PREPARING_LOCK = "preparing.lock"


@dataclass(frozen=True, slots=True)
class PreparedHome:
    """`is_new` tells the first start from later ones."""

    folder: HomeFolder
    identity: HomeIdentity
    ring: KeyRing
    is_new: bool


class SchemaDiffers(SetupLacking):
    """The database stands at another revision than this release wants."""

    code = "schema_differs"


def prepare_home(
    settings: Settings,
    *,
    kind: HomeKind,
    app_role: str | None = None,
    machine: MachineClock | None = None,
) -> PreparedHome:
    """Folders, keys, newest schema and the home's name stand; what is there stays as it is.

    A new home takes the object store that the settings name.

    Raises
    ------
    SetupLacking
        The database has a home already and the folder has no keys: new ones would open
        nothing that was stored.
    DatabaseForeign
        The database holds the tables of something else.
    SchemaDiffers
        A newer release has been here.
    HomeMismatch
        The folder belongs to another home than the database.
    DatabaseBehind
        The database lacks what this home had recorded.
    """
    folder = HomeFolder(settings.home)
    folder.create()
    url = settings.effective_owner_url
    stands = current_revision(url)
    is_new = stands is None
    if stands is not None and not is_known(stands):
        raise SchemaDiffers(found=stands, wanted=newest_revision())
    if not is_new and not folder.keys.exists():
        raise SetupLacking(what="keys.json")
    migrate(url, app_role=app_role)
    ring = folder.load_or_make_keys()
    identity = name_home(url, kind, now=(machine or SystemClock()).now())
    known = known_id(folder)
    if known is not None and known != identity.id:
        raise HomeMismatch(database=str(identity.id), process=str(known))
    if known is None:
        _remember(folder, identity)
    check_witness(folder.path, url)
    if is_new and settings.blob_store_url:
        identity = replace(identity, blob_store_id=take_store(settings, identity, url=url))
    return PreparedHome(folder, identity, ring, is_new)


@contextmanager
def preparing(home: Path) -> Iterator[None]:
    """Whoever calls `wait_until_prepared` waits until this is left, by whatever death."""
    with (home / PREPARING_LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def wait_until_prepared(home: Path) -> None:
    """Nobody is preparing the home; whether it is sound, `check_home` tells."""
    file = home / PREPARING_LOCK
    if file.exists():
        with file.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)


def check_home(settings: Settings) -> HomeIdentity:
    """As `known_home`, and the settings name the place of the home's files.

    Raises
    ------
    SetupLacking, SchemaDiffers, HomeMismatch
    """
    identity = known_home(settings)
    blobs_of(settings, identity)
    return identity


def known_home(settings: Settings) -> HomeIdentity:
    """The database stands at this release's schema and belongs to the folder.

    Raises
    ------
    SetupLacking, DatabaseForeign, SchemaDiffers, HomeMismatch, DatabaseBehind
    """
    url = settings.effective_database_url
    file = sqlite_path(url)
    if file is not None and not file.exists():
        raise SetupLacking(what="database")  # looking must not make an empty one
    stands, wanted = current_revision(url), newest_revision()
    if stands is None:
        raise SetupLacking(what="database")
    if stands != wanted:
        raise SchemaDiffers(found=stands, wanted=wanted)
    identity = read_home(url)
    known = known_id(HomeFolder(settings.home))
    if known is None:
        raise SetupLacking(what=IDENTITY_FILE)
    if known != identity.id:
        raise HomeMismatch(database=str(identity.id), process=str(known))
    check_witness(settings.home, url)
    return identity


def known_id(folder: HomeFolder) -> UUID | None:
    """The home that the folder belongs to; None before it belongs to one."""
    file = folder.path / IDENTITY_FILE
    return UUID(json.loads(file.read_text())["id"]) if file.exists() else None


def _remember(folder: HomeFolder, identity: HomeIdentity) -> None:
    file = folder.path / IDENTITY_FILE
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps({"id": str(identity.id), "kind": identity.kind.value}) + "\n")
    partial.rename(file)
