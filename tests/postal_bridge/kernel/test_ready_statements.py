"""A statement that stands ready does what SQLAlchemy would have done with it."""

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.ready_statements import ReadyStatement
from postal_bridge.kernel.tables import MessageRow, table_of
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units

MESSAGES = table_of(MessageRow)
FOUND = ReadyStatement(
    select(MESSAGES.c.id, MESSAGES.c.at, MESSAGES.c.body, MESSAGES.c.topic)
    .where(MESSAGES.c.at == bindparam("when"), MESSAGES.c.topic != "100 %")
    .order_by(MESSAGES.c.topic)
)
RENAMED = ReadyStatement(
    update(MESSAGES).where(MESSAGES.c.id == bindparam("of")).values(topic=bindparam("to_topic"))
)
COUNTED = ReadyStatement(
    update(MESSAGES)
    .where(MESSAGES.c.topic.startswith(bindparam("under")))
    .values(topic=MESSAGES.c.topic + "+")
    .returning(MESSAGES.c.topic, MESSAGES.c.at)
)


def message(uow: UnitOfWork, topic: str) -> MessageRow:
    row = MessageRow(id=new_id(), topic=topic, body={"to": "Hà Nội 5 %"}, at=uow.now)
    uow.session.add(row)
    return row


def test_it_finds_what_waits_and_gives_rows_with_names_and_types(units: Units) -> None:
    with units.write() as uow:
        first, second = message(uow, "a"), message(uow, "b")
        found = FOUND.rows(uow.connection, {"when": uow.now})
        assert [(row.id, row.at, row.body, row.topic) for row in found] == [
            (row.id, uow.now, {"to": "Hà Nội 5 %"}, row.topic) for row in (first, second)
        ]
        with pytest.raises(ValueError, match="one row"):
            FOUND.row(uow.connection, {"when": uow.now})
        drawn = COUNTED.row(uow.connection, {"under": "a"})
        assert (drawn.topic, drawn.at) == ("a+", uow.now)
        assert COUNTED.row(uow.connection, {"under": "c"}) is None


def test_it_is_done_for_each_and_whoever_listens_hears_of_it(units: Units) -> None:
    heard: list[tuple[str, bool]] = []
    with units.write() as uow:
        rows = [message(uow, topic) for topic in "ab"]
        uow.session.flush()
        event.listen(
            units.engine,
            "before_cursor_execute",
            lambda *given: heard.append((given[2].split()[0], given[5])),
        )
        RENAMED.do(uow.connection, *({"of": row.id, "to_topic": f"{row.topic}2"} for row in rows))
        RENAMED.do(uow.connection, {"of": rows[0].id, "to_topic": "0"})
        found = FOUND.rows(uow.connection, {"when": uow.now})
    assert [row.topic for row in found] == ["0", "b2"]
    assert heard == [("UPDATE", True), ("UPDATE", False), ("SELECT", False)]


def test_a_refusal_is_the_usual_error_and_shows_no_value(units: Units) -> None:
    twin = ReadyStatement(
        insert(MESSAGES).values(
            id=bindparam("of"), topic="x", body=bindparam("what"), at=bindparam("when")
        )
    )
    with units.write() as uow:
        given = {"of": new_id(), "what": {"name": "Nguyễn Văn A"}, "when": uow.now}
        twin.do(uow.connection, given)
        with pytest.raises(IntegrityError) as caught:
            twin.do(uow.connection, given)
    assert "Nguyễn" not in str(caught.value)
    with units.read() as uow:
        assert FOUND.rows(uow.connection, {"when": given["when"]}) == []
