"""The places that builders copy into a test's database are those that loading leaves there."""

import shutil
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from postal_bridge.directory.service import load_reference
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.home import move_clock
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.tables import Base, HomeRow
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.reference import with_places

FOUR_YEARS_US = 4 * 365 * 86_400 * 1_000_000


def test_copied_places_are_the_loaded_ones(
    sqlite_template: Path, key_ring: KeyRing, tmp_path: Path
) -> None:
    def fresh(name: str) -> Units:
        url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / name)}"
        return Units(url, home_id=None, ring=key_ring, machine=SystemClock(), wiring={})

    def told(units: Units) -> dict[str, list[str]]:
        """All rows of all tables, without what is new in each: ids and times."""
        with units.read() as look:
            return {
                table.name: sorted(
                    repr([value for value in row if not isinstance(value, UUID | datetime)])
                    for row in look.session.execute(select(table))
                )
                for table in Base.metadata.sorted_tables
                if table is not HomeRow.__table__
            }

    earlier = fresh("earlier")  # Đồng Nai was no city then
    with earlier.write() as uow:
        move_clock(uow.session, -FOUR_YEARS_US)
        uow.commit()
    with_places(earlier)
    read, first, copied = (fresh(name) for name in ("read", "first", "copied"))
    load_reference(read)
    with_places(first)  # whoever comes first loads them, whoever follows has copies
    with_places(copied)
    assert told(copied) == told(read) != told(fresh("bare"))
    assert load_reference(copied) == {}, "they are known to be the release's"
    for units in (earlier, read, first, copied):
        units.engine.dispose()
