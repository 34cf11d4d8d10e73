"""Whoever sends messages for us.

SenderAway        try again
SenderRefused     the number takes no messages, or the text is not accepted
SenderUnclear     it may have been sent: a person looks
"""

from dataclasses import dataclass, field
from typing import Protocol

from postal_bridge.kernel.errors import Refusal, TemporaryFailure, UnclearAnswer


class SenderAway(TemporaryFailure):
    code = "sender_away"


class SenderRefused(Refusal):
    code = "sender_refused"


class SenderUnclear(UnclearAnswer):
    code = "sender_unclear"


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """`key` is the same whenever the same message is sent again."""

    key: str
    phone: str = field(repr=False)
    text: str = field(repr=False)


class Sender(Protocol):
    """Sends short messages. Raises the errors of this file only.

    `keeps_keys`: a message with a known key is not sent twice. Where it is False, a crash
    between sending and recording can send one message twice.
    """

    channel: str
    keeps_keys: bool

    def send(self, message: ShortMessage) -> None: ...
