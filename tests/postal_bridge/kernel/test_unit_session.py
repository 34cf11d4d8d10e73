"""What a unit adds waits: seen by whoever asks for it, sent once, in an order that keys allow."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import event, insert, select, update
from sqlalchemy.exc import IntegrityError

from postal_bridge.directory.tables import AgencyRow
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.held import has_none, hold_new
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.streams import append, dossier_stream
from postal_bridge.kernel.tables import ActionRow, DataKey, MessageRow, StreamHead, table_of
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units


@contextmanager
def sent(units: Units) -> Iterator[list[str]]:
    """The statements of all connections, by what they do and to which table."""
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        words = statement.replace("INTO ", "").replace("FROM ", "").split()
        found.append(f"{words[0]} {words[1]}")

    event.listen(units.engine, "before_cursor_execute", note)
    yield found
    event.remove(units.engine, "before_cursor_execute", note)


def message(uow: UnitOfWork) -> MessageRow:
    row = MessageRow(id=new_id(), topic="t", body={}, at=uow.now)
    uow.session.add(row)
    return row


def action(uow: UnitOfWork, of: MessageRow) -> ActionRow:
    return ActionRow(
        id=new_id(), message_id=of.id, handler="h", ordinal=1, state="waiting",
        due_at=uow.now, next_try_at=uow.now,
    )  # fmt: skip


def test_what_is_added_and_then_changed_is_sent_once(units: Units) -> None:
    with sent(units) as statements, units.write() as uow:
        first, second = message(uow), message(uow)
        first.topic = "changed"
        uow.commit()
    assert statements.count("INSERT messages") == 1
    assert not [one for one in statements if one.startswith("UPDATE")]
    with units.read() as uow:
        assert uow.session.get_one(MessageRow, first.id).topic == "changed"
        assert uow.session.get_one(MessageRow, second.id).topic == "t"


def test_whoever_asks_for_a_table_sees_what_waits_for_it_and_nobody_else_has_it_sent(
    units: Units,
) -> None:
    with sent(units) as statements, units.write() as uow:
        row = message(uow)
        assert uow.session.scalars(select(DataKey.dossier_id)).all() == []
        assert "INSERT messages" not in statements
        assert uow.connection.scalar(select(MessageRow.id)) == row.id
        row.topic = "changed"
        assert uow.connection.scalar(select(MessageRow.topic)) == "changed"


def test_a_row_goes_after_those_it_refers_to(units: Units) -> None:
    with units.write() as uow:
        cause = MessageRow(id=new_id(), topic="t", body={}, at=uow.now)
        uow.session.add(action(uow, cause))
        uow.session.add(cause)
        uow.commit()
    with units.read() as uow:
        assert uow.session.scalars(select(ActionRow)).one().message_id == cause.id


def test_a_plain_insert_finds_the_rows_it_refers_to(units: Units) -> None:
    with units.write() as uow:
        cause = message(uow)
        values = {"id": new_id(), "message_id": cause.id, "handler": "h", "ordinal": 1}
        times = {"due_at": uow.now, "next_try_at": uow.now}
        uow.connection.execute(insert(table_of(ActionRow)), {**values, **times, "state": "waiting"})
        uow.commit()


def test_a_row_that_only_has_to_stand_makes_no_object(units: Units) -> None:
    with units.write() as uow:
        uow.session.put(MessageRow, id=new_id(), topic="put", body={"a": 1}, at=uow.now)
        stored = uow.session.scalars(select(MessageRow)).one()
        assert (stored.topic, stored.body) == ("put", {"a": 1})
        uow.session.put(MessageRow, id=new_id(), topic="put", body={}, at=uow.now)
        uow.commit()
    with units.read() as uow:
        assert len(uow.session.scalars(select(MessageRow)).all()) == 2


def test_a_row_has_no_columns_but_its_own() -> None:
    with pytest.raises(TypeError, match="topik"):
        MessageRow(id=new_id(), topik="t")


def twin(uow: UnitOfWork, of: MessageRow, others: int) -> None:
    """A row whose key is taken, and rows of another table after it."""
    with uow.savepoint():
        uow.session.put(MessageRow, id=of.id, topic="twin", body={}, at=uow.now)
        for _ in range(others):
            uow.session.add(action(uow, of))


@pytest.mark.parametrize("others", [0, 1])
def test_a_row_that_is_refused_undoes_its_savepoint_and_nothing_else(
    units: Units, others: int
) -> None:
    with units.write() as uow:
        first = message(uow)
        with pytest.raises(IntegrityError):
            twin(uow, first, others)
        message(uow)
        uow.commit()
    with units.read() as uow:
        assert len(uow.session.scalars(select(MessageRow)).all()) == 2
        assert uow.session.scalars(select(ActionRow)).all() == []


def test_what_nobody_set_is_its_default_at_once(units: Units) -> None:
    with units.write() as uow:
        row = action(uow, message(uow))
        uow.session.add(row)
        assert (row.tries, row.reason) == (0, None)


def test_an_undone_savepoint_takes_along_what_waited_and_what_was_sent(units: Units) -> None:
    with units.write() as uow:
        before = message(uow)
        before_id = before.id
        with suppress(ZeroDivisionError), uow.savepoint():
            inside = message(uow)
            inside_id = inside.id
            uow.session.flush()
            uow.session.put(MessageRow, id=new_id(), topic="waits", body={}, at=uow.now)
            before.topic = "changed inside"
            raise ZeroDivisionError
        assert inside not in uow.session
        uow.session.add(MessageRow(id=inside_id, topic="again", body={}, at=uow.now))
        uow.commit()
    with units.read() as uow:
        topics = {row.id: row.topic for row in uow.session.scalars(select(MessageRow))}
        assert topics == {before_id: "t", inside_id: "again"}


def test_what_a_savepoint_leaves_is_sent_before_it_ends(units: Units) -> None:
    with sent(units) as statements, units.write() as uow:
        with uow.savepoint():
            message(uow)
        assert "INSERT messages" in statements


def test_a_change_of_a_whole_class_reaches_what_waits_and_its_object(units: Units) -> None:
    with units.write() as uow:
        row = message(uow)
        uow.session.execute(update(MessageRow).values(topic="all"))
        assert row.topic == "all"
        assert uow.connection.scalar(select(MessageRow.topic)) == "all"


def test_a_new_row_of_a_table_goes_after_a_changed_one(units: Units) -> None:
    """The key that a changed row no longer has may be the new row's."""
    with units.write() as uow:
        old = DataKey(dossier_id=new_id(), created_at=uow.now)
        uow.session.add(old)
        uow.session.flush()
        key, old.dossier_id = old.dossier_id, new_id()
        uow.session.add(DataKey(dossier_id=key, created_at=uow.now, wrapped=b"new"))
        uow.commit()
    with units.read() as uow:
        assert uow.session.get_one(DataKey, key).wrapped == b"new"


def test_changed_rows_may_refer_to_a_new_row_of_a_table_that_changed_too(units: Units) -> None:
    with units.write() as uow:
        old = message(uow)
        owed = action(uow, old)
        uow.session.add(owed)
        uow.session.flush()
        old.topic, new = "changed", message(uow)
        owed.message_id = new.id
        uow.commit()
    with units.read() as uow:
        assert uow.session.get_one(ActionRow, owed.id).message_id == new.id
        assert uow.session.get_one(MessageRow, old.id).topic == "changed"


def test_the_stream_of_a_new_thing_is_not_asked_for(units: Units) -> None:
    with sent(units) as statements, units.write() as uow:
        row = message(uow)
        hold_new(uow.session, row)
        append(uow, dossier_stream(row.id), "begun", {}, actor=Actor.job("test"))
        assert has_none(uow.session, StreamHead, row.id)
        assert not has_none(uow.session, MessageRow, row.id)
        assert not has_none(uow.session, StreamHead, new_id())
        uow.commit()
    assert "SELECT stream_heads.seq," not in statements


def test_what_was_new_in_an_undone_savepoint_is_so_no_more(units: Units) -> None:
    with units.write() as uow:
        with suppress(ZeroDivisionError), uow.savepoint():
            row = message(uow)
            hold_new(uow.session, row)
            raise ZeroDivisionError
        assert not has_none(uow.session, DataKey, row.id)


@pytest.mark.parametrize("is_new", [True, False])
def test_reference_data_count_as_changed_as_soon_as_a_row_was_added(
    units: Units, is_new: bool
) -> None:
    with units.write() as uow:
        kept = uow.reference("known", lambda: "before")
        if is_new:
            uow.session.add(AgencyRow(id=new_id()))  # never sent: the unit is not committed
        assert uow.reference("known", lambda: "after") == ("after" if is_new else kept)


def test_a_unit_is_kept_once_and_its_rows_are_plain_values_then(units: Units) -> None:
    with units.write() as uow:
        row = message(uow)
        uow.session.flush()
        later = message(uow)
        row.topic = later.topic = "changed"
        uow.commit()
        assert (row.topic, later.topic, later.body) == ("changed", "changed", {})
        later.topic = "changed again"
        with pytest.raises(RuntimeError, match="once"):
            uow.commit()
    with units.read() as uow:
        topics = [uow.session.get_one(MessageRow, one.id).topic for one in (row, later)]
    assert topics == ["changed", "changed"]
