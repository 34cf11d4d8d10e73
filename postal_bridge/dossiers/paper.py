"""What forms are drawn with: fonts, tables, signatures. Knows no form and no database."""

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal
from xml.sax.saxutils import escape

import fontpkg
import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from postal_bridge.kernel import wording
from postal_bridge.kernel.text import Language, Texts

REGULAR, BOLD = "BeVietnamPro", "BeVietnamPro-SemiBold"
INK, FAINT, BLUE = black, HexColor("#8a8a8a"), HexColor("#0b4a8f")
MARGIN = 9 * mm
QR_MM = 30

Say = Callable[..., str]
Align = Literal[0, 1, 2, 4]


@cache
def register_fonts() -> None:
    """The font travels inside each PDF, so that every letter is there on every printer."""
    for name, weight in ((REGULAR, 400), (BOLD, 600)):
        pdfmetrics.registerFont(TTFont(name, str(fontpkg.path("be-vietnam-pro", weight=weight))))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )


def sayer(texts: Texts, language: Language) -> Say:
    """Short for the catalogue's sentences in one language."""

    def say(code: str, **params: Any) -> str:
        return texts.render(code, params, language)

    return say


def style(
    size: float = 8.5, *, bold: bool = False, align: Align = 0, **more: Any
) -> ParagraphStyle:
    register_fonts()
    return ParagraphStyle(
        name=f"{size}{bold}{align}{sorted(more)}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.38,
        alignment=align,
        textColor=more.pop("color", INK),
        **more,
    )


def text(words: str, **how: Any) -> Paragraph:
    """Plain words; whatever they hold is shown as it is."""
    return Paragraph(escape(unicodedata.normalize("NFC", words)), style(**how))


def labelled(label: str, value: str, *, size: float = 8.5) -> Paragraph:
    """ "Label: value", the value strong."""
    name, what = (escape(unicodedata.normalize("NFC", part)) for part in (label, value or "–"))
    return Paragraph(f"{name}: <b>{what}</b>", style(size))


def reached_at(phone: str, email: str) -> str:
    """A person's phone, as people dial it, and address of mail; what is not known is left out."""
    return " · ".join(part for part in (phone and wording.phone(phone), email) if part)


def title(words: str, under: str = "") -> list[Flowable]:
    lines: list[Flowable] = [text(words, size=13, bold=True, align=TA_CENTER)]
    if under:
        lines.append(text(under, size=7.5, align=TA_CENTER))
    return [*lines, Spacer(0, 2 * mm)]


def heading(words: str) -> Paragraph:
    return text(words, size=9, bold=True, spaceBefore=5, spaceAfter=2, color=BLUE)


def gap(height_mm: float) -> Spacer:
    return Spacer(0, height_mm * mm)


def grid(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    right: Sequence[int] = (),
    centre: Sequence[int] = (),
    size: float = 7.5,
) -> Table:
    """A ruled table whose head repeats on each page. `widths` are shares of the whole."""
    aligned = {**dict.fromkeys(right, TA_RIGHT), **dict.fromkeys(centre, TA_CENTER)}
    body: list[list[Flowable]] = [[text(h, size=size, bold=True, align=TA_CENTER) for h in head]]
    for row in rows:
        body.append([text(c, size=size, align=aligned.get(n, 0)) for n, c in enumerate(row)])
    table = Table(body, colWidths=[f"{100 * w / sum(widths):.2f}%" for w in widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, FAINT),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ]
        )
    )
    return table


def columns(cells: Sequence[Any], widths: Sequence[float], *, top: bool = True) -> Table:
    """Things side by side without lines."""
    table = Table([list(cells)], colWidths=[f"{100 * w / sum(widths):.2f}%" for w in widths])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP" if top else "MIDDLE"),
                *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in
                  ("LEFT", "RIGHT", "TOP", "BOTTOM")),
            ]
        )
    )  # fmt: skip
    return table


def money_lines(lines: Sequence[tuple[str, str]], *, strong_last: bool = True) -> Table:
    """Labels left, amounts right in figures of one width."""
    body = [
        [
            text(label, size=8, bold=strong_last and n == len(lines) - 1),
            text(amount, size=8, bold=strong_last and n == len(lines) - 1, align=TA_RIGHT),
        ]
        for n, (label, amount) in enumerate(lines)
    ]
    table = Table(body, colWidths=["68%", "32%"])
    table.setStyle(
        TableStyle(
            [
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                *([("LINEABOVE", (0, -1), (-1, -1), 0.4, INK)] if strong_last else []),
            ]
        )
    )
    return table


def signatures(sides: Sequence[tuple[str, str, str]], *, height_mm: float = 15) -> KeepTogether:
    """Who signs where: role, what is written under it, and the name. Never torn apart."""
    cells = [
        [
            text(role, size=8, bold=True, align=TA_CENTER),
            text(hint, size=7, align=TA_CENTER),
            gap(height_mm),
            text(name, size=8, bold=True, align=TA_CENTER),
        ]
        for role, hint, name in sides
    ]
    return KeepTogether([gap(2), columns(cells, [1] * len(sides))])


def national_header(left: Sequence[str], say: Say) -> Table:
    """The head of an agency's form: its two lines, and the nation's."""
    own = [
        text(left[0], size=8, align=TA_CENTER),
        *(text(line, size=8, bold=True, align=TA_CENTER) for line in left[1:]),
    ]
    nation = [
        text(say("form_nation"), size=8, bold=True, align=TA_CENTER),
        text(say("form_motto"), size=8, bold=True, align=TA_CENTER),
    ]
    return columns([own, nation], [5, 6])


class Qr(Flowable):
    """A QR code of medium correction, drawn as squares so that it prints sharp."""

    def __init__(self, content: str, size_mm: float = QR_MM) -> None:
        super().__init__()
        self._matrix = tuple(segno.make_qr(content, error="m").matrix)
        self.width = self.height = size_mm * mm

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        quiet = 2
        step = self.width / (len(self._matrix) + 2 * quiet)
        drawing = Drawing(self.width, self.height)
        for y, row in enumerate(self._matrix):
            for x, dark in enumerate(row):
                if dark:
                    left, low = (x + quiet) * step, self.height - (y + quiet + 1) * step
                    square = Rect(left, low, step * 1.02, step * 1.02)
                    square.fillColor, square.strokeWidth = INK, 0
                    drawing.add(square)
        drawing.drawOn(self.canv, 0, 0)
