"""What a round of scans says: what is missing, what is foreign, what is crossed. Pure."""

from collections.abc import Iterable, Mapping

from postal_bridge.runs.errors import (
    EnvelopesCrossed,
    ItemNotOnRun,
    ItemsMissing,
    LabelDiffers,
)
from postal_bridge.runs.types import Scan

NAMED_AT_MOST = 10


def normal(number: str) -> str:
    return "".join(number.split()).upper()


def check_known(scanned: Iterable[str], expected: Iterable[str]) -> None:
    """Raises ItemNotOnRun naming the first number that does not belong here."""
    known = set(expected)
    for number in scanned:
        if number not in known:
            raise ItemNotOnRun(number=number)


def check_complete(scanned: Iterable[str], expected: Iterable[str]) -> None:
    """Raises ItemsMissing naming what was expected and not scanned."""
    missing = sorted(set(expected) - set(scanned))
    if missing:
        shown = ", ".join(missing[:NAMED_AT_MOST])
        raise ItemsMissing(count=len(missing), numbers=shown)


def check_labels(scans: Iterable[Scan], label_of: Mapping[str, str]) -> None:
    """Every scanned label is its envelope's own.

    Parameters
    ----------
    label_of : item number -> the label of its delivery

    Raises
    ------
    EnvelopesCrossed
        Two envelopes wear each other's label: `first` and `second` name them both.
    LabelDiffers
        One wears a label that belongs to none or to one that was not scanned so.
    """
    wears = {
        normal(scan.item_number): normal(scan.label) for scan in scans if scan.label is not None
    }
    number_of = {label: number for number, label in label_of.items()}
    wrong = {number: label for number, label in wears.items() if label_of.get(number) != label}
    for number in sorted(wrong):
        other = number_of.get(wrong[number])
        if other is not None and wrong.get(other) == label_of.get(number):
            first, second = sorted((number, other))
            raise EnvelopesCrossed(first=first, second=second)
    if wrong:
        number = min(wrong)
        raise LabelDiffers(number=number, belongs_to=number_of.get(wrong[number], "–"))
