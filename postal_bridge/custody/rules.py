"""The life of a pouch. Pure; who holds an item is a query over its stream.

Source: design section 4; invariants C2, C4 and C5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from postal_bridge.kernel.errors import MoveNotOpen


class PouchStatus(StrEnum):
    OPEN = "open"
    SEALED = "sealed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CLOSED_DOOR = "closed_door"
    DISPUTED = "disputed"
    OPENED = "opened"


class PouchAction(StrEnum):
    SEAL = "seal"
    OFFER = "offer"
    ACCEPT = "accept"
    TAKE_BACK = "take_back"
    FIND_DOOR_CLOSED = "find_door_closed"
    DISPUTE = "dispute"
    UNSEAL = "unseal"


class PouchProof(StrEnum):
    """What must be on record before a move counts."""

    NONE = "none"
    SEAL_NUMBER_TWICE = "seal_number_twice"
    SEAL_AND_COUNT = "seal_and_count"  # the receiver reads the tie and the number of items
    EVIDENCE = "evidence"
    SECOND_PERSON = "second_person"  # invariant C5
    RECOUNT = "recount"  # each item against the manifest


class DelayOwner(StrEnum):
    """To whom an hour of delay belongs (invariant P3)."""

    NOBODY = "nobody"
    COUNTER = "counter"
    LINE_HAUL = "line_haul"
    AGENCY = "agency"
    COURIER = "courier"
    CARRIER = "carrier"
    CITIZEN = "citizen"
    WEATHER = "weather"


@dataclass(frozen=True, slots=True)
class PouchMove:
    """A row of the table. `delay` owns the time from this move until the next."""

    to: PouchStatus
    proof: PouchProof = PouchProof.NONE
    delay: DelayOwner = DelayOwner.NOBODY


_S, _A, _P, _D = PouchStatus, PouchAction, PouchProof, DelayOwner

POUCH_MOVES: Mapping[tuple[PouchStatus, PouchAction], PouchMove] = MappingProxyType(
    {
        (_S.OPEN, _A.SEAL): PouchMove(_S.SEALED, _P.SEAL_NUMBER_TWICE, _D.COUNTER),
        (_S.SEALED, _A.OFFER): PouchMove(_S.OFFERED),
        (_S.OFFERED, _A.ACCEPT): PouchMove(_S.ACCEPTED, _P.SEAL_AND_COUNT),
        # The wrong driver was named, or he does not come: it never left the giver.
        (_S.OFFERED, _A.TAKE_BACK): PouchMove(_S.SEALED, _P.EVIDENCE),
        # Back with the holder; the office that was closed answers for the time.
        (_S.OFFERED, _A.FIND_DOOR_CLOSED): PouchMove(_S.CLOSED_DOOR, _P.EVIDENCE, _D.AGENCY),
        (_S.OFFERED, _A.DISPUTE): PouchMove(_S.DISPUTED, _P.EVIDENCE),
        (_S.CLOSED_DOOR, _A.OFFER): PouchMove(_S.OFFERED),
        # The next leg: clerk to driver, driver to agency.
        (_S.ACCEPTED, _A.OFFER): PouchMove(_S.OFFERED, delay=_D.LINE_HAUL),
        (_S.ACCEPTED, _A.UNSEAL): PouchMove(_S.OPENED, _P.RECOUNT),
        (_S.DISPUTED, _A.UNSEAL): PouchMove(_S.OPENED, _P.SECOND_PERSON),
    }
)

POUCH_TERMINAL = frozenset(_S) - {status for status, _ in POUCH_MOVES}


def next_pouch_move(status: PouchStatus, action: PouchAction) -> PouchMove:
    """Find the row for this action, or raise `MoveNotOpen`."""
    move = POUCH_MOVES.get((status, action))
    if move is None:
        raise MoveNotOpen(machine="pouch", status=status.value, action=action.value)
    return move
