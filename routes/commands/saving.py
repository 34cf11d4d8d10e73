"""Backup and restore. Keep the keys elsewhere: without them a backup opens nothing."""

from pathlib import Path

import click

from postal_bridge.jobs.backup import back_up
from postal_bridge.jobs.backup import restore as restore_home
from postal_bridge.jobs.first_start import check_home
from routes.commands.composition import OperatorCommand, settings, working_role
from routes.commands.speech import Reply, said, texts


@click.command("backup", cls=OperatorCommand)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> Reply:
    """Sao lưu. Database and files into one archive, while the service runs; no keys."""
    chosen = settings()
    check_home(chosen)
    saved = back_up(chosen, file.absolute())
    manifest = saved.manifest
    document = {
        "file": str(file.absolute()),
        "home": manifest.home_id,
        "created_at": manifest.created_at,
        "entries": len(manifest.entries),
        "bytes": file.stat().st_size,
        "blobs_lost": saved.blobs_lost,
    }
    shown = texts().render("backup_done", document, "vi")
    if saved.blobs_lost:
        shown += "\n" + said("backup_blobs_lost", {"count": saved.blobs_lost})
    return Reply(document, shown)


@click.command("restore", cls=OperatorCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), required=True, help="a new home"
)
def restore(file: Path, into: Path) -> Reply:
    """Phục hồi. An archive into a new home; then put its keys.json there.

    For a backup of PostgreSQL, DATABASE_OWNER_URL (or DATABASE_URL) names an empty database.
    """
    chosen = settings()
    url = chosen.database_owner_url or chosen.database_url
    done = restore_home(
        file, into.absolute(), database_url=url, app_role=working_role(chosen) if url else None
    )
    document = {
        "home": str(into.absolute()),
        "id": done.home_id,
        "kind": done.home_kind,
        "created_at": done.created_at,
        "blobs": done.blobs,
        "item_numbers_given_up": done.item_numbers_given_up,
    }
    return Reply(document, texts().render("restore_done", document, "vi"))
