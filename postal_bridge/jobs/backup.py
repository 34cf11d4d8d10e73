"""A home into one archive, and an archive into a new home (design section 8).

Keys are never in a backup. Numbers that were printed after the backup was taken must not be
drawn again, so every counter is moved on when a home is restored.
"""

import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from postal_bridge.jobs import archive, copy_store
from postal_bridge.jobs.archive import BackupDamaged, Manifest
from postal_bridge.jobs.blob_moves import fetch_files
from postal_bridge.jobs.blob_places import blobs_of
from postal_bridge.jobs.blobs_store import files_in_store, lie_in_folder
from postal_bridge.jobs.counters_store import move_counters_on
from postal_bridge.jobs.first_start import IDENTITY_FILE
from postal_bridge.kernel.errors import RuleViolation
from postal_bridge.kernel.home import HomeFolder, read_home
from postal_bridge.kernel.migrate import current_revision, migrate

SQLITE_NAME = "postal_bridge.sqlite3"
FOLDERS = ("blobs", "published")


class HomeNotEmpty(RuleViolation):
    code = "home_not_empty"


class DatabaseNotEmpty(RuleViolation):
    code = "database_not_empty"


@dataclass(frozen=True, slots=True)
class Saved:
    """`blobs_lost`: files that no place holds as they were stored, which `verify` names."""

    manifest: Manifest
    blobs_lost: int


@dataclass(frozen=True, slots=True)
class Restored:
    """`item_numbers_given_up`: numbers of granted blocks that will never be drawn."""

    home_id: str
    home_kind: str
    created_at: str
    blobs: int
    item_numbers_given_up: int


def back_up(settings: Settings, to: Path) -> Saved:
    """`to` holds one consistent moment of the database and every file it names.

    The service may run meanwhile: rows are saved first, and a file stands before its row. One
    that moves meanwhile stands in both places. Raises StorageAway: nothing was saved.
    """
    url = settings.effective_database_url
    known = json.loads((settings.home / IDENTITY_FILE).read_text())
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".backup-") as made:
        folder = Path(made)
        revision = current_revision(url) or ""
        columns = copy_store.save(url, folder)
        far = files_in_store(url)
        for name in FOLDERS:
            if (settings.home / name).exists():
                shutil.copytree(settings.home / name, folder / name, copy_function=_link_or_copy)
        lost = fetch_files(blobs_of(settings, read_home(url)), far, folder / "blobs")
        about = {
            "home_id": known["id"],
            "home_kind": known["kind"],
            "database": "sqlite" if copy_store.is_sqlite(url) else "postgresql",
            "revision": revision,
            "created_at": datetime.now(UTC).isoformat(),
            "columns": columns,
        }
        return Saved(archive.pack(folder, to, about), lost)


def restore(
    source: Path, into: Path, *, database_url: str = "", app_role: str | None = None
) -> Restored:
    """The home `into` stands as it was saved, at this release's schema, with counters moved on.

    Its files lie in its folder, wherever they lay before: two homes never share a part of a
    store. Its keys must be put there by hand. On PostgreSQL `app_role` may work with it, as after
    a migration.

    Raises
    ------
    HomeNotEmpty, DatabaseNotEmpty, BackupDamaged
        Nothing was changed.
    """
    if into.exists() and any(into.iterdir()):
        raise HomeNotEmpty(home=str(into))
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".restore-") as made:
        folder = Path(made)
        manifest = archive.unpack(source, folder)
        if (manifest.database == "sqlite") is bool(database_url):
            raise BackupDamaged(entry=f"database {manifest.database}")
        if database_url and current_revision(database_url) is not None:
            raise DatabaseNotEmpty
        try:
            given_up = _fill(into, folder, manifest, database_url, app_role)
        except BaseException:
            shutil.rmtree(into, ignore_errors=True)  # half a home must not look like one
            raise
    blobs = sum(1 for entry in manifest.entries if entry.startswith("blobs/"))
    return Restored(manifest.home_id, manifest.home_kind, manifest.created_at, blobs, given_up)


def _fill(
    into: Path, folder: Path, manifest: Manifest, database_url: str, app_role: str | None
) -> int:
    """The unpacked home stands in `into`; returns the item numbers given up."""
    HomeFolder(into).create()
    for name in FOLDERS:
        if (folder / name).exists():
            shutil.copytree(folder / name, into / name, dirs_exist_ok=True)
    url = database_url or f"sqlite:///{into.resolve()}/{SQLITE_NAME}"
    if database_url:
        migrate(url, to=manifest.revision)
        copy_store.load(url, folder, manifest.columns)
    else:
        shutil.copy(folder / copy_store.SQLITE_FILE, into / SQLITE_NAME)
    migrate(url, app_role=app_role)
    lie_in_folder(url)
    given_up = move_counters_on(url)
    identity = {"id": manifest.home_id, "kind": manifest.home_kind}
    (into / IDENTITY_FILE).write_text(json.dumps(identity) + "\n")
    return given_up


def _link_or_copy(source: str, target: str) -> None:
    """Blobs are never changed in place, so a second name is a copy."""
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)
