"""What this home published, for commands that open no database."""

import os
from pathlib import Path

from config.register import Register, load_register
from config.settings import ENVIRONMENT
from postal_bridge.directory.calendar import WorkingCalendar, load_calendar


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


def home_calendar(calendar_id: str) -> WorkingCalendar:
    """A calendar with the days that home published for everybody.

    Raises CalendarUnknown, SnapshotMissing, SnapshotDamaged.
    """
    base, path = load_calendar(calendar_id), published_path()
    if not (path / "calendar.json").exists():
        return base
    from postal_bridge.directory.calendar_days import KIND, laid_over, unpacked
    from postal_bridge.kernel.snapshots import SnapshotFolder

    folder = SnapshotFolder(path)
    return laid_over(base, [unpacked(folder.content(one.id)) for one in folder.listed(KIND)])
