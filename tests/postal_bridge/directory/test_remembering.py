"""Reference data are read once by a process, and never shown as they were before a change."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import event, select, update

from postal_bridge.directory.service import unit_view
from postal_bridge.directory.tables import OperatingUnitRow
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.reference import MOST_KEPT, ReferenceMemory
from postal_bridge.kernel.tables import HomeRow
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units

Name = Callable[[Units], str]


@pytest.fixture
def office(units: Units) -> UUID:
    """An office that this process has already looked at."""
    made = new_id()
    with units.write() as uow:
        row = OperatingUnitRow(id=made, key="office", level="point", name_vi="Cũ", name_en="Old")
        uow.session.add(row)
        uow.commit()
    assert name_of(units, made) == "Cũ"
    return made


def name_of(units: Units, office: UUID) -> str:
    with units.read() as uow:
        return unit_view(uow, office).name


def row_of(uow: ReadUnit, office: UUID) -> OperatingUnitRow:
    return uow.session.scalars(select(OperatingUnitRow).where(OperatingUnitRow.id == office)).one()


def rename(uow: UnitOfWork, office: UUID, name: str) -> None:
    row_of(uow, office).name_vi = name
    uow.session.flush()


def statements(units: Units, act: Callable[[], object]) -> int:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(units.engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(units.engine, "before_cursor_execute", count)
    return len(seen)


def test_a_second_look_asks_the_home_alone(units: Units, office: UUID) -> None:
    assert statements(units, lambda: name_of(units, office)) == 1


def test_a_change_shows_at_once_here_and_in_another_process(units: Units, office: UUID) -> None:
    url = units.engine.url.render_as_string(hide_password=False)
    other = Units(url, home_id=None, ring=units.ring, machine=SystemClock())
    assert name_of(other, office) == "Cũ"
    with units.write() as uow:
        rename(uow, office, "Mới")
        assert unit_view(uow, office).name == "Mới"
        assert name_of(other, office) == "Cũ"
        uow.commit()
    assert name_of(units, office) == name_of(other, office) == "Mới"
    other.engine.dispose()


def test_what_was_undone_is_not_remembered(units: Units, office: UUID) -> None:
    with units.write() as uow:
        rename(uow, office, "Nháp")
        assert unit_view(uow, office).name == "Nháp"
    assert name_of(units, office) == "Cũ"
    with units.write() as uow:
        rename(uow, office, "Mới")
        uow.commit()
    assert name_of(units, office) == "Mới"


def test_a_change_after_an_undone_one_is_seen_too(units: Units, office: UUID) -> None:
    with units.write() as uow:
        point = uow.session.begin_nested()
        rename(uow, office, "Nháp")
        point.rollback()
        rename(uow, office, "Mới")
        uow.commit()
    assert name_of(units, office) == "Mới"


def test_a_change_that_is_not_written_yet_stays_with_its_unit(units: Units) -> None:
    made = new_id()
    with units.write() as uow:
        row = OperatingUnitRow(id=made, key="office", level="point", name_vi="Nháp", name_en="")
        uow.session.add(row)
        uow.session.flush()
        uow.commit()
    with units.write() as uow:
        row_of(uow, made).name_vi = "Khác"
        assert unit_view(uow, made).name == "Khác"
    assert name_of(units, made) == "Nháp"


def test_who_changes_rows_by_a_statement_says_so(units: Units, office: UUID) -> None:
    with units.write() as uow:
        uow.session.execute(update(OperatingUnitRow).values(name_vi="Mới"))
        uow.forget()
        uow.commit()
    assert name_of(units, office) == "Mới"


def test_other_rows_leave_the_version_alone(units: Units, office: UUID) -> None:
    with units.read() as uow:
        before = uow.reference_version
    with units.write() as uow:
        uow.session.scalars(select(HomeRow)).one().clock_offset_us = 1
        uow.commit()
    with units.read() as uow:
        assert uow.reference_version == before


def test_an_older_version_neither_reads_nor_fills_the_newer_ones() -> None:
    memory = ReferenceMemory()
    old = memory.at(1)
    old["name"] = "Cũ"
    new = memory.at(2)
    assert not new
    new["name"] = "Mới"
    late = memory.at(1)
    assert not late
    late["name"] = "Cũ"
    old["name"] = "Cũ"
    assert memory.at(2)["name"] == "Mới"


def test_memory_has_an_end() -> None:
    memory = ReferenceMemory()
    memory.at(1).update(dict.fromkeys(range(MOST_KEPT + 1)))
    assert not memory.at(1)
