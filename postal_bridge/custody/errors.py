"""What custody refuses.

Conflict
├── NotHeldByGiver       the one who gives does not hold it
├── OfferOpen            it is offered to somebody and waits for the answer
├── AlreadyAnswered      the offer was accepted or declined before
├── InPouch              it lies in a pouch and moves with it
├── NotInPouch           it does not lie in this pouch
├── PouchClosed          things go in and out of an open pouch only
└── CustodyForked        another step already follows the one named
RuleViolation
├── OneSided             the other side's word is missing (C2)
├── SealDiffers          another seal than recorded, and no second person (C5)
├── SecondPersonSame     the second person is the first
├── TieNumbersDiffer     the tie's number was not given twice alike
├── PouchEmpty           an empty pouch is not sealed
├── PouchCountDiffers    the receiver counts another number of items
├── NothingToHandOver    a hand-over without items
├── BlockOverlaps        the numbers were granted before
├── PrefixOfOtherHome    live and sandbox numbers are disjoint
└── NumbersExhausted     no block of the unit has a number left
"""

from postal_bridge.kernel.errors import Conflict, RuleViolation


class NotHeldByGiver(Conflict):
    code = "not_held_by_giver"


class OfferOpen(Conflict):
    code = "offer_open"


class AlreadyAnswered(Conflict):
    code = "already_answered"


class InPouch(Conflict):
    code = "in_pouch"


class NotInPouch(Conflict):
    code = "not_in_pouch"


class PouchClosed(Conflict):
    code = "pouch_not_open"


class CustodyForked(Conflict):
    code = "custody_forked"


class OneSided(RuleViolation):
    code = "one_sided"


class SealDiffers(RuleViolation):
    code = "seal_differs"


class SecondPersonSame(RuleViolation):
    code = "second_person_same"


class TieNumbersDiffer(RuleViolation):
    code = "tie_numbers_differ"


class PouchEmpty(RuleViolation):
    code = "pouch_empty"


class PouchCountDiffers(RuleViolation):
    code = "pouch_count_differs"


class NothingToHandOver(RuleViolation):
    code = "nothing_to_hand_over"


class BlockOverlaps(RuleViolation):
    code = "block_overlaps"


class PrefixOfOtherHome(RuleViolation):
    code = "prefix_of_other_home"


class NumbersExhausted(RuleViolation):
    code = "numbers_exhausted"
