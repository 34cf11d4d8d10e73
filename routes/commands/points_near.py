"""`bin/bridge points near`: which points take this procedure in for somebody at this place."""

from datetime import date, datetime
from typing import Any

import click

from config.register import Register
from geo.service_areas import ServedBy
from postal_bridge.directory.administrative import open_register
from postal_bridge.directory.nearby import NearOrder, business_day
from postal_bridge.directory.rules import Ability
from postal_bridge.directory.whereabouts import (
    Whereabouts,
    whereabouts_of_address,
    whereabouts_of_commune,
    whereabouts_of_point,
)
from postal_bridge.kernel import wording
from postal_bridge.kernel.text import Language
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import Reply, language_option, texts
from routes.nearby import Errand, PlaceNotGiven, look_near, nearby_document
from routes.schemas.nearby import MOST_POINTS, NearbySchema


@click.command("near", cls=OperatorCommand)
@click.option("--address", metavar="TEXT", help="as people write it, of before or after the reform")
@click.option("--commune", metavar="CODE", help="a commune of today")
@click.option("--lat", type=float)
@click.option("--lon", type=float)
@click.option("--procedure", metavar="CODE", help="national code or key")
@click.option(
    "--need",
    "needs",
    type=click.Choice([one.value for one in Ability]),
    multiple=True,
    help="what the point has to do as well; may be given again",
)
@click.option(
    "--by",
    type=click.Choice([one.value for one in NearOrder]),
    default="distance",
    show_default=True,
)
@click.option("--limit", type=click.IntRange(1, MOST_POINTS), default=10, show_default=True)
@language_option
def points_near(
    by: str,
    limit: int,
    procedure: str | None,
    needs: tuple[str, ...],
    language: str,
    **given: Any,
) -> Reply:
    """Điểm nhận hồ sơ gần nhất. Say which points take it in, how far and how soon, or why not."""
    spoken: Language = "en" if language == "en" else "vi"
    units = container(wiring=False).units
    where = _where(**given, on=business_day(units=units), register=open_register(units=units))
    errand = Errand(procedure, frozenset(map(Ability, needs)), NearOrder(by), limit)
    found = look_near(where, errand, units=units)
    said = nearby_document(where, found, lambda code: texts().render(code, {}, spoken))
    document = NearbySchema().dump(said)
    return Reply(document, _shown(document, spoken))


def _where(
    address: str | None,
    commune: str | None,
    lat: float | None,
    lon: float | None,
    on: date,
    register: Register,
) -> Whereabouts:
    """Raises PlaceNotGiven."""
    if [address is None, commune is None, lat is None and lon is None].count(False) != 1:
        raise PlaceNotGiven
    if address is not None:
        return whereabouts_of_address(register, address, on)
    if commune is not None:
        return whereabouts_of_commune(register, commune, on)
    if lat is None or lon is None:
        raise PlaceNotGiven
    return whereabouts_of_point(lat, lon)


def _shown(document: dict[str, Any], language: Language) -> str:
    if document["status"] == "candidates":
        names = [
            f"  {one['commune']}, {one['province']}"
            + (f" ← {was}" if (was := one["before"]) else "")
            for one in document["candidates"]
        ]
        return "\n".join([document["question"] or "", *names])
    lines = [_said_serving(document, language)] if document["serving"] else []
    lines += [
        _line(one, _arrival(one["arrives_at"], language), language) for one in document["points"]
    ]
    lines += [_line(one, f"– {_why_not(one, language)}", language) for one in document["others"]]
    return "\n".join(lines)


def _said_serving(document: dict[str, Any], language: Language) -> str:
    names = ", ".join(one["point"]["name"] for one in document["serving"])
    code = f"near_served_{ServedBy(document['served_by'])}"
    return f"{names}: {texts().render(code, {}, language)}"


def _why_not(one: dict[str, Any], language: Language) -> str:
    lacking = [texts().render(f"ability_{what}", {}, language) for what in one["lacking"]]
    return f"{one['detail']} ({', '.join(lacking)})" if lacking else str(one["detail"])


def _arrival(at: str | None, language: Language) -> str:
    """In Vietnam's civil time, as pages write it."""
    return wording.moment(datetime.fromisoformat(at), language) if at else "–"


def _line(one: dict[str, Any], said: str, language: Language) -> str:
    metres = one["distance_m"]
    away = "?" if metres is None else f"{metres / 1000:.1f} km"
    if one["is_over_water"]:
        said = f"{said} ({texts().render('near_over_water', {}, language)})"
    return f"{away:>9}  {one['point']['key']}  {one['point']['name']}  {said}"
