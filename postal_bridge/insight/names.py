"""Names of offices and of staff, each looked up once for one page."""

from uuid import UUID

from postal_bridge.directory.service import point_view, section_view, unit_view
from postal_bridge.directory.views import PointView, SectionView
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.service import staff_name

UNKNOWN = "–"


class Names:
    """What is no longer there is shown as a dash: a list never fails for one row."""

    def __init__(self, uow: ReadUnit) -> None:
        self._uow = uow
        self._staff: dict[str, str] = {}
        self._units: dict[UUID, str] = {}
        self._points: dict[UUID, PointView] = {}
        self._sections: dict[UUID, SectionView] = {}

    def staff(self, staff_id: str) -> str:
        if staff_id not in self._staff:
            try:
                self._staff[staff_id] = staff_name(self._uow, UUID(staff_id))
            except (NotFound, ValueError):
                self._staff[staff_id] = UNKNOWN
        return self._staff[staff_id]

    def unit(self, unit_id: UUID | None) -> str:
        if unit_id is None:
            return UNKNOWN
        if unit_id not in self._units:
            self._units[unit_id] = unit_view(self._uow, unit_id).name
        return self._units[unit_id]

    def point(self, point_id: UUID | None) -> str:
        return UNKNOWN if point_id is None else self.point_view(point_id).name

    def point_view(self, point_id: UUID) -> PointView:
        if point_id not in self._points:
            self._points[point_id] = point_view(self._uow, point_id)
        return self._points[point_id]

    def section(self, section_id: UUID | None) -> str:
        return UNKNOWN if section_id is None else self.section_view(section_id).name

    def section_view(self, section_id: UUID) -> SectionView:
        if section_id not in self._sections:
            self._sections[section_id] = section_view(self._uow, section_id)
        return self._sections[section_id]
