"""What this home published, for commands that open no database."""

import os
from pathlib import Path

from config.register import Register, load_register
from config.settings import ENVIRONMENT


def published_path() -> Path:
    """The folder of the home in force here; it need not be there."""
    return Path(os.environ.get(ENVIRONMENT["home"], "var")) / "published"


def home_register() -> Register:
    """Every unit as that home knows it. Raises SnapshotMissing, SnapshotDamaged."""
    path = published_path()
    if not (path / "register.json").exists():
        return load_register()
    # Digests are loaded late: most homes have published nothing, and each start would pay them.
    from postal_bridge.directory.register_files import listed_register
    from postal_bridge.kernel.snapshots import SnapshotFolder

    return listed_register(SnapshotFolder(path))
