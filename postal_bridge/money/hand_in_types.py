"""What is asked and shown of a courier's cash on its way into a drawer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.money.hand_in_rules import GapStatus, HandInStatus, Part


@dataclass(frozen=True, slots=True)
class OfferCash:
    """Both counted by the courier himself, without being told what the books say.

    Attributes
    ----------
    counted_vnd : laid on the counter
    kept_vnd : change he keeps in his bag for the road
    """

    counted_vnd: int
    kept_vnd: int = 0


@dataclass(frozen=True, slots=True)
class CountOffer:
    """The clerk's own count. `reason` is asked for from the second count on."""

    hand_in_id: UUID
    counted_vnd: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RefuseOffer:
    hand_in_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerGap:
    """The courier accepts the difference, or doubts it, which needs his reason."""

    hand_in_id: UUID
    accepts: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SettleGap:
    """Two people decide.

    Attributes
    ----------
    courier_owes : only with evidence; the default is that the cause is not known
    evidence : number of the investigation's record
    second_staff_id : who else stands by it
    """

    hand_in_id: UUID
    courier_owes: bool
    evidence: str
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PartLine:
    """State money, remittance charge and fare stand apart; `over` is explained by no payment."""

    part: Part
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class HandInView:
    """A courier's cash on a counter.

    Attributes
    ----------
    offered_vnd : None to a clerk who has not counted himself
    expected_vnd, gap_vnd, lines : None and empty until the clerk has counted; a gap below
        zero is short
    is_to_self : courier and clerk are one person
    """

    id: UUID
    courier: str
    unit_id: UUID
    status: HandInStatus
    offered_vnd: int | None
    kept_vnd: int | None
    offered_at: datetime
    clerk: str | None
    drawer_id: UUID | None
    counted_vnd: int | None
    accepted_at: datetime | None
    ended_reason: str | None
    expected_vnd: int | None
    lines: tuple[PartLine, ...]
    gap_vnd: int | None
    gap_status: GapStatus
    gap_reason: str | None
    gap_answered_at: datetime | None
    gap_settled_at: datetime | None
    owed_vnd: int
    entry_id: UUID | None

    @property
    def counts_agree(self) -> bool:
        return self.counted_vnd is not None and self.counted_vnd == self.offered_vnd

    @property
    def is_to_self(self) -> bool:
        return self.clerk == self.courier
