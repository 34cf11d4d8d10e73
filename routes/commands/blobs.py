"""Where scans, signatures and photographs lie, and moving them from one place to the other."""

import click

from postal_bridge.jobs.blob_moves import (
    count_files,
    leave_store,
    move_files,
    remove_originals,
)
from postal_bridge.jobs.blob_places import StoreNotSet, take_store
from postal_bridge.jobs.first_start import known_home
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import Units
from routes.commands.composition import OperatorCommand, container, settings
from routes.commands.progress import with_bar
from routes.commands.speech import EXIT_CHECK_FAILED, Reply, said
from routes.container import Container

FOLDER, STORE = "folder", "store"


@click.group("blobs")
def blobs() -> None:
    """Ảnh quét, chữ ký. Where files lie: the home's folder or an object store."""


@blobs.command("count", cls=OperatorCommand)
def count() -> Reply:
    """Đếm tệp. How many files lie where."""
    there = _counted(container(wiring=False).units)
    return Reply(there, said("blobs_counted", there))


@blobs.command("move", cls=OperatorCommand)
@click.option("--to", "target", type=click.Choice((FOLDER, STORE)), required=True)
@click.option("--remove-originals", "clears", is_flag=True, help="when every file has moved")
def move(target: str, clears: bool) -> Reply:
    """Chuyển tệp sang nơi khác. Run it again after whatever ended it: it goes on."""
    made = _bound(target)
    actor, units, files = Actor.operator(), made.units, made.blobs
    to = files.folder if target == FOLDER else files.place(made.home_identity.blob_store_id)
    before = _counted(units)
    waiting = sum(before.values()) - before[target]
    moving = move_files(files, to, actor=actor, units=units)
    fates = list(with_bar(moving, "move", waiting, every=1))
    broken = [str(fate.id) for fate in fates if not fate.has_moved]
    if target == FOLDER:
        leave_store(actor=actor, units=units)
    removed = 0
    if clears and not broken:
        clearing = remove_originals(files, to, actor=actor, units=units)
        removed = sum(with_bar(clearing, "remove", None, every=1))
    counts = {**_counted(units), "moved": len(fates) - len(broken), "removed": removed}
    return Reply(
        {**counts, "broken": broken},
        said("blobs_moved", {**counts, "broken": len(broken)}),
        exit_code=EXIT_CHECK_FAILED if broken else 0,
    )


def _bound(target: str) -> Container:
    """The home; one whose files shall go to a store takes the store of the settings first."""
    chosen = settings()
    identity = known_home(chosen)
    if target == STORE and identity.blob_store_id is None:
        if not chosen.blob_store_url:
            raise StoreNotSet
        take_store(chosen, identity, url=chosen.effective_database_url)
    return container(wiring=False)


def _counted(units: Units) -> dict[str, int]:
    found = count_files(actor=Actor.operator(), units=units)
    in_folder = found.pop(None, 0)
    return {FOLDER: in_folder, STORE: sum(found.values())}
