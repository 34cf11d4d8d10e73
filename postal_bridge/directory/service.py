"""The directory's door: its parts (first parameter `uow`), its use cases and their values.

Everything here is reference data of the operator and of agencies; nothing is personal, so
look-ups take a day and no scope. `load_reference`, `import_csv` and `move_link` write.
"""

from postal_bridge.directory.administrative import UnitCodeUnknown, fare_area
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.filling import ImportKindUnknown, import_csv, load_reference
from postal_bridge.directory.links import (
    MoveLink,
    check_may_accept,
    link_view,
    links_of_point,
    links_of_section,
    move_link,
    procedures_of_link,
)
from postal_bridge.directory.offices import (
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
from postal_bridge.directory.rules import AcceptanceMode, LinkStatus
from postal_bridge.directory.views import (
    AgencyView,
    FeeSpec,
    ImportReport,
    LinkView,
    PaperSpec,
    PointView,
    ProcedureView,
    PublicOverview,
    RowProblem,
    SectionView,
    UnitView,
)

__all__ = [
    "AcceptanceMode",
    "AgencyView",
    "FeeSpec",
    "ImportKind",
    "ImportKindUnknown",
    "ImportReport",
    "LinkStatus",
    "LinkView",
    "MoveLink",
    "PaperSpec",
    "PointView",
    "ProcedureView",
    "PublicOverview",
    "RowProblem",
    "SectionView",
    "UnitCodeUnknown",
    "UnitView",
    "check_may_accept",
    "competent_agency",
    "draw_dossier_code",
    "fare_area",
    "import_csv",
    "link_view",
    "links_of_point",
    "links_of_section",
    "load_reference",
    "move_link",
    "point_by_key",
    "point_view",
    "points_of_units",
    "procedure_by_code",
    "procedure_view",
    "procedures_of_link",
    "public_overview",
    "section_by_key",
    "section_view",
    "sections_all",
    "unit_by_key",
    "unit_view",
    "units_under",
]
