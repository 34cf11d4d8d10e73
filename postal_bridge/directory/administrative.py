"""The register of administrative units as rooms ask it: the release's, with what was published.

Rooms take `register_of(uow)`; a page that has no unit of work open takes `open_register`. All of
one home give the same object until something is published.
"""

from config.register import Register, load_register
from postal_bridge.directory.register_files import KIND, register_with
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.published import published
from postal_bridge.kernel.unit_of_work import ReadUnit, Units


class UnitCodeUnknown(NotFound):
    """No administrative unit has this code on this day."""

    code = "unit_code_unknown"


def register_of(uow: ReadUnit) -> Register:
    """Every unit as this home knows it. Nothing changes it, and threads share it.

    Raises
    ------
    SnapshotMissing, SnapshotDamaged
        A published file is gone: no unit is better than one that is no more.
    """
    return uow.reference(KIND, lambda: _published_register(uow))


def open_register(*, units: Units) -> Register:
    """The same where no unit of work is open; as new as this process's last one."""
    return units.reference(KIND, _published_register)


def _published_register(uow: ReadUnit) -> Register:
    made = published(uow, KIND)
    if not made or uow.snapshots is None:
        return load_register()
    return register_with(uow.snapshots, tuple(one.id for one in made))
