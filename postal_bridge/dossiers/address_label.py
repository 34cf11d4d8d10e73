"""The sheet of the pack station: the label that seals the envelope, and the one with the address.

It lies outside on the envelope, so it names no procedure and no paper (S1).
"""

from dataclasses import dataclass, field

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable

from postal_bridge.dossiers.paper import FAINT, Say, columns, gap, heading, sayer, text
from postal_bridge.dossiers.sheets import upright
from postal_bridge.kernel.text import Language, Texts
from postal_bridge.kernel.wording import item_number

WIDEST_BAR_MM = 0.5
BARS_HIGH_MM = 18


@dataclass(frozen=True, slots=True)
class LabelView:
    """What stands on the envelope.

    Attributes
    ----------
    label : the delivery's own code, the third thing read at the pack station
    sender, sender_address, hotline : where it goes back to
    """

    item_number: str
    label: str
    name: str = field(repr=False)
    address: str = field(repr=False)
    sender: str
    sender_address: str
    hotline: str
    is_sandbox: bool


def render_label(view: LabelView, *, texts: Texts, language: Language = "vi") -> bytes:
    """One page: above the seal for the flap, below the address for the front."""
    say = sayer(texts, language)
    story: list[Flowable] = [
        heading(say("label_seal")),
        text(say("label_seal_hint"), size=8),
        gap(3),
        Bars(view.item_number),
        text(item_number(view.item_number), size=18, bold=True, align=TA_CENTER),
        gap(6),
        HRFlowable(width="100%", color=FAINT, dash=(2, 3)),
        gap(6),
        heading(say("label_address")),
        gap(3),
        columns([_sender(view, say), _code(view)], [3, 2]),
        gap(10),
        text(say("label_to"), size=9),
        text(view.name, size=20, bold=True),
        gap(2),
        text(view.address, size=15),
    ]
    marks = [item_number(view.item_number)]
    if view.is_sandbox:
        marks.append(say("form_sandbox"))
    name = f"{say('label_title')} {view.item_number}"
    return upright(story, name=name, marks=marks, say=say)


class Bars(Flowable):
    """Code 128 in the middle of the line, as wide as a scanner likes and the line allows."""

    def __init__(self, content: str, *, widest_mm: float = WIDEST_BAR_MM) -> None:
        super().__init__()
        self._content, self._widest_mm = content, widest_mm

    def wrap(self, width: float, _: float) -> tuple[float, float]:
        modules = Code128(self._content, barWidth=1, quiet=1).width
        self._bars = Code128(
            self._content,
            barWidth=min(self._widest_mm * mm, width / modules),
            barHeight=BARS_HIGH_MM * mm,
            quiet=1,
        )
        self.width, self.height = width, BARS_HIGH_MM * mm + 2 * mm
        return self.width, self.height

    def draw(self) -> None:
        self._bars.drawOn(self.canv, (self.width - self._bars.width) / 2, 2 * mm)


def _sender(view: LabelView, say: Say) -> list[Flowable]:
    return [
        text(say("label_from"), size=8),
        text(view.sender, size=10, bold=True),
        text(view.sender_address, size=9),
        *([text(say("label_hotline", phone=view.hotline), size=9)] if view.hotline else []),
    ]


def _code(view: LabelView) -> list[Flowable]:
    return [
        Bars(view.label, widest_mm=0.35),
        text(view.label, size=11, bold=True, align=TA_CENTER),
    ]
