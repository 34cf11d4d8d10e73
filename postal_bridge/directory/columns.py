"""Which columns each kind of reference file has. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from postal_bridge.directory.cells import (
    Read,
    clock,
    day,
    degrees,
    flag,
    key,
    one_of,
    text,
    weekday,
    whole,
    words,
)
from postal_bridge.directory.rules import (
    Ability,
    AcceptanceMode,
    Access,
    DigitisedAt,
    FareRefused,
    FeeChannel,
    FeeKind,
    LinkStatus,
    PointKind,
    ProofDemanded,
    ResultKind,
    ServiceForm,
    UnitLevel,
    WhoMayReceive,
)

_DOCUMENTS = ("identity", "certificate", "decision", "ordinary")
_TALLIES = (
    "original_kept", "original_seen", "certified_copy", "photocopy", "electronic",
    "state_database",
)  # fmt: skip


class ImportKind(StrEnum):
    """In the order in which files lean on one another."""

    OPERATING_UNITS = "operating_units"
    AGENCIES = "agencies"
    SECTIONS = "sections"
    SERVICE_POINTS = "service_points"
    PROCEDURES = "procedures"
    PAPER_LISTS = "paper_lists"
    COMPETENCES = "competences"
    LINKS = "links"
    CARRIER_UNITS = "carrier_units"
    HOUSES = "houses"


@dataclass(frozen=True, slots=True)
class Column:
    """`read` turns a filled cell into a value; an empty one gives `empty` or is a fault.

    `refers_to`: the value is the key of a row of that kind. `is_optional`: the column itself
    may be left out of the file.
    """

    read: Read
    is_required: bool = False
    empty: Any = None
    refers_to: ImportKind | None = None
    is_optional: bool = False


_K = ImportKind
_NAME = Column(text(200), is_required=True)
_LONG_NAME = Column(text(400), is_required=True)
_UNIT_CODE = Column(text(10))
_DAY = Column(day)
_COUNT = Column(whole, empty=0)
_FLAG = Column(flag, empty=False)

_SOURCED = {
    "source": Column(text(400), empty="", is_optional=True),
    "status": Column(text(20), empty="sample", is_optional=True),
}
_DATED = {"valid_from": _DAY, "valid_to": _DAY}
_NAMED = {"name_vi": _NAME, "name_en": _NAME}
_SUCCEEDS = {"succeeds": Column(key)}
_UNIT_CODES = {"old_unit_code": _UNIT_CODE, "new_unit_code": _UNIT_CODE}
_PLACE = {
    "old_commune_code": _UNIT_CODE,
    "new_commune_code": _UNIT_CODE,
    "lat": Column(degrees(180)),
    "lon": Column(degrees(180)),
    "precision": Column(text(20), empty=""),
    "hours": Column(text(200), empty=""),
    "hotline": Column(text(40), empty=""),
}


_OFFERS = {
    "cut_off": Column(text(200), empty="", is_optional=True),
    "abilities": Column(words(one_of(list(Ability))), empty=(), is_optional=True),
    "accessibility": Column(words(one_of(list(Access))), empty=(), is_optional=True),
}


def _key_of(kind: ImportKind, *, is_required: bool = True) -> Column:
    return Column(key, is_required=is_required, refers_to=kind)


COLUMNS: Mapping[ImportKind, Mapping[str, Column]] = MappingProxyType(
    {
        _K.OPERATING_UNITS: {
            "key": Column(key, is_required=True),
            "parent_key": _key_of(_K.OPERATING_UNITS, is_required=False),
            "level": Column(one_of(list(UnitLevel)), is_required=True),
            **_NAMED, **_UNIT_CODES, **_DATED, **_SUCCEEDS, **_SOURCED,
        },
        _K.AGENCIES: {
            "key": Column(key, is_required=True),
            "level": Column(text(20), is_required=True),
            **_NAMED, **_UNIT_CODES, **_DATED, **_SUCCEEDS, **_SOURCED,
        },
        _K.SECTIONS: {
            "key": Column(key, is_required=True),
            "agency": _key_of(_K.AGENCIES),
            "address": Column(text(400), empty=""),
            "mailbox": Column(text(200), empty=""),
            "code_prefix": Column(text(40), is_optional=True),
            "first_number": Column(whole, empty=1, is_optional=True),
            **_NAMED, **_PLACE, **_OFFERS, **_DATED, **_SUCCEEDS, **_SOURCED,
        },
        _K.SERVICE_POINTS: {
            "key": Column(key, is_required=True),
            "kind": Column(one_of(list(PointKind)), is_required=True),
            "operating_unit": _key_of(_K.OPERATING_UNITS),
            "address": Column(text(400), empty="", is_optional=True),
            **_NAMED, **_PLACE, **_OFFERS, **_DATED, **_SUCCEEDS, **_SOURCED,
        },
        _K.PROCEDURES: {
            "key": Column(key, is_required=True),
            "national_code": Column(text(60), is_required=True),
            "code_status": Column(text(20), is_optional=True),
            "name_vi": _LONG_NAME,
            "name_en": _LONG_NAME,
            "sector": _NAME,
            "sector_en": Column(text(200), is_optional=True),
            "agency_level_old": Column(text(20), is_required=True),
            "agency_level_new": Column(text(20), is_required=True),
            "time_limit_working_days": _COUNT,
            "time_limit_working_hours": _COUNT,
            "fee_kind": Column(one_of(["none", *FeeKind]), is_required=True),
            "fee_vnd": _COUNT,
            "fee_per": Column(text(20), empty="dossier"),
            "bcci_allowed": _FLAG,
            "online_only_from": _DAY,
            "result_kind": Column(one_of(list(ResultKind)), is_required=True),
            "who_may_receive": Column(one_of(list(WhoMayReceive)), is_required=True),
            "document_class": Column(one_of(_DOCUMENTS), is_required=True),
            "same_day": _FLAG,
            **_SOURCED,
        },
        _K.PAPER_LISTS: {
            "procedure": _key_of(_K.PROCEDURES),
            "line": Column(whole, is_required=True),
            "name_vi": _LONG_NAME,
            "name_en": _LONG_NAME,
            "required": _FLAG,
            "originals": _COUNT,
            "certified_copies": _COUNT,
            "photocopies": _COUNT,
            "tally_default": Column(one_of(_TALLIES), is_required=True),
            **_SOURCED,
        },
        _K.COMPETENCES: {
            "section": _key_of(_K.SECTIONS),
            "procedure": _key_of(_K.PROCEDURES),
            "agency": _key_of(_K.AGENCIES),
            **_DATED, **_SOURCED,
        },
        _K.LINKS: {
            "key": Column(key, is_required=True),
            "section": _key_of(_K.SECTIONS),
            "service_point": _key_of(_K.SERVICE_POINTS),
            "acceptance_mode": Column(one_of(list(AcceptanceMode)), is_required=True),
            "state": Column(one_of(list(LinkStatus)), is_optional=True),
            "procedures": Column(words(key), is_required=True, refers_to=_K.PROCEDURES),
            "service_forms": Column(words(one_of(list(ServiceForm))), is_required=True),
            "transport_days": Column(words(weekday), empty=()),
            "transport_departures": Column(words(clock), empty=()),
            "transit_h": Column(whole),
            "digitised_at": Column(one_of(list(DigitisedAt)), empty="", is_optional=True),
            "proof_demanded": Column(one_of(list(ProofDemanded)), is_required=True),
            "who_may_receive": Column(one_of(list(WhoMayReceive)), is_optional=True),
            "fare_refused": Column(
                one_of(list(FareRefused)), empty=FareRefused.HOLD.value, is_optional=True
            ),
            "fare_borne": Column(words(key), empty=(), is_optional=True),
            "return_instruction": Column(text(400), empty="", is_optional=True),
            "fee_channel": Column(one_of(list(FeeChannel)), is_required=True),
            **_DATED, **_SOURCED,
        },
        _K.HOUSES: {
            "commune_code": Column(text(10), is_required=True),
            "address": Column(text(400), is_required=True),
            "lat": Column(degrees(180), is_required=True),
            "lon": Column(degrees(180), is_required=True),
            "precision": Column(one_of(("point", "street")), is_required=True),
            **_DATED, **_SOURCED,
        },
        _K.CARRIER_UNITS: {
            "carrier": Column(key, is_required=True),
            "era": Column(one_of(("old", "new")), is_required=True),
            "unit_code": Column(text(10), is_required=True),
            "number": Column(text(40), is_required=True),
            "name": Column(text(200), empty="", is_optional=True),
            **_DATED, **_SOURCED,
        },
    }
)  # fmt: skip

# Where a column's name in files is not the table's, and columns that are no attribute of a row.
RENAMED: Mapping[str, str] = MappingProxyType({
    "parent_key": "parent_id",
    "agency": "agency_id",
    "section": "section_id",
    "procedure": "procedure_id",
    "operating_unit": "unit_id",
    "service_point": "point_id",
    "national_code": "code",
    "sector": "sector_vi",
    "agency_level_old": "level_old",
    "agency_level_new": "level_new",
    "time_limit_working_days": "time_limit_days",
    "time_limit_working_hours": "time_limit_hours",
    "same_day": "is_same_day",
    "line": "no",
    "required": "is_required",
    "tally_default": "default_tally",
    "transport_departures": "departures",
    "status": "data_status",
    "state": "status",
})  # fmt: skip
NOT_ATTRIBUTES = frozenset({"procedures", "fee_kind", "fee_vnd", "fee_per", "code_status"})
