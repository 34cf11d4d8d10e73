"""Who stands beside the one who acts where two people answer for money. Pure."""

from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.money.errors import ReasonMissing, SecondPersonNeeded


def second_of(words: str, second: UUID | None, actor: Actor) -> str:
    """Who stands beside the actor. Raises SecondPersonNeeded, ReasonMissing."""
    if second is None or str(second) == actor.id:
        raise SecondPersonNeeded
    if not words.strip():
        raise ReasonMissing
    return f"staff:{second}"
