"""The list of a run for paper (bản kê phát BD13): one row for each door, room for a signature."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from reportlab.platypus import Flowable

from postal_bridge.dossiers.paper import gap, grid, labelled, sayer, signatures, text, title
from postal_bridge.dossiers.sheets import upright
from postal_bridge.kernel.text import Language, Texts, put


class SheetLine(Protocol):
    """What a row of the list says."""

    @property
    def position(self) -> int: ...
    @property
    def item_number(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def collect_vnd(self) -> int: ...
    @property
    def take_back_papers(self) -> int: ...


class Sheet(Protocol):
    """What the list says, whoever has put it together."""

    @property
    def office(self) -> str: ...
    @property
    def point(self) -> str: ...
    @property
    def courier(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def no(self) -> int: ...
    @property
    def rows(self) -> Sequence[SheetLine]: ...
    @property
    def collect_vnd(self) -> int: ...
    @property
    def printed_at(self) -> datetime: ...
    @property
    def is_sandbox(self) -> bool: ...


def render_sheet(sheet: Sheet, texts: Texts, language: Language = "vi") -> bytes:
    """The PDF; its words are the catalogue's."""
    say = sayer(texts, language)
    rows = [
        [
            str(row.position),
            put(row.item_number, "item", language),
            f"{row.name}, {row.address}",
            row.phone.replace("+84", "0"),
            put(row.collect_vnd, "vnd", language) if row.collect_vnd else "",
            str(row.take_back_papers or ""),
            "",
        ]
        for row in sheet.rows
    ]
    story: list[Flowable] = [
        text(sheet.office, size=8.5, bold=True),
        *([text(sheet.point, size=8.5)] if sheet.point != sheet.office else []),
        gap(3),
        *title(say("sheet_title"), say("sheet_under", day=sheet.day, no=sheet.no)),
        labelled(say("sheet_courier"), sheet.courier),
        labelled(say("sheet_count"), str(len(sheet.rows))),
        labelled(say("sheet_collect"), put(sheet.collect_vnd, "vnd", language)),
        gap(2),
        grid(
            [
                say(f"sheet_head_{name}")
                for name in ("no", "item", "to", "phone", "collect", "back", "signed")
            ],
            rows,
            [6, 16, 30, 13, 11, 6, 20],
            right=[4],
            centre=[0, 5],
        ),
        signatures(
            [
                (say("sheet_clerk"), say("sheet_sign"), ""),
                (say("sheet_courier"), say("sheet_sign"), sheet.courier),
            ]
        ),
    ]
    printed = say("sheet_printed", at=sheet.printed_at)
    marks = [printed, *([say("sheet_sandbox")] if sheet.is_sandbox else [])]
    return upright(story, name=say("sheet_title"), marks=marks, say=say)
