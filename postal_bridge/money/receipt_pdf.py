"""A fee receipt or fare receipt as an A5 page. Pure: the same paper gives the same bytes.

Source: facts, law-and-forms section 5.2 and payment section 5 (form, series, number, payer and
address, fees and charges apart, collecting unit with its tax code).
"""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import fontpkg
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from postal_bridge.kernel.text import Language, Texts, put

REGULAR, BOLD = "BeVietnamPro", "BeVietnamPro-SemiBold"
WIDTH, HEIGHT = A5
LEFT, RIGHT, TOP, BOTTOM = 13 * mm, WIDTH - 13 * mm, HEIGHT - 14 * mm, 14 * mm
SIGNATURE_MM = 26
SIGNERS = ("receipt_sign_payer", "receipt_sign_clerk")
REFUND_SIGNERS = ("receipt_sign_payee", "receipt_sign_refunder")
FEE_PARTS = ("receipt_part_1", "receipt_part_2", "receipt_part_3")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One amount. `group` names its heading (fee, charge); empty for fare lines."""

    name: str
    amount_vnd: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """What stands on the page; every text but those of the catalogue comes ready.

    Attributes
    ----------
    kind : "fee", "fare" or "refund"
    unit_name, unit_address : who collects, and the office where it was done
    form_no, tax_code : as the tax office gave them; a line is left out where it is empty
    unit_key : of the collecting unit, whose form numbers and tax code those are
    payer_address : as it was written; its line is left out where there is none
    notes : lines of their own under the total, such as which receipt it corrects
    collected_for : the agency, on fee receipts; empty on fare receipts
    copy_no : 0 for the original, above for its copies, None for the electronic receipt
    """

    kind: str
    series: str
    number: str
    unit_name: str
    unit_address: str
    collected_for: str
    payer_name: str
    dossier_code: str
    lines: tuple[PaperLine, ...]
    total_vnd: int
    method: str
    issued_at: datetime
    issued_by: str
    copy_no: int | None = 0
    is_void: bool = False
    notes: tuple[str, ...] = ()
    form_no: str = ""
    tax_code: str = ""
    unit_key: str = ""
    payer_address: str = ""


def render_receipt(paper: ReceiptPaper, texts: Texts, language: Language = "vi") -> bytes:
    """The receipt as PDF, in one language: one page, or the three parts of a fee receipt.

    The original of a fee receipt is one for the collector, one for the payer, one internal.
    """
    _fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A5, invariant=1)
    canvas.setTitle(f"{paper.series}-{paper.number}")
    parts = FEE_PARTS if paper.kind == "fee" and paper.copy_no == 0 else ("",)
    for part in parts:
        page = _Page(canvas, texts, language)
        page.head(paper, part)
        page.body(paper)
        page.foot(paper)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@cache
def _fonts() -> None:
    """Registered once a process: reportlab keeps fonts globally."""
    for name, weight in ((REGULAR, 400), (BOLD, 600)):
        pdfmetrics.registerFont(TTFont(name, str(fontpkg.path("be-vietnam-pro", weight))))


class _Page:
    """Writes downwards; `y` is where the next line's base stands."""

    def __init__(self, canvas: Canvas, texts: Texts, language: Language) -> None:
        self._canvas = canvas
        self._texts = texts
        self._language = language
        self._y = TOP

    def head(self, paper: ReceiptPaper, part: str) -> None:
        self._write(paper.unit_name, BOLD, 10.5)
        self._write(paper.unit_address, REGULAR, 8.5)
        if paper.tax_code:
            self._write(self._say("receipt_tax_code", code=paper.tax_code), REGULAR, 8.5)
        self._y -= 5 * mm
        self._centred(self._say(f"receipt_title_{paper.kind}"), BOLD, 12.5)
        series = self._say("receipt_series", series=paper.series)
        number = self._say("receipt_number", number=paper.number)
        form = self._say("receipt_form", form=paper.form_no) if paper.form_no else ""
        self._centred(f"{form} {series} {number}", BOLD, 9.5)
        if part:
            self._centred(self._say(part), REGULAR, 9)
        if paper.copy_no is None:
            self._centred(self._say("receipt_edition_electronic"), BOLD, 10)
        if paper.is_void:
            self._centred(self._say("receipt_void_mark"), BOLD, 11)
        if paper.copy_no:
            self._centred(self._say("receipt_copy", copy_no=paper.copy_no), BOLD, 11)
        self._y -= 3 * mm
        if paper.collected_for:
            self._write(self._say("receipt_collected_for", name=paper.collected_for))
        payer = "receipt_payee" if paper.kind == "refund" else "receipt_payer"
        self._write(self._say(payer, name=paper.payer_name))
        if paper.payer_address:
            self._write(self._say("receipt_address", address=paper.payer_address))
        self._write(self._say("receipt_dossier", code=paper.dossier_code))
        self._y -= 2 * mm

    def body(self, paper: ReceiptPaper) -> None:
        self._rule()
        group = ""
        for line in paper.lines:
            if line.group != group:
                group = line.group
                self._write(group, BOLD, 9.5)
            self._amount(line.name, line.amount_vnd, REGULAR)
        self._rule()
        self._amount(self._say("receipt_total"), paper.total_vnd, BOLD)
        self._write(self._say("receipt_total_words", total_vnd=paper.total_vnd), REGULAR, 9)
        self._y -= 2 * mm
        method = self._say(f"payment_method_{paper.method}")
        self._write(self._say("receipt_paid_by", method=method, at=paper.issued_at), REGULAR, 9)
        for note in paper.notes:
            self._write(note, REGULAR, 9)
        self._write(self._say(f"receipt_{paper.kind}_note"), REGULAR, 8)

    def foot(self, paper: ReceiptPaper) -> None:
        self._y = BOTTOM + SIGNATURE_MM * mm
        middle = (LEFT + RIGHT) / 2
        signers = REFUND_SIGNERS if paper.kind == "refund" else SIGNERS
        for x, code in zip((LEFT, middle), signers, strict=True):
            self._canvas.setFont(BOLD, 9)
            self._canvas.drawCentredString(x + (RIGHT - LEFT) / 4, self._y, self._say(code))
        self._canvas.setFont(REGULAR, 9)
        self._canvas.drawCentredString(middle + (RIGHT - LEFT) / 4, BOTTOM, paper.issued_by)
        self._canvas.drawCentredString(LEFT + (RIGHT - LEFT) / 4, BOTTOM, paper.payer_name)

    def _say(self, code: str, /, **params: object) -> str:
        return self._texts.render(code, params, self._language)

    def _write(self, text: str, font: str = REGULAR, size: float = 9.5) -> None:
        """The text, broken at blanks where it is wider than the page."""
        for row in _rows(text, font, size, RIGHT - LEFT):
            self._y -= size * 1.45
            self._canvas.setFont(font, size)
            self._canvas.drawString(LEFT, self._y, row)

    def _centred(self, text: str, font: str, size: float) -> None:
        for row in _rows(text, font, size, RIGHT - LEFT):
            self._y -= size * 1.5
            self._canvas.setFont(font, size)
            self._canvas.drawCentredString((LEFT + RIGHT) / 2, self._y, row)

    def _amount(self, name: str, amount_vnd: int, font: str) -> None:
        amount = put(amount_vnd, "vnd", self._language)
        room = RIGHT - LEFT - pdfmetrics.stringWidth(amount, font, 10) - 4 * mm
        for count, row in enumerate(_rows(name, font, 9.5, room)):
            self._y -= 9.5 * 1.5
            self._canvas.setFont(font, 9.5)
            self._canvas.drawString(LEFT, self._y, row)
            if count == 0:
                self._canvas.setFont(font, 10)
                self._canvas.drawRightString(RIGHT, self._y, amount)

    def _rule(self) -> None:
        self._y -= 2.2 * mm
        self._canvas.setLineWidth(0.5)
        self._canvas.line(LEFT, self._y, RIGHT, self._y)
        self._y -= 0.8 * mm


def _rows(text: str, font: str, size: float, room: float) -> list[str]:
    rows, row = [], ""
    for word in text.split():
        longer = f"{row} {word}".strip()
        if row and pdfmetrics.stringWidth(longer, font, size) > room:
            rows.append(row)
            row = word
        else:
            row = longer
    return [*rows, row]
