"""What people ask for with a pouch, and why some of it is not done."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.kernel.errors import RuleViolation


class OtherSection(RuleViolation):
    """The envelope is addressed to another section than the pouch."""

    code = "pouch_other_section"


class ForCitizen(RuleViolation):
    """A result on its way to its citizen goes into no pouch to an agency."""

    code = "pouch_for_citizen"


class NotInManifest(RuleViolation):
    """An envelope was found that the pouch's list does not name."""

    code = "pouch_not_in_manifest"


class NoSuchReceiver(RuleViolation):
    """A pouch goes to a driver of the office, or to one of the two offices of its link."""

    code = "pouch_no_such_receiver"


@dataclass(frozen=True, slots=True)
class StartPouch:
    link_id: UUID


@dataclass(frozen=True, slots=True)
class ScanIntoPouch:
    """`number`: as scanned or typed, with or without blanks."""

    pouch_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class SealPouch:
    pouch_id: UUID
    tie_number: str
    tie_again: str


@dataclass(frozen=True, slots=True)
class OfferPouch:
    """`driver_id` None: straight to the office at the other end of the link."""

    pouch_id: UUID
    driver_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AcceptPouch:
    """What the receiver read himself.

    Attributes
    ----------
    second_staff_id : who confirms another tie than recorded (invariant C5)
    """

    pouch_id: UUID
    tie_seen: str
    count_seen: int
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PouchTrouble:
    """A closed door, an offer taken back, a pouch refused; `why` in the person's words."""

    pouch_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class OpenPouch:
    """`found`: the numbers of the envelopes that lie in it, each read once."""

    pouch_id: UUID
    found: tuple[str, ...]
    second_staff_id: UUID | None = None
