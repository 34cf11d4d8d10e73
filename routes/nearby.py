"""Points near a place as a document, the same for the API and for commands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geo.address_answer import Answer, Candidate
from postal_bridge.directory.nearby import (
    LookNear,
    Nearby,
    NearOrder,
    PointNearby,
    find_points_near,
)
from postal_bridge.directory.rules import Ability
from postal_bridge.directory.whereabouts import Whereabouts
from postal_bridge.kernel.errors import RuleViolation
from postal_bridge.kernel.unit_of_work import Units

Say = Callable[[str], str]


class AddressNotUnderstood(RuleViolation):
    """`reason` says in words what is missing."""

    code = "address_not_understood"


class PlaceNotGiven(RuleViolation):
    code = "place_not_given"


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody wants to have done, and how the answer is ordered."""

    procedure: str | None = None
    needs: frozenset[Ability] = frozenset()
    order: NearOrder = NearOrder.DISTANCE
    limit: int = 10


def look_near(where: Whereabouts, errand: Errand, *, units: Units) -> Nearby | None:
    """What lies near; None where the address allows several communes."""
    if where.place is None:
        return None
    wanted = LookNear(
        where.place,
        where.province.code if where.province else None,
        errand.procedure,
        where.commune.code if where.commune else None,
        errand.needs,
        errand.order,
        errand.limit,
    )
    return find_points_near(wanted, units=units)


def nearby_document(where: Whereabouts, found: Nearby | None, say: Say) -> dict[str, Any]:
    """Every field is there, empty ones as null. Raises AddressNotUnderstood."""
    answer = where.answer
    if found is None and (answer is None or not answer.candidates):
        reason = answer.reason if answer else None
        raise AddressNotUnderstood(reason=say(f"address_{reason}") if reason else "")
    return {
        "status": "candidates" if found is None else "resolved",
        "place": _place(where),
        "candidates": [_candidate(one) for one in answer.candidates] if answer else [],
        "question": _question(answer, say),
        "procedure": found.procedure.code if found and found.procedure else None,
        "serving": [_point(one, say) for one in found.serving] if found else [],
        "served_by": found.served_by if found else None,
        "points": [_point(one, say) for one in found.accepting] if found else [],
        "points_count": found.accepting_count if found else 0,
        "others": [_point(one, say) for one in found.others] if found else [],
        "others_count": found.others_count if found else 0,
    }


def _place(where: Whereabouts) -> dict[str, Any] | None:
    if where.place is None or where.precision is None:
        return None
    return {
        "lat": where.place.lat,
        "lon": where.place.lon,
        "precision": where.precision.value,
        "commune_code": where.commune.code if where.commune else None,
        "commune": where.commune.full_name if where.commune else None,
        "province": where.province.full_name if where.province else None,
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    """Only communes of today can be looked around."""
    return {
        "commune_code": one.new.code if one.new else None,
        "commune": one.new.commune.full_name if one.new else None,
        "province": one.new.province.full_name if one.new else None,
        "before": said_before(one) or None,
    }


def said_before(one: Candidate) -> str:
    """The commune of before the reform that people know it by; empty where none is meant."""
    parts = (one.old.commune, one.old.district, one.old.province) if one.old else ()
    return ", ".join(part.full_name for part in parts if part)


def _question(answer: Answer | None, say: Say) -> str | None:
    if answer is None or answer.question is None:
        return None
    return say(f"address_ask_{answer.question.asked}")


def _point(one: PointNearby, say: Say) -> dict[str, Any]:
    link, section = one.link, one.section
    return {
        "point": one.point,
        "distance_m": one.distance_m,
        "link": link.key if link else None,
        "acceptance_mode": link.acceptance_mode if link else None,
        "section": section.name if section else None,
        "agency": one.agency.name if one.agency else None,
        "handed_in_at": one.handed_in_at,
        "arrives_at": one.arrives_at,
        "why_not": one.why_not.value if one.why_not else None,
        "lacking": list(one.lacking),
        "is_over_water": one.is_over_water,
        "detail": say(one.why_not.value) if one.why_not else None,
    }
