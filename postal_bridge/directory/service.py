"""The directory's door: its parts (first parameter `uow`), its use cases and their values.

Everything here is reference data of the operator and of agencies; nothing is personal, so
look-ups take a day and no scope. `load_reference`, `import_csv` and `move_link` write.
"""

from postal_bridge.directory.administrative import UnitCodeUnknown, open_register, register_of
from postal_bridge.directory.agreements import (
    EditRow,
    KeyTaken,
    MoveLink,
    ProposeLink,
    RowRefused,
    edit_row,
    move_link,
    propose_link,
)
from postal_bridge.directory.carrier_numbers import carrier_number
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.exporting import EXPORTED, ExportForm, NotExported, export_file
from postal_bridge.directory.filling import ImportKindUnknown, import_csv, load_reference
from postal_bridge.directory.gazetteer import known_house
from postal_bridge.directory.history import past_changes
from postal_bridge.directory.links import (
    check_may_accept,
    link_view,
    links_of_day,
    links_of_point,
    links_of_section,
    procedures_of_link,
)
from postal_bridge.directory.offices import (
    agency_by_key,
    agency_view,
    collecting_unit,
    competent_agency,
    point_by_key,
    point_view,
    points_of_units,
    section_by_key,
    section_view,
    sections_all,
    unit_by_key,
    unit_view,
    units_under,
)
from postal_bridge.directory.overview import public_overview
from postal_bridge.directory.procedures import (
    draw_dossier_code,
    procedure_by_code,
    procedure_view,
)
from postal_bridge.directory.register_publishing import (
    RegisterFileWrong,
    RegisterLook,
    RegisterPublished,
    look_at_changes,
    publish_register,
    published_registers,
    register_numbered,
    rows_naming,
)
from postal_bridge.directory.register_words import SaidChange, place_name
from postal_bridge.directory.rules import AcceptanceMode, LinkStatus
from postal_bridge.directory.views import (
    AgencyView,
    FeeSpec,
    ImportReport,
    LinkView,
    PaperSpec,
    PastChange,
    PointView,
    ProcedureView,
    PublicOverview,
    RowChange,
    RowProblem,
    RowsInUse,
    SectionView,
    UnitView,
)

__all__ = [
    "EXPORTED",
    "AcceptanceMode",
    "AgencyView",
    "EditRow",
    "ExportForm",
    "FeeSpec",
    "ImportKind",
    "ImportKindUnknown",
    "ImportReport",
    "KeyTaken",
    "LinkStatus",
    "LinkView",
    "MoveLink",
    "NotExported",
    "PaperSpec",
    "PastChange",
    "PointView",
    "ProcedureView",
    "ProposeLink",
    "PublicOverview",
    "RegisterFileWrong",
    "RegisterLook",
    "RegisterPublished",
    "RowChange",
    "RowProblem",
    "RowRefused",
    "RowsInUse",
    "SaidChange",
    "SectionView",
    "UnitCodeUnknown",
    "UnitView",
    "agency_by_key",
    "agency_view",
    "carrier_number",
    "check_may_accept",
    "collecting_unit",
    "competent_agency",
    "draw_dossier_code",
    "edit_row",
    "export_file",
    "import_csv",
    "known_house",
    "link_view",
    "links_of_day",
    "links_of_point",
    "links_of_section",
    "load_reference",
    "look_at_changes",
    "move_link",
    "open_register",
    "past_changes",
    "place_name",
    "point_by_key",
    "point_view",
    "points_of_units",
    "procedure_by_code",
    "procedure_view",
    "procedures_of_link",
    "propose_link",
    "public_overview",
    "publish_register",
    "published_registers",
    "register_numbered",
    "register_of",
    "rows_naming",
    "section_by_key",
    "section_view",
    "sections_all",
    "unit_by_key",
    "unit_view",
    "units_under",
]
