"""Acceptance numbers: drawn under a lock, never given twice."""

from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select, update

from postal_bridge.dossiers.tables import AcceptanceDay, AcceptanceUnit
from postal_bridge.kernel.inserting import insert_unless_there
from postal_bridge.kernel.ready_statements import ReadyStatement
from postal_bridge.kernel.tables import table_of
from postal_bridge.kernel.unit_of_work import UnitOfWork

_UNIT_ID = bindparam("of", type_=Uuid())
_DRAW_NUMBER = ReadyStatement(
    update(table_of(AcceptanceDay))
    .where(AcceptanceDay.unit_id == _UNIT_ID, AcceptanceDay.day == bindparam("on"))
    .values(last_no=AcceptanceDay.last_no + 1)
    .returning(
        AcceptanceDay.last_no,
        select(AcceptanceUnit.unit_no)
        .where(AcceptanceUnit.unit_id == _UNIT_ID)
        .scalar_subquery()
        .label("unit_no"),
    )
)


def next_acceptance_number(uow: UnitOfWork, unit_id: UUID, day: date) -> str:
    """`BC-{yyMMdd}-{unit no}-{seq}`, never given twice.

    Those who draw for one unit on one day queue for its counter; whoever draws first for a
    unit queues for the home's row, so that two who begin together do not both begin it.
    """
    session = uow.session
    connection, asked = session.connection(), {"of": unit_id, "on": day}
    drawn = _DRAW_NUMBER.row(connection, asked)
    if drawn is None:
        if session.get(AcceptanceUnit, unit_id) is None:
            _new_unit(uow, unit_id)
        insert_unless_there(session, AcceptanceDay, {"unit_id": unit_id, "day": day, "last_no": 0})
        drawn = _DRAW_NUMBER.row(connection, asked)
    return f"BC-{day:%y%m%d}-{drawn.unit_no:03d}-{drawn.last_no:04d}"


def _new_unit(uow: UnitOfWork, unit_id: UUID) -> AcceptanceUnit:
    uow.queue_for_home()
    session = uow.session
    known = session.scalars(
        select(AcceptanceUnit)
        .where(AcceptanceUnit.unit_id == unit_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if known is not None:
        return known
    last = session.scalar(select(func.max(AcceptanceUnit.unit_no))) or 0
    unit = AcceptanceUnit(unit_id=unit_id, unit_no=last + 1)
    session.add(unit)
    session.flush()
    return unit
