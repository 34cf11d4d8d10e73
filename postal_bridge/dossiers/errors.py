"""What dossiers refuse.

Conflict
├── DossierCodeTaken     another dossier has this code
├── AlreadyRegistered    the agency has it under its code, and its clock has begun
├── NotDraft             papers and signatures are taken before acceptance only
├── NotUndoable          this move is not undone, or something came after it
├── UndoAsked            somebody has asked for it already
├── UndoAnswered         it was answered before
├── ResultUnderWay       the result has left the section's hands
├── MistakeTold          what the citizen said of his result waits for its answer
├── MistakeNotTold       nobody has said that the result has a mistake
├── HeldAlready          a legal hold stands on the dossier
└── NotHeld              no legal hold stands on it
RuleViolation
├── PaperNotOnList       the agency's published list does not name this paper
├── PapersMissing        a paper the list demands is not there
├── TallyMissing         nothing was counted yet
├── SignatureMissing     clerk or submitter has not signed the list
├── WitnessMissing       a fingerprint needs a witness
├── EnvelopeNotSealed    in carrier mode the papers travel sealed
├── PapersNotReceived    the section does not hold the envelope
├── CodeNotOurs          in carrier mode the agency gives the code
├── ReasonMissing        refusing, stopping and asking need a reason
├── SupplementUnnamed    asking for more says which paper, or in words what
├── UndoNeedsAnother     who asks does not answer
├── ResultNotElectronic  this result is a paper and must be handed over
└── CursorUnknown        the list's cursor is not one of ours
"""

from postal_bridge.kernel.errors import Conflict, RuleViolation


class DossierCodeTaken(Conflict):
    code = "dossier_code_taken"


class AlreadyRegistered(Conflict):
    code = "already_registered"


class NotUndoable(Conflict):
    code = "undo_not_open"


class UndoAsked(Conflict):
    code = "undo_asked"


class UndoAnswered(Conflict):
    code = "undo_answered"


class ResultUnderWay(Conflict):
    code = "undo_result_under_way"


class MistakeTold(Conflict):
    code = "mistake_told"


class MistakeNotTold(Conflict):
    code = "mistake_not_told"


class UndoNeedsAnother(RuleViolation):
    code = "undo_needs_another"


class NotDraft(Conflict):
    code = "dossier_not_draft"


class PaperNotOnList(RuleViolation):
    code = "paper_not_on_list"


class PapersMissing(RuleViolation):
    code = "papers_missing"


class TallyMissing(RuleViolation):
    code = "tally_missing"


class SignatureMissing(RuleViolation):
    code = "signature_missing"


class WitnessMissing(RuleViolation):
    code = "witness_missing"


class EnvelopeNotSealed(RuleViolation):
    code = "envelope_not_sealed"


class PapersNotReceived(RuleViolation):
    code = "papers_not_received"


class CodeNotOurs(RuleViolation):
    code = "code_not_ours"


class ReasonMissing(RuleViolation):
    code = "reason_missing"


class SupplementUnnamed(RuleViolation):
    code = "supplement_unnamed"


class ResultNotElectronic(RuleViolation):
    code = "result_not_electronic"


class CursorUnknown(RuleViolation):
    code = "cursor_unknown"


class ReceiptInFuture(RuleViolation):
    """The agency's receipt bears a time that has not come."""

    code = "receipt_in_future"


class ResultInFuture(RuleViolation):
    """The result bears a date that has not come."""

    code = "result_in_future"


class HeldAlready(Conflict):
    code = "legal_hold_stands"


class NotHeld(Conflict):
    code = "legal_hold_missing"
