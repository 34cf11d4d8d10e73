"""Single rows of the directory: a point or section edited, a link proposed, and the history.

The forms bear the columns of the files, so what is refused there is refused here.
"""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.rules import (
    Ability,
    AcceptanceMode,
    Access,
    DigitisedAt,
    FareRefused,
    FeeChannel,
    PointKind,
    ProofDemanded,
    WhoMayReceive,
)
from postal_bridge.directory.service import (
    EditRow,
    ExportForm,
    LinkView,
    ProposeLink,
    RowRefused,
    edit_row,
    export_file,
    propose_link,
)
from postal_bridge.insight.service import directory_page, directory_row, past_of_directory
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import Conflict, NotFound, RuleViolation
from routes.access import allow, current_actor
from routes.container import container
from routes.errors import status_of
from routes.forms import FormError, form_errors
from routes.idempotency import once_of_form
from routes.language import chosen_language

bp = Blueprint("directory_rows", __name__, url_prefix="/danh-muc")
KINDS = {"diem": ImportKind.SERVICE_POINTS, "mot-cua": ImportKind.SECTIONS}
EDITED = ("name_vi", "name_en", "address", "lat", "lon", "precision", "hours", "cut_off", "hotline")
LISTS = ("abilities", "accessibility")
OF_LINK = (
    "key", "section", "service_point", "acceptance_mode", "procedures", "service_forms",
    "transport_days", "transport_departures", "transit_h", "digitised_at", "proof_demanded",
    "who_may_receive", "fare_refused", "fare_borne", "fee_channel", "valid_from", "valid_to",
    "source",
)  # fmt: skip
MANY = frozenset({"procedures", "fare_borne", "service_forms", "transport_days", *LISTS})
CSV_TYPE = "text/csv; charset=utf-8"
FILES = {
    ExportForm.CSV: (".csv", CSV_TYPE),
    ExportForm.EXCEL: ("-excel.csv", CSV_TYPE),
    ExportForm.GEOJSON: (".geojson", "application/geo+json"),
}


@bp.get("/sua/<any('diem', 'mot-cua'):what>/<key>")
@allow(Role.OPERATOR)
def edit(what: str, key: str) -> str:
    return _edit_page(what, key, None, [])


@bp.post("/sua/<any('diem', 'mot-cua'):what>/<key>")
@allow(Role.OPERATOR)
def keep(what: str, key: str) -> AnyResponse | tuple[str, int]:
    """The row holds what was typed, or the form comes back with what is wrong."""
    own = (*EDITED, *LISTS, "kind") if what == "diem" else (*EDITED, *LISTS)
    cells = _cells(own)
    try:
        edit_row(EditRow(KINDS[what], key, cells), actor=current_actor(), units=container().units)
    except RowRefused as exc:
        return _edit_page(what, key, cells, _row_errors(exc)), 422
    return redirect(url_for("directory_pages.show", _anchor=key), 303)


@bp.get("/lien-ket/moi")
@allow(Role.OPERATOR)
def new_link() -> str:
    return _link_page({}, [])


@bp.post("/lien-ket/moi")
@allow(Role.OPERATOR)
def propose() -> AnyResponse | tuple[str, int]:
    """The link is proposed; it takes nothing in until it is agreed on."""
    cells = _cells(OF_LINK)
    try:
        propose_link(
            ProposeLink(cells),
            actor=current_actor(),
            once=once_of_form(_rendered),
            units=container().units,
        )
    except RowRefused as exc:
        return _link_page(cells, _row_errors(exc)), 422
    except (RuleViolation, Conflict) as exc:
        return _link_page(cells, form_errors(exc)), status_of(exc)
    return redirect(url_for("directory_pages.show", _anchor="links"), 303)


@bp.get("/lich-su")
@allow(Role.OPERATOR)
def history() -> str:
    """Who changed what, the latest first."""
    found = past_of_directory(actor=current_actor(), units=container().units)
    return render_template("directory/history.html", changes=found)


@bp.get("/xuat/<any('excel'):form>/<kind>.csv")
@bp.get("/xuat/<kind>.<any('csv', 'geojson'):form>")
@allow(Role.OPERATOR)
def export(kind: str, form: str) -> Response:
    """All rows of a kind as a file that import takes."""
    if kind not in set(ImportKind):
        raise NotFound
    content = export_file(
        ImportKind(kind), ExportForm(form), actor=current_actor(), units=container().units
    )
    ending, content_type = FILES[ExportForm(form)]
    answer = Response(content, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}{ending}"'
    return answer


def _edit_page(what: str, key: str, typed: dict[str, str] | None, wrong: list[FormError]) -> str:
    row, past = directory_row(KINDS[what], key, actor=current_actor(), units=container().units)
    return render_template(
        "directory/edit.html",
        what=what,
        key=key,
        cells={**row, **(typed or {})},
        past=past,
        errors=wrong,
        kinds=list(PointKind),
        abilities=list(Ability),
        access=list(Access),
    )


def _link_page(cells: dict[str, str], wrong: list[FormError]) -> str:
    places, _ = directory_page(actor=current_actor(), units=container().units)
    return render_template(
        "directory/propose.html",
        places=places,
        cells=cells,
        errors=wrong,
        modes=list(AcceptanceMode),
        scanned=list(DigitisedAt),
        proofs=list(ProofDemanded),
        circles=list(WhoMayReceive),
        refusals=list(FareRefused),
        channels=list(FeeChannel),
    )


def _cells(columns: tuple[str, ...]) -> dict[str, str]:
    """What was typed by column; a column that may be ticked often is one cell."""
    return {
        name: " ".join(request.form.getlist(name)) if name in MANY else request.form.get(name, "")
        for name in columns
    }


def _row_errors(exc: RowRefused) -> list[FormError]:
    texts, language = container().texts, chosen_language()
    return [FormError(one.column, texts.render(one.code, {}, language)) for one in exc.problems]


def _rendered(view: LinkView) -> bytes:
    return str(view.id).encode()
