"""Errors of the money room.

RuleViolation
├── AmountDiffers          another amount than the quoted one
├── AmountAboveHeld        more is handed in than is held
├── ReliefProofMissing     a relief without the paper that proves it
├── QuoteExpired           too old to be paid at the counter
├── VisitDiffers           results that cannot come on one visit
├── GrantWrong             a budget that cannot be granted so
├── NothingToPay           no transfer is asked for over nothing
├── SectionMissing         agency money must say whose it is
├── UnitMissing            money must say which office answers for it
├── SecondPersonNeeded     the same person twice, or none
├── ReasonMissing          a second count, a doubt or a decision without its reason
├── WitnessCodeWrong       not the code of who stands by this count
├── EntryNotReversible     only payments are reversed
├── FeeUnchanged           a fee stated anew is what was paid
├── GroundMissing          a fee stated anew without its instrument
├── RefundReferenceMissing a refund by transfer without the bank's reference
├── BankSlipMissing        cash banked without the number of the bank's slip
├── TerminalSlipMissing    a card payment given back without the number of its void
├── BadSignature           a provider's message nobody of ours could check
├── PaymentDeclined        signed, and nothing was paid
└── NoticeUnreadable       signed, and not what was agreed
Conflict
├── DrawerNotOpen          the clerk has no open drawer
├── DrawerAlreadyOpen      one drawer a clerk
├── AlreadySettled         the quote is being paid or is paid
├── CorrectionNotSeen      the clerk has not been shown a proposed correction
├── AlreadyReversed        an entry is reversed once
├── RefundReferenceUsed    one transfer of the bank gives one fee back
├── BankSlipUsed           one slip of the bank is one banking
├── TerminalSlipUsed       one void on a terminal gives one payment back
├── ReceiptVoid            the money behind it was given back
├── AlreadyRemitted        a receipt is remitted once
├── AlreadyAnswered        parked money was placed or returned before
├── FeePaidWithResult      the rest of a fee is asked for at the door, nowhere else
├── SystemSuspected        several offices have the very same difference
├── CashOnCounter          the courier's cash lies on a counter and is not his to move
├── CountsDiffer           courier and clerk have not counted the same
├── FareCalledOff          the way it was for is not gone: nothing is to be paid
├── FareGivenBack          money that was called off is out of our hands
├── NothingOwedBack        nothing was called off, or it was fetched before
├── DrawerShort            the drawer holds less than is to be paid out
└── NoticeContradicts      the same transaction with another content
Forbidden
└── DrawerOfAnother        nobody posts to a clerk's drawer unseen
TemporaryFailure
└── PlatformAway           the National Payment Platform does not answer
Refusal
└── PlatformRefused        it said no, with its code
UnclearAnswer
└── PlatformUnclear        its answer cannot be read, so it may have done it
"""

from postal_bridge.kernel.errors import (
    Conflict,
    Forbidden,
    Refusal,
    RuleViolation,
    TemporaryFailure,
    UnclearAnswer,
)


class AmountDiffers(RuleViolation):
    """Params: received_vnd, quoted_vnd."""

    code = "amount_differs"


class AmountAboveHeld(RuleViolation):
    code = "amount_above_held"


class ReliefProofMissing(RuleViolation):
    code = "relief_proof_missing"


class QuoteExpired(RuleViolation):
    code = "quote_expired"


class VisitDiffers(RuleViolation):
    """Params: fault ("leg", "place", "day" or "unsettled")."""

    code = "visit_differs"


class GrantWrong(RuleViolation):
    """Params: fault ("programme", "amount" or "instrument"), programme."""

    code = "budget_grant_wrong"


class NothingToPay(RuleViolation):
    code = "payment_of_nothing"


class SectionMissing(RuleViolation):
    code = "fee_section_missing"


class UnitMissing(RuleViolation):
    code = "money_unit_missing"


class SecondPersonNeeded(RuleViolation):
    code = "second_person_needed"


class ParkedApart(RuleViolation):
    code = "parked_in_two_places"


class SupervisorNeeded(RuleViolation):
    """Params: limit_vnd."""

    code = "refund_supervisor_needed"


class ReasonMissing(RuleViolation):
    code = "money_reason_missing"


class WitnessCodeWrong(RuleViolation):
    code = "drawer_witness_code_wrong"


class EntryNotReversible(RuleViolation):
    code = "entry_not_reversible"


class FeeUnchanged(RuleViolation):
    """Params: amount_vnd."""

    code = "fee_unchanged"


class GroundMissing(RuleViolation):
    code = "fee_ground_missing"


class RefundReferenceMissing(RuleViolation):
    code = "fee_refund_reference_missing"


class RefundReferenceUsed(Conflict):
    """Params: reference."""

    code = "fee_refund_reference_used"


class TerminalSlipMissing(RuleViolation):
    code = "terminal_slip_missing"


class BankSlipMissing(RuleViolation):
    code = "bank_slip_missing"


class BankSlipUsed(Conflict):
    """Params: number."""

    code = "bank_slip_used"


class TerminalSlipUsed(Conflict):
    """Params: number."""

    code = "terminal_slip_used"


class PaymentDeclined(RuleViolation):
    """Params: provider. The payer did not pay; the payment still waits."""

    code = "provider_payment_declined"


class BadSignature(RuleViolation):
    code = "provider_signature_wrong"


class NoticeUnreadable(RuleViolation):
    code = "provider_notice_unreadable"


class DrawerNotOpen(Conflict):
    code = "drawer_not_open"


class DrawerAlreadyOpen(Conflict):
    code = "drawer_already_open"


class AlreadySettled(Conflict):
    code = "quote_already_settled"


class CorrectionNotSeen(Conflict):
    code = "correction_not_seen"


class AlreadyReversed(Conflict):
    code = "entry_already_reversed"


class ReceiptVoid(Conflict):
    code = "receipt_void"


class AlreadyRemitted(Conflict):
    code = "receipt_already_remitted"


class CashOnCounter(Conflict):
    code = "cash_on_counter"


class CountsDiffer(Conflict):
    """Params: offered_vnd, counted_vnd."""

    code = "cash_counts_differ"


class AlreadyAnswered(Conflict):
    code = "parked_already_answered"


class FeePaidWithResult(Conflict):
    code = "fee_paid_with_result"


class SystemSuspected(Conflict):
    """Params: offices, difference_vnd. The same fault elsewhere is to be explained first."""

    code = "system_suspected"


class NoticeContradicts(Conflict):
    code = "provider_notice_contradicts"


class DrawerOfAnother(Forbidden):
    code = "drawer_of_another"


class PlatformAway(TemporaryFailure):
    code = "national_platform_away"


class PlatformRefused(Refusal):
    """Params: said, the platform's own code."""

    code = "national_platform_refused"


class PlatformUnclear(UnclearAnswer):
    code = "national_platform_unclear"


class FareCalledOff(Conflict):
    code = "fare_called_off"


class FareGivenBack(Conflict):
    code = "fare_given_back"


class NothingOwedBack(Conflict):
    code = "nothing_owed_back"


class DrawerShort(Conflict):
    """Params: held_vnd, amount_vnd."""

    code = "drawer_too_short"
