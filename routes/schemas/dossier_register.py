"""Which register an officer asks for: section, period, what of it."""

from routes.schemas.common import Day, Id, Wire, YesNo


class AskedRegisterSchema(Wire):
    section_id = Id(data_key="mot-cua")
    first = Day(data_key="tu")
    last = Day(data_key="den")
    procedure_id = Id(data_key="thu-tuc")
    open_only = YesNo(data_key="con")
