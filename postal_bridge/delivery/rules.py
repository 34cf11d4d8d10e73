"""The life of a delivery: states, moves, and what proves them. Pure.

Proof levels and the policy per document class are in `delivery/proof.py`, the postal law's cases
of "undeliverable" and the spacing of invitations in `delivery/undeliverable.py`.

Source: design section 4; Postal Law 49/2010/QH12 arts 11 and 17.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from postal_bridge.kernel.errors import MoveNotOpen


class DeliveryStatus(StrEnum):
    """Where a result stands. A carrier's own "delivered" is only REPORTED_DELIVERED."""

    REGISTERED = "registered"
    QUOTED = "quoted"
    CLEARED = "cleared"
    PACKED = "packed"
    WITH_COURIER = "with_courier"
    OUT_FOR_DELIVERY = "out_for_delivery"
    HANDED_OVER = "handed_over"
    ATTEMPT_FAILED = "attempt_failed"
    HELD_AT_POINT = "held_at_point"
    UNDELIVERABLE = "undeliverable"
    RETURNING = "returning"
    RETURNED_TO_ISSUER = "returned_to_issuer"
    LOST = "lost"
    RECOVERED = "recovered"
    REPORTED_DELIVERED = "reported_delivered"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class DeliveryAction(StrEnum):
    QUOTE = "quote"
    CLEAR = "clear"
    PACK = "pack"
    GIVE_TO_COURIER = "give_to_courier"
    BRING_BACK = "bring_back"
    SET_OUT = "set_out"
    NOT_REACHED = "not_reached"
    HAND_OVER = "hand_over"
    REPORT_DELIVERED = "report_delivered"
    FAIL = "fail"
    HOLD = "hold"
    GIVE_UP = "give_up"
    SEND_BACK = "send_back"
    RETURN = "return"
    LOSE = "lose"
    RECOVER = "recover"
    DISPUTE = "dispute"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    REDIRECT = "redirect"
    PARK = "park"  # storm or Tết: no attempt is consumed
    UNPARK = "unpark"


class Proof(StrEnum):
    """What must be on record before a move counts."""

    NONE = "none"
    SEAL = "seal"
    DEMANDED = "demanded"  # the level that document class and contract demand
    CARRIER_WORD = "carrier_word"
    EVIDENCE = "evidence"
    UNDELIVERABLE_CASE = "undeliverable_case"  # art. 17(1) a, b, c or đ, with its evidence
    INVITATIONS = "invitations"  # art. 17(1) d: two, two working days apart
    IDENTITY_CHECK = "identity_check"  # by a second channel; a shared phone is none
    DECISION = "decision"  # who stopped or opened the area, until when


class Payer(StrEnum):
    """Who bears what the move costs."""

    NOBODY = "nobody"
    AS_QUOTED = "as_quoted"
    ISSUER = "issuer"  # the sender of a result is the agency: Postal Law art. 17(2)
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Move:
    """A row of the table."""

    to: DeliveryStatus
    proof: Proof = Proof.NONE
    payer: Payer = Payer.NOBODY


_S, _A, _P, _B = DeliveryStatus, DeliveryAction, Proof, Payer

MOVES: Mapping[tuple[DeliveryStatus, DeliveryAction], Move] = MappingProxyType(
    {
        (_S.REGISTERED, _A.QUOTE): Move(_S.QUOTED),
        (_S.QUOTED, _A.CLEAR): Move(_S.CLEARED, payer=_B.AS_QUOTED),  # prepaid, at the door, borne
        (_S.CLEARED, _A.PACK): Move(_S.PACKED),
        (_S.PACKED, _A.GIVE_TO_COURIER): Move(_S.WITH_COURIER, _P.SEAL),
        (_S.PACKED, _A.HOLD): Move(_S.HELD_AT_POINT),
        (_S.WITH_COURIER, _A.BRING_BACK): Move(_S.PACKED, _P.SEAL),
        (_S.WITH_COURIER, _A.SET_OUT): Move(_S.OUT_FOR_DELIVERY),
        (_S.OUT_FOR_DELIVERY, _A.HAND_OVER): Move(_S.HANDED_OVER, _P.DEMANDED),
        (_S.OUT_FOR_DELIVERY, _A.NOT_REACHED): Move(_S.WITH_COURIER),  # no attempt was made
        (_S.OUT_FOR_DELIVERY, _A.FAIL): Move(_S.ATTEMPT_FAILED, _P.EVIDENCE),
        (_S.ATTEMPT_FAILED, _A.SET_OUT): Move(_S.OUT_FOR_DELIVERY),
        (_S.ATTEMPT_FAILED, _A.HOLD): Move(_S.HELD_AT_POINT),
        (_S.ATTEMPT_FAILED, _A.GIVE_UP): Move(_S.UNDELIVERABLE, _P.UNDELIVERABLE_CASE),
        (_S.HELD_AT_POINT, _A.HAND_OVER): Move(_S.HANDED_OVER, _P.DEMANDED),
        (_S.HELD_AT_POINT, _A.SET_OUT): Move(_S.OUT_FOR_DELIVERY),
        (_S.HELD_AT_POINT, _A.GIVE_UP): Move(_S.UNDELIVERABLE, _P.INVITATIONS),
        (_S.UNDELIVERABLE, _A.SEND_BACK): Move(_S.RETURNING, _P.SEAL, _B.ISSUER),
        (_S.RETURNING, _A.RETURN): Move(_S.RETURNED_TO_ISSUER, _P.SEAL),
        # What a carrier says alone is a claim, not a hand-over.
        (_S.WITH_COURIER, _A.REPORT_DELIVERED): Move(_S.REPORTED_DELIVERED, _P.CARRIER_WORD),
        (_S.OUT_FOR_DELIVERY, _A.REPORT_DELIVERED): Move(_S.REPORTED_DELIVERED, _P.CARRIER_WORD),
        (_S.REPORTED_DELIVERED, _A.HAND_OVER): Move(_S.HANDED_OVER, _P.DEMANDED),
        (_S.REPORTED_DELIVERED, _A.FAIL): Move(_S.ATTEMPT_FAILED, _P.EVIDENCE),
        (_S.REPORTED_DELIVERED, _A.DISPUTE): Move(_S.DISPUTED),
        (_S.HANDED_OVER, _A.DISPUTE): Move(_S.DISPUTED),
        (_S.DISPUTED, _A.CONFIRM): Move(_S.CONFIRMED, _P.EVIDENCE),
        (_S.DISPUTED, _A.LOSE): Move(_S.LOST, _P.EVIDENCE, _B.OPERATOR),
        (_S.WITH_COURIER, _A.LOSE): Move(_S.LOST, _P.EVIDENCE, _B.OPERATOR),
        (_S.OUT_FOR_DELIVERY, _A.LOSE): Move(_S.LOST, _P.EVIDENCE, _B.OPERATOR),
        (_S.ATTEMPT_FAILED, _A.LOSE): Move(_S.LOST, _P.EVIDENCE, _B.OPERATOR),
        (_S.HELD_AT_POINT, _A.LOSE): Move(_S.LOST, _P.EVIDENCE, _B.OPERATOR),
        (_S.UNDELIVERABLE, _A.LOSE): Move(_S.LOST, _P.EVIDENCE, _B.OPERATOR),
        (_S.RETURNING, _A.LOSE): Move(_S.LOST, _P.EVIDENCE, _B.OPERATOR),
        (_S.LOST, _A.RECOVER): Move(_S.RECOVERED, _P.SEAL),
        # What was found goes on: to the citizen, or home where a new result was issued meanwhile.
        (_S.RECOVERED, _A.PACK): Move(_S.PACKED, _P.SEAL, _B.OPERATOR),
        (_S.RECOVERED, _A.SEND_BACK): Move(_S.RETURNING, _P.SEAL, _B.OPERATOR),
        (_S.REGISTERED, _A.CANCEL): Move(_S.CANCELLED),
        (_S.QUOTED, _A.CANCEL): Move(_S.CANCELLED),
        (_S.CLEARED, _A.CANCEL): Move(_S.CANCELLED),
        (_S.PACKED, _A.CANCEL): Move(_S.CANCELLED),
        (_S.WITH_COURIER, _A.CANCEL): Move(_S.CANCELLED),
        (_S.REGISTERED, _A.REDIRECT): Move(_S.REGISTERED, _P.IDENTITY_CHECK),
        (_S.QUOTED, _A.REDIRECT): Move(_S.REGISTERED, _P.IDENTITY_CHECK),  # to be quoted anew
        (_S.CLEARED, _A.REDIRECT): Move(_S.CLEARED, _P.IDENTITY_CHECK),
        (_S.PACKED, _A.REDIRECT): Move(_S.PACKED, _P.IDENTITY_CHECK),
        (_S.WITH_COURIER, _A.REDIRECT): Move(_S.WITH_COURIER, _P.IDENTITY_CHECK),
        # A hold by decision leaves the state as it is and consumes no attempt.
        (_S.PACKED, _A.PARK): Move(_S.PACKED, _P.DECISION),
        (_S.WITH_COURIER, _A.PARK): Move(_S.WITH_COURIER, _P.DECISION),
        (_S.OUT_FOR_DELIVERY, _A.PARK): Move(_S.WITH_COURIER, _P.DECISION),
        (_S.ATTEMPT_FAILED, _A.PARK): Move(_S.ATTEMPT_FAILED, _P.DECISION),
        (_S.HELD_AT_POINT, _A.PARK): Move(_S.HELD_AT_POINT, _P.DECISION),
        (_S.PACKED, _A.UNPARK): Move(_S.PACKED, _P.DECISION),
        (_S.WITH_COURIER, _A.UNPARK): Move(_S.WITH_COURIER, _P.DECISION),
        (_S.ATTEMPT_FAILED, _A.UNPARK): Move(_S.ATTEMPT_FAILED, _P.DECISION),
        (_S.HELD_AT_POINT, _A.UNPARK): Move(_S.HELD_AT_POINT, _P.DECISION),
    }
)


@dataclass(frozen=True, slots=True)
class Undo:
    """Where a delivery stands once its last move is undone.

    Attributes
    ----------
    with_courier : instead of `to`, while a courier has the envelope in hand
    """

    to: DeliveryStatus
    with_courier: DeliveryStatus | None = None


UNDOS: Mapping[tuple[DeliveryStatus, DeliveryAction], Undo] = MappingProxyType(
    {
        # A visit recorded on the wrong delivery: no attempt was made (as NOT_REACHED).
        (_S.OUT_FOR_DELIVERY, _A.FAIL): Undo(_S.PACKED, with_courier=_S.WITH_COURIER),
        (_S.REPORTED_DELIVERED, _A.FAIL): Undo(_S.REPORTED_DELIVERED),
        (_S.ATTEMPT_FAILED, _A.GIVE_UP): Undo(_S.ATTEMPT_FAILED),
        (_S.HELD_AT_POINT, _A.GIVE_UP): Undo(_S.HELD_AT_POINT),  # held anew, for its whole time
        (_S.REGISTERED, _A.CANCEL): Undo(_S.REGISTERED),
        (_S.QUOTED, _A.CANCEL): Undo(_S.QUOTED),
        (_S.CLEARED, _A.CANCEL): Undo(_S.CLEARED),
        (_S.PACKED, _A.CANCEL): Undo(_S.PACKED),
        (_S.WITH_COURIER, _A.CANCEL): Undo(_S.WITH_COURIER),
    }
)
"""A move that may be undone, by the state it was made in; the last move only.

What is not a row is not undone: a hand-over on the wrong delivery is disputed, what was lost is
recovered, what is held is set out with, and money has its own corrections.
"""

TERMINAL = frozenset(_S) - {status for status, _ in MOVES}

BEFORE_PACKING = frozenset({_S.REGISTERED, _S.QUOTED, _S.CLEARED})
"""There is no envelope yet: the result can still be given out in quite another way."""

CLOSED_WHILE_PARKED = frozenset({_A.SET_OUT, _A.GIVE_UP, _A.FAIL})
"""Closed while the area is parked: they would use up an attempt or the citizen's time."""


def next_move(status: DeliveryStatus, action: DeliveryAction, *, is_parked: bool = False) -> Move:
    """Find the row for this action.

    Raises
    ------
    MoveNotOpen
        No row, or the delivery is parked and the action would use up an attempt.
    """
    move = MOVES.get((status, action))
    if move is None or (is_parked and action in CLOSED_WHILE_PARKED):
        raise MoveNotOpen(machine="delivery", status=status.value, action=action.value)
    return move
