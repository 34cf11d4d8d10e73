"""The directory out into files."""

from pathlib import Path

import click

from postal_bridge.directory.service import EXPORTED, ExportForm, ImportKind, export_file
from postal_bridge.kernel.actor import Actor
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import Reply


@click.command("export", cls=OperatorCommand)
@click.argument("kind", type=click.Choice([kind.value for kind in EXPORTED]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--form", type=click.Choice([form.value for form in ExportForm]), default="csv")
def export(kind: str, file: Path, form: str) -> Reply:
    """Xuất danh mục. All rows of a kind into a new file, as `import` takes it."""
    content = export_file(
        ImportKind(kind),
        ExportForm(form),
        actor=Actor.operator(),
        units=container(wiring=False).units,
    )
    with file.open("xb") as out:
        out.write(content)
    return Reply({"kind": kind, "file": str(file.absolute()), "bytes": len(content)}, str(file))
