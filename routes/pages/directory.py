"""The directory's keeper: points, links, procedures, and files taken in with a look first."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.directory.columns import COLUMNS, ImportKind
from postal_bridge.directory.rules import LinkAction
from postal_bridge.directory.service import ImportReport, MoveLink, import_csv, move_link
from postal_bridge.insight.service import directory_page
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.pages.sent_files import brought_back, carried, sent_table
from routes.schemas.directory import ImportSchema, MoveLinkSchema

bp = Blueprint("directory_pages", __name__, url_prefix="/danh-muc")
LARGEST_BYTES = 1_200_000  # what a form may carry once more for the second step


@bp.get("")
@allow(Role.OPERATOR)
def show() -> str:
    places, links = directory_page(actor=current_actor(), units=container().units)
    return render_template("directory/directory.html", places=places, links=links)


@bp.post("/lien-ket/<uuid:link_id>")
@allow(Role.OPERATOR)
def move(link_id: UUID) -> AnyResponse:
    """A link is agreed on, suspended, resumed or ended, from now on."""
    action: LinkAction = load_form(MoveLinkSchema())["action"]
    move_link(MoveLink(link_id, action), actor=current_actor(), units=container().units)
    return redirect(url_for("directory_pages.show", _anchor="links"), 303)


@bp.get("/nhap")
@allow(Role.OPERATOR)
def choose() -> str:
    return _page()


@bp.post("/nhap")
@allow(Role.OPERATOR)
def look() -> str | tuple[str, int]:
    """What the file would change, and every fault by row and column. Nothing is kept."""
    kind: ImportKind = load_form(ImportSchema(only=("kind",)), _kind_only())["kind"]
    content = sent_table(LARGEST_BYTES)
    if not content or len(content) > LARGEST_BYTES:
        code = "directory_file_too_large" if content else "directory_file_missing"
        return _page(kind=kind, wrong=code), 422
    report = _take_in(kind, content, dry_run=True)
    kept = "" if report.errors else carried(content)
    page = _page(kind=kind, report=report, content=kept)
    return (page, 422) if report.errors else page


@bp.post("/nhap/ghi")
@allow(Role.OPERATOR)
def take_in() -> str | tuple[str, int]:
    """The file that was looked at is taken in whole, or nothing of it."""
    asked: dict[str, Any] = load_form(ImportSchema())
    content = brought_back(asked["content"])
    if not content:
        return _page(kind=asked["kind"], wrong="directory_file_missing"), 422
    report = _take_in(asked["kind"], content, dry_run=False)
    page = _page(kind=asked["kind"], report=report, is_done=not report.errors)
    return (page, 422) if report.errors else page


def _take_in(kind: ImportKind, content: bytes, *, dry_run: bool) -> ImportReport:
    return import_csv(
        kind.value, content, actor=current_actor(), units=container().units, dry_run=dry_run
    )


def _kind_only() -> list[tuple[str, str]]:
    return [("kind", request.form.get("kind", ""))]


def _page(
    *,
    kind: ImportKind | None = None,
    report: ImportReport | None = None,
    content: str = "",
    wrong: str = "",
    is_done: bool = False,
) -> str:
    return render_template(
        "directory/import.html",
        kinds=list(ImportKind),
        columns={one: COLUMNS[one] for one in ImportKind},
        kind=kind,
        report=report,
        content=content,
        wrong=wrong,
        is_done=is_done,
    )
