"""The sandbox's business clock, moved on or set. The machine's clock never moves."""

from datetime import datetime, timedelta

from sqlalchemy import select

from postal_bridge.kernel.home import move_clock
from postal_bridge.kernel.tables import HomeRow
from postal_bridge.kernel.unit_of_work import Units

MICROSECOND = timedelta(microseconds=1)


def pass_days(units: Units, days: float) -> None:
    """The sandbox's business clock goes on."""
    with units.write() as uow:
        ahead_us = uow.session.scalars(select(HomeRow.clock_offset_us)).one()
        move_clock(uow.session, ahead_us + timedelta(days=days) // MICROSECOND)
        uow.commit()


def set_business_time(units: Units, at: datetime) -> None:
    """The sandbox's business clock shows `at` now."""
    with units.write() as uow:
        move_clock(uow.session, (at - uow.machine_now) // MICROSECOND)
        uow.commit()
