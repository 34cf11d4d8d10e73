"""What deliveries refuse.

Conflict
├── ItemElsewhere          the envelope is not in the hands this move needs it in
├── FeeDueWithResult       the agency's money is still to be taken where it is given out
├── NotParked              nothing to resume
├── ResultNotReady         there is no result yet, or not any more
├── ResultNotGiven         the citizen does not have it, or says that he does not
└── WindowPassed           the ten days of the fast dispute are over: the written form remains
RuleViolation
├── TripleDiffers          result, envelope and label do not belong together
├── ItemDiffers            another envelope than this delivery's was scanned
├── NotNamed               who receives was not named for this dossier
├── AuthorityEnded         the proxy's power of attorney is over
├── CodeWrong              the one-time code does not fit, or is used up
├── OldPaperMissing        the old paper must be handed in first
├── PaymentMissing         what is due at the door was not paid
├── FareUnpaid             the fare is called prepaid and is not paid
├── NoDoorToPayAt          the result goes to no door, or is on its way to it
├── NoReturnInstruction    the issuer did not ask for it back (Postal Law art. 17(2))
├── ReceiptMissing         the issuer did not sign for it
├── SharedPhoneProvesNothing   a code sent to a shared phone identifies nobody (S2)
├── SecondPersonNeeded     who made the proof does not accept it himself
└── NoteTooLong
"""

from postal_bridge.kernel.errors import Conflict, RuleViolation


class ItemElsewhere(Conflict):
    code = "delivery_item_elsewhere"


class NotParked(Conflict):
    code = "delivery_not_parked"


class ResultNotReady(Conflict):
    code = "delivery_result_not_ready"


class ResultNotGiven(Conflict):
    code = "delivery_result_not_given"


class WindowPassed(Conflict):
    code = "dispute_window_passed"


class TripleDiffers(RuleViolation):
    code = "triple_differs"


class ItemDiffers(RuleViolation):
    code = "delivery_item_differs"


class NotNamed(RuleViolation):
    code = "receiver_not_named"


class AuthorityEnded(RuleViolation):
    code = "authority_ended"


class CodeWrong(RuleViolation):
    code = "hand_over_code_wrong"


class OldPaperMissing(RuleViolation):
    code = "old_paper_missing"


class PaymentMissing(RuleViolation):
    code = "door_payment_missing"


class FareUnpaid(RuleViolation):
    code = "delivery_fare_unpaid"


class NoDoorToPayAt(RuleViolation):
    code = "no_door_to_pay_at"


class NoReturnInstruction(RuleViolation):
    code = "no_return_instruction"


class ReceiptMissing(RuleViolation):
    code = "issuer_receipt_missing"


class SharedPhoneProvesNothing(RuleViolation):
    code = "shared_phone_proves_nothing"


class SecondPersonNeeded(RuleViolation):
    code = "proof_needs_second_person"


class NoteTooLong(RuleViolation):
    code = "delivery_note_too_long"


class FeeDueWithResult(Conflict):
    """Params: amount_vnd."""

    code = "fee_due_with_result"
