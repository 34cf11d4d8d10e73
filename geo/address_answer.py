"""What the resolver answers: one place, the places the text allows, or none with a reason.

Texts are made elsewhere: reasons and questions are codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from config.register import Unit
from geo.unit_index import UnitIndex

MOST_CANDIDATES = 10


class Status(StrEnum):
    RESOLVED = "resolved"
    CANDIDATES = "candidates"
    NONE = "none"


class Reason(StrEnum):
    """Why there is no answer, or no single one."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_LETTERS = "no_letters"
    FOREIGN = "foreign"
    NO_UNIT_NAMED = "no_unit_named"
    COMMUNE_MISSING = "commune_missing"
    COMMUNE_UNKNOWN = "commune_unknown"
    SEVERAL_PLACES = "several_places"
    WAS_SPLIT = "was_split"
    PARTS_DISAGREE = "parts_disagree"


class Era(StrEnum):
    """Form of the text: before the reform of July 2025, since, parts of both, or no telling."""

    OLD = "old"
    NEW = "new"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Asked(StrEnum):
    """The one thing that would decide between the candidates."""

    PROVINCE = "province"
    OLD_DISTRICT = "old_district"
    OLD_COMMUNE = "old_commune"
    NEW_COMMUNE = "new_commune"
    WHICH_PART = "which_part"


@dataclass(frozen=True, slots=True)
class OldPlace:
    """A commune as it was; `commune` None for the island districts that had none."""

    province: Unit
    district: Unit | None
    commune: Unit | None

    @property
    def code(self) -> str:
        lowest = self.commune or self.district or self.province
        return lowest.code


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A commune as it is."""

    province: Unit
    commune: Unit

    @property
    def code(self) -> str:
        return self.commune.code


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place; a form the text does not determine is None."""

    old: OldPlace | None
    new: NewPlace | None


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and the answers there can be, as names."""

    asked: Asked
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome for one text.

    Attributes
    ----------
    old, new : the place where it is one. `old` is None where a new commune was made of several
        and the text names none of them
    candidates : empty where the place is one; otherwise at most ten, likeliest first
    is_cut : there are more candidates than these
    street : what the text says below the commune, as it was written
    """

    status: Status
    era: Era | None = None
    old: OldPlace | None = None
    new: NewPlace | None = None
    street: str = ""
    reason: Reason | None = None
    candidates: tuple[Candidate, ...] = ()
    question: Question | None = None
    is_cut: bool = False


Pair = tuple[int, int]
"""Unit numbers of the old and the new commune, -1 where not determined."""


def none(reason: Reason, street: str = "", era: Era | None = None) -> Answer:
    return Answer(Status.NONE, era, street=street, reason=reason)


def resolved(pair: Pair, era: Era, street: str, index: UnitIndex) -> Answer:
    place = _candidate(pair, index)
    return Answer(Status.RESOLVED, era, place.old, place.new, street)


def several(
    pairs: Sequence[Pair], era: Era | None, street: str, reason: Reason, index: UnitIndex
) -> Answer:
    """Candidates with the question that tells most of them apart."""
    shown = tuple(_candidate(pair, index) for pair in pairs[:MOST_CANDIDATES])
    return Answer(
        Status.CANDIDATES,
        era,
        street=street,
        reason=reason,
        candidates=shown,
        question=_question([_candidate(pair, index) for pair in pairs], few=len(shown)),
        is_cut=len(pairs) > MOST_CANDIDATES,
    )


def either(answers: Sequence[Answer], street: str) -> Answer:
    """One of several addresses in a text: the places of each, and the question between them."""
    places = [c for one in answers for c in one.candidates or (Candidate(one.old, one.new),)]
    shown = tuple(places[:MOST_CANDIDATES])
    eras = {one.era for one in answers}
    return Answer(
        Status.CANDIDATES,
        eras.pop() if len(eras) == 1 else Era.UNKNOWN,
        street=street,
        reason=Reason.SEVERAL_PLACES,
        candidates=shown,
        question=_question(places, few=len(shown)),
        is_cut=len(places) > MOST_CANDIDATES,
    )


def in_both_forms(answers: Sequence[Answer]) -> Answer | None:
    """The one place that two addresses share, where just one of them is of the old form."""
    places = [one.candidates or (Candidate(one.old, one.new),) for one in answers]
    shared = {c.new for c in places[0]} & {c.new for c in places[1]}
    olds = [at for at, one in enumerate(answers) if one.era in (Era.OLD, Era.MIXED)]
    told = {c for at in olds for c in places[at] if c.old is not None and c.new in shared}
    if len(olds) != 1 or len(told) != 1:
        return None
    place = told.pop()
    return Answer(Status.RESOLVED, Era.MIXED, place.old, place.new, answers[0].street)


def _candidate(pair: Pair, index: UnitIndex) -> Candidate:
    old, new = pair
    return Candidate(
        None if old < 0 else _old_place(old, index), None if new < 0 else _new_place(new, index)
    )


def _old_place(unit: int, index: UnitIndex) -> OldPlace:
    province, district = index.province[unit], index.district[unit]
    return OldPlace(
        index.units[province],
        None if district < 0 else index.units[district],
        None if district == unit else index.units[unit],
    )


def _new_place(unit: int, index: UnitIndex) -> NewPlace:
    return NewPlace(index.units[index.province[unit]], index.units[unit])


def _question(candidates: Sequence[Candidate], *, few: int) -> Question:
    """The question that leaves fewest together; ties go to what people know best.

    Where there are more than can be shown, only a question whose answers all can be.
    """
    best: tuple[int, Question] | None = None
    for asked in (Asked.PROVINCE, Asked.OLD_DISTRICT, Asked.OLD_COMMUNE, Asked.NEW_COMMUNE):
        said = [_said(asked, candidate) for candidate in candidates]
        options = tuple(dict.fromkeys(said))
        is_shown = len(options) <= few or asked == Asked.PROVINCE
        if len(options) < 2 or "" in options or not is_shown:
            continue
        left = max(said.count(option) for option in options)
        if best is None or left < best[0]:
            best = (left, Question(asked, options))
    if best is None:
        names = dict.fromkeys(_said(Asked.NEW_COMMUNE, c) for c in candidates)
        return Question(Asked.NEW_COMMUNE, tuple(names)[:MOST_CANDIDATES])
    question = best[1]
    olds = {c.old.code if c.old else "" for c in candidates}
    if question.asked == Asked.NEW_COMMUNE and len(olds) == 1 and olds != {""}:
        return Question(Asked.WHICH_PART, question.options)
    return question


def _said(asked: Asked, candidate: Candidate) -> str:
    old, new = candidate.old, candidate.new
    if asked == Asked.PROVINCE:
        # Where only one side is new, its province is the one that all candidates have.
        if new is not None:
            return new.province.full_name
        return old.province.full_name if old else ""
    if asked == Asked.OLD_DISTRICT:
        return old.district.full_name if old and old.district else ""
    if asked == Asked.OLD_COMMUNE:
        return old.commune.full_name if old and old.commune else ""
    return f"{new.commune.full_name}, {new.province.full_name}" if new else ""
