"""Rows that are ours are not asked for twice, and inserts that step back leave what stands."""

from contextlib import suppress
from threading import Thread

import pytest
from sqlalchemy.exc import IntegrityError

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.held import held, held_of, hold
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.inserting import add_unless_there, insert_unless_there
from postal_bridge.kernel.tables import DataKey, MessageRow
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units


def message(uow: UnitOfWork) -> MessageRow:
    row = MessageRow(id=new_id(), topic="t", body={}, at=uow.now)
    uow.session.add(row)
    uow.session.flush()
    hold(uow.session, row)
    return row


def test_a_held_row_is_ours_until_the_unit_ends(units: Units) -> None:
    with units.write() as uow:
        row = message(uow)
        assert held(uow.session, MessageRow, row.id) is row
        assert held_of(uow.session, MessageRow) == [row]
        assert held(uow.session, DataKey, row.id) is None
        uow.commit()
        assert held(uow.session, MessageRow, row.id) is None


def test_a_row_held_inside_an_undone_savepoint_is_not_ours(units: Units) -> None:
    with units.write() as uow:
        before = message(uow)
        with suppress(ZeroDivisionError), uow.savepoint():
            inside = message(uow)
            raise ZeroDivisionError
        assert held(uow.session, MessageRow, inside.id) is None
        assert held(uow.session, MessageRow, before.id) is before


def test_an_insert_steps_back_for_what_stands(units: Units) -> None:
    with units.write() as uow:
        values = {"dossier_id": new_id(), "created_at": uow.now, "wrapped": b"first"}
        assert insert_unless_there(uow.session, DataKey, values)
        assert not insert_unless_there(uow.session, DataKey, {**values, "wrapped": b"second"})
        uow.commit()
    with units.read() as uow:
        assert uow.session.get_one(DataKey, values["dossier_id"]).wrapped == b"first"


def test_a_row_that_was_added_so_is_the_sessions_own_and_a_twin_is_not(units: Units) -> None:
    with units.write() as uow:
        first, twin = (DataKey(dossier_id=new_id(), created_at=uow.now) for _ in range(2))
        twin.dossier_id = first.dossier_id
        assert add_unless_there(uow.session, first)
        assert not add_unless_there(uow.session, twin)
        first.wrapped = b"later"
        uow.commit()
    with units.read() as uow:
        assert uow.session.get_one(DataKey, twin.dossier_id).wrapped == b"later"


def test_a_row_that_breaks_another_rule_is_an_error_and_no_twin(units: Units) -> None:
    with units.write() as uow, pytest.raises(IntegrityError):
        add_unless_there(uow.session, DataKey(dossier_id=new_id()))


def test_of_two_inserts_at_once_one_stands(units: Units) -> None:
    wanted, made = new_id(), []

    def insert() -> None:
        with units.write() as uow:
            values = {"dossier_id": wanted, "created_at": uow.now}
            made.append(insert_unless_there(uow.session, DataKey, values))
            uow.commit()

    threads = [Thread(target=insert) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]


def test_a_scope_covers_its_units_sections_and_dossier() -> None:
    unit, section, dossier = new_id(), new_id(), new_id()
    assert Scope(everything=True).covers(unit)
    assert Scope(units=frozenset({unit})).covers(unit, section)
    assert Scope(sections=frozenset({section})).covers(unit, None, section)
    assert Scope(dossier_id=dossier).covers(unit, dossier_id=dossier)
    stranger = Scope(units=frozenset({new_id()}), sections=frozenset({new_id()}))
    assert not stranger.covers(unit, section, None, dossier_id=dossier)
    assert not Scope().covers(unit, None, dossier_id=None)
