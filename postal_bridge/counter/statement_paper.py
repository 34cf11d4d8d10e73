"""A clerk's signed statement on paper: A4, as many pages as it takes, with its QR."""

from datetime import datetime
from typing import Any

from reportlab.platypus import Flowable

from postal_bridge.counter.statements import Statement
from postal_bridge.dossiers.paper import (
    Qr,
    columns,
    gap,
    grid,
    heading,
    labelled,
    money_lines,
    sayer,
    signatures,
    text,
    title,
)
from postal_bridge.dossiers.sheets import upright
from postal_bridge.kernel.text import Language, Texts, put
from postal_bridge.money.accounts import Purse

NAMED_DUES = ("dossier", "result", Purse.REMITTANCE.value)
DIFFERENCES = ("short", "over", "contested")


def statement_pdf(statement: Statement, texts: Texts, language: Language) -> bytes:
    """The same shift gives the same bytes, but for what is suspected on the day of printing."""
    say, content, drawer = sayer(texts, language), statement.document, statement.drawer

    def amount(amount_vnd: int | None) -> str:
        return "–" if amount_vnd is None else put(amount_vnd, "vnd", language)

    head = [
        *title(say("statement_title"), content["office"]["name"]),
        labelled(say("statement_clerk"), content["clerk"]["name"]),
        labelled(say("drawer_opened"), put(drawer.opened_at, "moment", language)),
        labelled(say("statement_status"), say(f"status_drawer_{drawer.status.value}")),
    ]
    if drawer.closed_at is not None:
        head.insert(-1, labelled(say("drawer_closed"), put(drawer.closed_at, "moment", language)))
    figures = [
        (say("drawer_float"), amount(drawer.float_vnd)),
        (say("drawer_other"), amount(drawer.other_vnd)),
        (say("drawer_expected"), amount(drawer.expected_vnd)),
        (say("drawer_counted"), amount(drawer.counted_vnd)),
        (say("drawer_difference"), amount(drawer.difference_vnd)),
        (say("statement_owed"), amount(drawer.owed_vnd)),
    ]
    story: list[Flowable] = [
        columns([head, [Qr(statement.link, 42), text(say("statement_qr"), size=6.5)]], [66, 34]),
        gap(2),
        money_lines(figures),
        gap(2),
        text(say(_meaning(content)), size=8.5, bold=True),
    ]
    if drawer.offices_alike:
        short_vnd = abs(drawer.difference_vnd or 0)
        alike = {"offices": drawer.offices_alike, "difference_vnd": short_vnd}
        story.append(text(say("system_suspected", **alike), size=8.5, bold=True))
    story += [text(one, size=8.5) for one in _counts(content, say)]
    if content["clerk_says"]:
        story.append(labelled(say("statement_clerk_says"), content["clerk_says"]))
    story += [
        heading(say("drawer_lines")),
        grid(
            [say(f"drawer_{one}") for one in ("at", "what", "in", "out", "by")],
            [_row(line, say, amount, language) for line in drawer.lines],
            [22, 52, 15, 15, 16],
            right=(2, 3),
        ),
        gap(2),
        text(say("statement_chain", count=content["journal"]["count"]), size=7),
        text(str(content["journal"]["head"]), size=6.5),
        text(say("statement_check"), size=7),
        text(say("statement_check_alone", address=_address(statement.link)), size=7),
        signatures([
            (say("statement_clerk"), "", content["clerk"]["name"]),
            (say("statement_second"), "", _second(content, say)),
        ]),
    ]  # fmt: skip
    return upright(story, name=f"{drawer.id}", marks=[say("statement_title")], say=say)


def _counts(content: Any, say: Any) -> list[str]:
    """Every count of the shift and what the books said at that moment, as its chain has them."""
    return [
        say(
            "statement_count",
            no=event["body"]["count_no"],
            at=datetime.fromisoformat(event["occurred_at"]),
            counted=event["body"]["counted_vnd"],
            expected=event["body"]["expected_vnd"],
        )
        for event in content["journal"]["events"]
        if event["kind"] == "drawer_counted"
    ]


def _address(link: str) -> str:
    """The page that tells how a file is checked without us: the QR's address up to there."""
    return link.partition("?")[0].rpartition("/")[0]


def _second(content: Any, say: Any) -> str:
    who = content["second_person"]
    return str(who["name"]) if who else str(say("statement_alone"))


def _row(line: Any, say: Any, amount: Any, language: Language) -> list[str]:
    what = f"drawer_about_{line.about}" if line.about in DIFFERENCES else f"drawer_kind_{line.kind}"
    about = say(f"due_{line.about}") if line.about in NAMED_DUES else line.name
    if line.kind == "courier_cash_taken":
        about = say(f"hand_in_part_{line.about}")
    return [
        put(line.at, "moment", language),
        " · ".join(
            filter(None, [f"{say(what)}, {about}" if about else say(what), line.receipt_no])
        ),
        amount(line.amount_vnd) if line.amount_vnd > 0 else "",
        amount(-line.amount_vnd) if line.amount_vnd < 0 else "",
        say("drawer_by_clerk" if line.actor_kind == "staff" else "drawer_by_machine"),
    ]


def _meaning(content: Any) -> str:
    if content["status"] == "contested":
        return "drawer_contested_owes_nothing"
    return "statement_owes" if content["owed_vnd"] else "drawer_owes_nothing"
