"""The day on which tests happen, whatever day it is outside.

Windows, due dates, opening hours and tariffs depend on the day of the week, on feasts and on
midnight in Vietnam. A suite on the true date passes on Saturday and fails on Sunday night.
"""

from datetime import datetime, timedelta

from sqlalchemy import create_engine, update

from postal_bridge.kernel.clock import VIETNAM, SystemClock
from postal_bridge.kernel.tables import HomeRow

WORKING_DAY = datetime(2026, 11, 25, 9, tzinfo=VIETNAM)
"""A Wednesday morning: no week-end, feast or change of law is near."""
TODAY = WORKING_DAY.date()


def begin_working_day(url: str) -> None:
    """In the sandbox at `url` it is `WORKING_DAY`, and time goes on from there."""
    ahead_us = (WORKING_DAY - SystemClock().now()) // timedelta(microseconds=1)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(update(HomeRow).values(clock_offset_us=ahead_us))
    engine.dispose()
