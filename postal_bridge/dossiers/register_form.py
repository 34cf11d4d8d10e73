"""Form 07, drawn: a section's register of the dossiers it received in a period."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from reportlab.platypus import Flowable

from postal_bridge.dossiers.paper import gap, grid, national_header, sayer, signatures, text, title
from postal_bridge.dossiers.sheets import lying
from postal_bridge.dossiers.slip import marks
from postal_bridge.kernel.text import Language, Texts, put

COLUMNS = (
    "no", "code", "content", "sets", "owner", "address", "phone",
    "received", "due", "finished", "returned", "giver", "receiver", "note",
)  # fmt: skip
WIDTHS = (4, 17, 14, 4, 11, 15, 9, 8, 8, 8, 8, 8, 9, 11)


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One dossier in the register.

    Attributes
    ----------
    owner : empty where the personal data are destroyed by now
    giver, receiver, note : codes of `form_07_…` or of a state, empty where nothing is to be said
    item_number : of the envelope in which the post carries the result
    """

    code: str
    content: str
    sets: int
    owner: str = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)
    received_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    giver: str
    receiver: str
    note: str
    item_number: str | None
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class RegisterSheet:
    """The register of one section. `form_number`: 07 of the set of 2025, 06 of the one before."""

    form_number: str
    header: tuple[str, ...]
    section_name: str
    first: date
    last: date
    lines: tuple[RegisterLine, ...]
    keeper_name: str
    is_sandbox: bool


def render_register(sheet: RegisterSheet, *, texts: Texts, language: Language = "vi") -> bytes:
    """Lying A4 pages whose head repeats.

    Source: Circular 03/2025/TT-VPCP, Annex I, form 07. Where the post brings the result, its
    record stands in place of the receiver's signature (Decision 45/2016/QD-TTg).
    """
    say = sayer(texts, language)

    def day(at: datetime | None) -> str:
        return put(at, "moment", language) if at else ""

    def word(code: str) -> str:
        return say(code) if code else ""

    def row(no: int, one: RegisterLine) -> list[str]:
        owner = say("form_07_erased") if one.is_erased else one.owner
        item = put(one.item_number, "item", language) if one.item_number else ""
        phone = put(one.phone, "phone", language) if one.phone else ""
        note = ". ".join(filter(None, (word(one.note), item)))
        return [
            str(no), one.code, one.content, str(one.sets), owner, one.address, phone,
            day(one.received_at), day(one.due_at), day(one.finished_at), day(one.returned_at),
            word(one.giver), word(one.receiver), note,
        ]  # fmt: skip

    period = say("form_07_period", first=sheet.first, last=sheet.last)
    story: list[Flowable] = [
        national_header(sheet.header, say),
        gap(3),
        *title(say("form_07_title"), say("form_number_of_set", number=sheet.form_number)),
        text(f"{sheet.section_name}. {period}", size=9, align=1),
        gap(2),
        grid(
            [say(f"form_07_{name}") for name in COLUMNS],
            _lines([row(no, one) for no, one in enumerate(sheet.lines, start=1)]),
            WIDTHS,
            centre=(0, 3),
            size=6.5,
        ),
        text(say("form_07_footnote"), size=7),
        signatures(
            [
                ("", "", ""),
                (say("form_07_keeper"), say("form_sign_hint"), sheet.keeper_name),
            ],
            height_mm=14,
        ),
    ]
    name = say("form_07_title")
    return lying(story, name=name, marks=marks(period, False, sheet.is_sandbox, say), say=say)


def _lines(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """A register without a dossier is still a page: its one line is empty."""
    return rows or [["\u00a0"] * len(COLUMNS)]
