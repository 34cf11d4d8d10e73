"""Moves every counter of a restored home past what may have been printed since its backup."""

from datetime import UTC, datetime

from sqlalchemy import Date, bindparam, text
from sqlalchemy.orm import Session

from postal_bridge.kernel.clock import local
from postal_bridge.kernel.database import make_engine

ITEM_NUMBERS_SKIPPED = 10_000
DAY_NUMBERS_SKIPPED = 1_000


def move_counters_on(url: str) -> int:
    """No number that may have been printed since the backup is drawn again."""
    engine = make_engine(url)
    try:
        with Session(engine.execution_options(writes=True)) as session:
            left = text("SELECT coalesce(sum(last + 1 - next_serial), 0) FROM number_blocks")
            before = int(session.execute(left).scalar_one())
            skipped = {"n": ITEM_NUMBERS_SKIPPED}
            session.execute(text(_MOVE_BLOCKS), skipped)
            after = int(session.execute(left).scalar_one())
            today = {"n": DAY_NUMBERS_SKIPPED, "day": local(datetime.now(UTC)).date()}
            for table, owner, number in _DAY_COUNTERS:
                names = {"table": table, "owner": owner, "number": number}
                session.execute(text(_MOVE_DAYS.format(**names)), {"n": DAY_NUMBERS_SKIPPED})
                start = text(_START_TODAY.format(**names))
                session.execute(start.bindparams(bindparam("day", type_=Date())), today)
            session.commit()
    finally:
        engine.dispose()
    return before - after


_MOVE_BLOCKS = """
UPDATE number_blocks SET next_serial =
    CASE WHEN next_serial + :n > last THEN last + 1 ELSE next_serial + :n END
WHERE next_serial <= last
"""
# table, whose numbers they are, the last number drawn
_DAY_COUNTERS = (
    ("section_day_numbers", "section_id", "last_number"),
    ("acceptance_days", "unit_id", "last_no"),
)
_MOVE_DAYS = "UPDATE {table} SET {number} = {number} + :n"
_START_TODAY = """
INSERT INTO {table} ({owner}, day, {number})
SELECT DISTINCT {owner}, :day, :n FROM {table} AS known
WHERE NOT EXISTS (
    SELECT 1 FROM {table} AS row WHERE row.{owner} = known.{owner} AND row.day = :day
)
"""
