"""Where a dossier can be handed in: the nearest points that take it in, and why others do not.

An address is sent in a form's body, because it is personal and would stay in logs as a URL; the
communes it may mean are links with their codes, which are public.
"""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from postal_bridge.directory.nearby import Nearby
from postal_bridge.directory.rules import Ability, ServiceForm
from postal_bridge.directory.views import ProcedureView
from postal_bridge.directory.whereabouts import (
    Whereabouts,
    whereabouts_of_address,
    whereabouts_of_commune,
)
from postal_bridge.insight.places import PublicPlaces
from postal_bridge.insight.service import communes_named, find_places, lineage_name
from routes.access import allow
from routes.container import container
from routes.nearby import Errand, look_near, said_before

bp = Blueprint("where", __name__)
LONGEST_NAME, LONGEST_ADDRESS, MOST_FOUND, NEAREST = 80, 300, 12, 5
NEEDS = tuple(one for one in Ability if one is not Ability.ACCEPT)  # which everyone needs here


@bp.get("/noi-phuc-vu")
@allow()
def where() -> str:
    """All points, or those near a commune named or chosen."""
    asked = request.args.get("q", "").strip()[:LONGEST_NAME]
    errand = _errand(request.args)
    return _page(asked, request.args.get("xa", "").strip()[:10], errand)


@bp.post("/noi-phuc-vu")
@allow()
def look() -> str:
    """Points near an address as people write it."""
    asked = request.form.get("q", "").strip()[:LONGEST_ADDRESS]
    return _page(asked, "", _errand(request.form))


def _errand(given: MultiDict[str, str]) -> Errand:
    """What nobody offers is not asked for."""
    needs = frozenset(one for one in NEEDS if one in given.getlist("can"))
    return Errand(given.get("thu-tuc") or None, needs, limit=NEAREST)


def _page(asked: str, code: str, errand: Errand) -> str:
    places = find_places(units=container().units)
    procedure = places.procedure(errand.procedure) if errand.procedure else None
    communes: list[dict[str, str]] = []
    sought: Whereabouts | None = None
    found: Nearby | None = None
    if code:
        sought = whereabouts_of_commune(places.register, code, places.on)
    elif asked:
        sought = whereabouts_of_address(places.register, asked, places.on)
        communes = _candidates(sought)
        if sought.place is None and not communes:
            communes = _communes(asked, places)
    if sought is not None:
        errand = replace(errand, procedure=procedure.code if procedure else None)
        found = look_near(sought, errand, units=container().units)
    return render_template(
        "public/where.html",
        places=places,
        asked=asked,
        communes=communes,
        sought=sought,
        found=found,
        procedure=procedure,
        all_needs=NEEDS,
        needs=errand.needs,
        taken_in=_taken_in(places),
    )


def _communes(asked: str, places: PublicPlaces) -> list[dict[str, str]]:
    """Communes of today whose name begins so: for who stopped in the middle of one."""
    return [
        {"code": unit.code, "name": lineage_name(places.register, unit, places.on), "before": ""}
        for unit in communes_named(places.register, asked, places.on, MOST_FOUND)
        if unit.level == "commune"
    ]


def _candidates(sought: Whereabouts) -> list[dict[str, str]]:
    """The communes of today that the address allows, each once, with what they were before."""
    found: dict[str, dict[str, str]] = {}
    for one in sought.answer.candidates if sought.answer else ():
        if one.new is None:
            continue
        name = f"{one.new.commune.full_name}, {one.new.province.full_name}"
        row = found.setdefault(one.new.code, {"code": one.new.code, "name": name, "before": ""})
        row["before"] = "; ".join(filter(None, (row["before"], said_before(one))))
    return list(found.values())


def _taken_in(places: PublicPlaces) -> dict[UUID, list[ProcedureView]]:
    """By point, the procedures whose papers its active links of the day take in."""
    allowed: dict[UUID, set[UUID]] = {}
    for link in places.overview.links:
        if link.service_forms & {ServiceForm.SEND, ServiceForm.BOTH}:
            allowed.setdefault(link.point_id, set()).update(link.procedure_ids)
    on_paper = [
        one
        for one in places.overview.procedures
        if one.bcci_allowed and not one.is_online_only(places.on)
    ]
    return {point: [one for one in on_paper if one.id in ids] for point, ids in allowed.items()}
