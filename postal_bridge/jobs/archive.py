"""The file format of a backup: a tar with every entry's digest in `manifest.json`.

A backup holds no keys: whoever finds one reads ids, codes and counts, and no person's data.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from postal_bridge.kernel.errors import RuleViolation

MANIFEST = "manifest.json"
VERSION = 1
_CHUNK = 1 << 20


class BackupDamaged(RuleViolation):
    """An entry is missing, added or not the one that was saved; nothing was restored."""

    code = "backup_damaged"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of.

    Attributes
    ----------
    revision : the schema its rows fit
    columns : table -> its columns, where rows are stored as text
    entries : path in the archive -> SHA-256
    """

    home_id: str
    home_kind: str
    database: str
    revision: str
    created_at: str
    columns: Mapping[str, list[str]]
    entries: Mapping[str, str]


def pack(folder: Path, to: Path, about: Mapping[str, Any]) -> Manifest:
    """`to` holds every file below `folder`; it appears whole, synced, or not at all."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    entries = {str(path.relative_to(folder)): digest_of(path) for path in paths}
    document = {"version": VERSION, **about, "entries": entries}
    (folder / MANIFEST).write_text(json.dumps(document, indent=1), "utf-8")
    partial = to.with_name(to.name + ".partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar:
            tar.add(folder / MANIFEST, MANIFEST)
            for path in paths:
                tar.add(path, str(path.relative_to(folder)))
        file.flush()
        os.fsync(file.fileno())
    partial.rename(to)
    return _manifest(document)


def unpack(archive: Path, folder: Path) -> Manifest:
    """`folder` holds exactly what was saved. Raises BackupDamaged."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        document = json.loads((folder / MANIFEST).read_text("utf-8"))
        manifest = _manifest(document)
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError) as exc:
        raise BackupDamaged(entry=type(exc).__name__) from exc
    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path != folder / MANIFEST
    }
    for entry in sorted(found ^ set(manifest.entries)):
        raise BackupDamaged(entry=entry)
    for entry, sha256 in manifest.entries.items():
        if digest_of(folder / entry) != sha256:
            raise BackupDamaged(entry=entry)
    return manifest


def digest_of(path: Path) -> str:
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha256.update(chunk)
    return sha256.hexdigest()


def _manifest(document: Mapping[str, Any]) -> Manifest:
    if document["version"] != VERSION:
        raise BackupDamaged(entry=MANIFEST)
    return Manifest(
        home_id=document["home_id"],
        home_kind=document["home_kind"],
        database=document["database"],
        revision=document["revision"],
        created_at=document["created_at"],
        columns=document["columns"],
        entries=document["entries"],
    )
