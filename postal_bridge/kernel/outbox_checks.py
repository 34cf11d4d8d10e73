"""What stored data can show of later work (invariants W1 and W4)."""

from collections import Counter
from collections.abc import Collection, Iterator

from sqlalchemy import and_, func, not_, or_, select

from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.outbox import OPEN, ActionState
from postal_bridge.kernel.tables import ActionRow, MessageRow
from postal_bridge.kernel.unit_of_work import ReadUnit


def verify_later_work(uow: ReadUnit) -> Iterator[Finding]:
    """Every action is in exactly one state, with all that goes with it, and none is gone."""
    yield from _states(uow)
    yield from _gone(uow)


def messages_about(uow: ReadUnit, topics: Collection[str]) -> Counter[tuple[str, str]]:
    """How many messages of each topic speak of each dossier."""
    asked = select(MessageRow.topic, MessageRow.body).where(MessageRow.topic.in_(topics))
    rows = uow.session.execute(asked).yield_per(1000)
    return Counter((topic, body["dossier_id"]) for topic, body in rows)


def _states(uow: ReadUnit) -> Iterator[Finding]:
    """Open and not closed, or closed and held by nobody; what stopped says why."""
    is_open = ActionRow.state.in_(OPEN)
    sound = and_(
        or_(
            and_(is_open, ActionRow.closed_at.is_(None)),
            and_(not_(is_open), ActionRow.closed_at.is_not(None), ActionRow.lease_until.is_(None)),
        ),
        or_(ActionRow.state != ActionState.SENDING, ActionRow.lease_until.is_not(None)),
        or_(
            ActionRow.state.not_in((ActionState.REFUSED, ActionState.NEEDS_PERSON)),
            ActionRow.reason.is_not(None),
        ),
    )
    for action_id in uow.session.scalars(select(ActionRow.id).where(not_(sound))):
        yield Finding(f"action:{action_id}", "state_differs")
    stray = select(ActionRow.id).where(ActionRow.message_id.not_in(select(MessageRow.id)))
    for action_id in uow.session.scalars(stray):
        yield Finding(f"action:{action_id}", "message_gone")


def _gone(uow: ReadUnit) -> Iterator[Finding]:
    """Between the first and the last message that a handler was given, it was given each."""
    given = (
        select(
            MessageRow.topic,
            ActionRow.handler,
            func.min(MessageRow.at).label("first"),
            func.max(MessageRow.at).label("last"),
            func.count().label("actions"),
        )
        .join(ActionRow, ActionRow.message_id == MessageRow.id)
        .group_by(MessageRow.topic, ActionRow.handler)
        .subquery()
    )
    asked = (
        select(given.c.handler, given.c.actions, func.count())
        .join(MessageRow, MessageRow.topic == given.c.topic)
        .where(MessageRow.at.between(given.c.first, given.c.last))
        .group_by(given.c.topic, given.c.handler, given.c.actions)
    )
    for handler, actions, messages in uow.session.execute(asked):
        if actions != messages:
            yield Finding(f"handler:{handler}", "action_gone")
