"""Filling the directory: from the release at each start, and by an operator's files."""

from collections.abc import Mapping
from pathlib import Path

from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.importing import PLACES, fill_from_release, take_in_file
from postal_bridge.directory.views import ImportReport
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Forbidden, RuleViolation
from postal_bridge.kernel.unit_of_work import Units


class ImportKindUnknown(RuleViolation):
    code = "import_kind_unknown"


def load_reference(units: Units, places: Path = PLACES) -> Mapping[str, ImportReport]:
    """The release's places stand in the database; what an operator imported is left alone.

    Safe at each start: files that did not change are not read again.
    """
    with units.write() as uow:
        reports = fill_from_release(uow, register_of(uow), places)
        uow.commit()
    return reports


def import_csv(
    kind: str, content: bytes, *, actor: Actor, units: Units, dry_run: bool = False
) -> ImportReport:
    """A file of one kind is taken in whole, or nothing of it: then `errors` names each fault.

    Raises
    ------
    Forbidden
        Reference data is the operator's.
    ImportKindUnknown
    """
    if Role.OPERATOR not in actor.roles:
        raise Forbidden(power="manage_directory")
    if kind not in set(ImportKind):
        raise ImportKindUnknown(kind=kind)
    with units.write() as uow:
        report = take_in_file(uow, ImportKind(kind), content, register_of(uow), actor=actor.ref)
        if not report.errors and not dry_run:
            uow.commit()
    return report
