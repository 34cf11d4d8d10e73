"""The dossier slip: the post's own list of papers, signed by clerk and submitter.

A4 that folds to A5. In carrier mode it is the only slip and its dates are expectations.
Source: Decision 45/2016; Circular 17/2017 art. 5; facts of law and forms, section 5.
"""

from collections.abc import Sequence

from reportlab.platypus import Flowable, FrameBreak

from postal_bridge.custody.types import IN_ENVELOPE
from postal_bridge.directory.opening_hours import spoken_hours
from postal_bridge.dossiers.form_views import MoneyLine, Office, PaperLine, SlipView
from postal_bridge.dossiers.paper import (
    Qr,
    Say,
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
from postal_bridge.dossiers.sheets import folded
from postal_bridge.kernel.text import Language, Texts, put

SHORT_LIST = 6


def render_slip(view: SlipView, *, texts: Texts, language: Language = "vi") -> bytes:
    """The slip as a PDF. Left the citizen's matters, right the papers and the signatures."""
    say = sayer(texts, language)
    story: list[Flowable] = [
        *_matters(view, say, language),
        FrameBreak(),
        *_papers(view, say, language),
    ]
    return folded(
        story,
        name=f"{say('form_slip_title')} {view.acceptance_number}",
        marks=marks(view.acceptance_number, view.is_reprint, view.is_sandbox, say),
        say=say,
    )


def marks(number: str, is_reprint: bool, is_sandbox: bool, say: Say) -> list[str]:
    """What stands at the foot: the number, and whether the sheet is a second print or a test."""
    found = [number]
    if is_reprint:
        found.append(say("form_reprint"))
    if is_sandbox:
        found.append(say("form_sandbox"))
    return found


def office_head(office: Office, say: Say) -> list[Flowable]:
    lines = [text(office.parent, size=7.5), text(office.name, size=9, bold=True)]
    hours = ", ".join(spoken_hours(office.hours, say)) if office.hours else ""
    where = " · ".join(part for part in (office.address, hours) if part)
    if where:
        lines.append(text(where, size=7))
    if office.hotline:
        lines.append(text(say("form_hotline", hotline=office.hotline), size=7))
    return list(lines)


def paper_table(papers: Sequence[PaperLine], say: Say) -> Flowable:
    """The official three counts are of what stays in the envelope; the rest is in the note.

    Source: facts of law and forms, section 5.3.
    """
    rows = []
    for number in dict.fromkeys(paper.no for paper in papers):
        same = [paper for paper in papers if paper.no == number]
        rows.append([str(number), same[0].name, *_counts(same), _note(same, say)])
    head = [say(f"form_papers_{column}") for column in ("no", "name", "original", "certified")]
    head += [say("form_papers_photo"), say("form_papers_note")]
    return grid(head, rows, [6, 44, 10, 11, 10, 19], centre=(0, 2, 3, 4), size=7)


def _counts(same: Sequence[PaperLine]) -> list[str]:
    kept = {paper.tally.value: paper for paper in same if paper.tally in IN_ENVELOPE}
    found = []
    for tally in ("original_kept", "certified_copy", "photocopy"):
        paper = kept.get(tally)
        count = paper.originals + paper.copies if paper else 0
        found.append(f"{count:02d}" if count else "")
    return found


def _note(same: Sequence[PaperLine], say: Say) -> str:
    return "; ".join(
        say(f"tally_{paper.tally.value}") for paper in same if paper.tally not in IN_ENVELOPE
    )


def _matters(view: SlipView, say: Say, language: Language) -> list[Flowable]:
    own = view.dossier_code
    note = "form_slip_number_and_code" if own else "form_slip_number_note"
    number = [
        text(view.acceptance_number, size=13, bold=True),
        text(say(note), size=7),
    ]
    if own:
        number.append(labelled(say("form_dossier_code"), own))
    if view.item_number:
        item = put(view.item_number, "item", language)
        number.append(labelled(say("form_item_number"), item))
    number += [
        labelled(say("form_accepted_at"), put(view.accepted_at, "form_moment", language), size=8),
    ]
    story: list[Flowable] = [
        *office_head(view.office, say),
        gap(3),
        *title(say("form_slip_title"), say("form_slip_under")),
        columns([number, [Qr(view.link), text(say("form_qr_hint"), size=6.5)]], [68, 32]),
        heading(say("form_procedure")),
        text(view.procedure_name, size=9, bold=True),
        labelled(say("form_agency"), view.section_name),
        labelled(say("form_service_form"), say(f"service_form_{view.service_form.value}")),
        heading(say("form_people")),
        labelled(say("form_owner"), view.owner_name),
        labelled(say("form_submitter"), _with(view.submitter_name, view.submitter_phone)),
    ]
    if view.recipient_name:
        story.append(labelled(say("form_recipient"), view.recipient_name))
        story.append(labelled(say("form_recipient_address"), view.recipient_address))
    if view.expected_at is not None:
        story += [
            heading(say("form_promised" if own else "form_expected")),
            text(put(view.expected_at, "form_moment", language), size=10, bold=True),
            text(say("form_promised_note" if own else "form_expected_note"), size=7),
        ]
    if _is_long(view):
        story += _money(view, say, language)
    return [*story, gap(1), text(say("form_slip_keep"), size=7)]


def _is_long(view: SlipView) -> bool:
    """A long list leaves no room for the money beside it; then the money stands left."""
    return len({paper.no for paper in view.papers}) > SHORT_LIST


def _money(view: SlipView, say: Say, language: Language) -> list[Flowable]:
    """Fare and agency fees apart, each with its own total and receipt (M4)."""
    money = view.money
    story: list[Flowable] = []
    for code, lines, total, receipt in (
        ("fare", money.fare, money.fare_vnd, money.fare_receipt_no),
        ("fees", money.fees, money.fees_vnd, money.fee_receipt_no),
    ):
        if lines:
            story.append(heading(say(f"form_{code}")))
            story.append(money_lines(_amounts(lines, total, say, language)))
            story.append(text(put(total, "vnd_words", language), size=7))
        if lines and receipt:
            story.append(labelled(say(f"form_{code}_receipt"), receipt, size=7.5))
    if story:
        story.append(text(say(f"slip_paid_{money.paid_by}"), size=7.5))
    return story


def _amounts(
    lines: Sequence[MoneyLine], total: int, say: Say, language: Language
) -> list[tuple[str, str]]:
    rows = [(line.label, put(line.amount_vnd, "vnd", language)) for line in lines]
    return [*rows, (say("form_total"), put(total, "vnd", language))]


def _papers(view: SlipView, say: Say, language: Language) -> list[Flowable]:
    """What was handed in and how both sides agreed; of an online filing nothing was."""
    is_handed_in = view.item_number is not None
    return [
        heading(say("form_papers_title")),
        *(_counted(view, say, language) if is_handed_in else [text(say("form_papers_online"))]),
        *([] if _is_long(view) else _money(view, say, language)),
        gap(1),
        text(say("form_papers_agreed" if is_handed_in else "form_online_agreed"), size=7.5),
        signatures(
            [
                (
                    say("form_sign_submitter"),
                    say(f"form_signed_{view.submitter_signed}"),
                    view.submitter_name,
                ),
                (say("form_sign_clerk"), say("form_sign_hint"), view.clerk_name),
            ]
        ),
    ]


def _counted(view: SlipView, say: Say, language: Language) -> list[Flowable]:
    seal = put(view.seal_number, "item", language) if view.seal_number else "–"
    return [
        labelled(say("form_sets"), f"{view.sets:02d}"),
        gap(1),
        paper_table(view.papers, say),
        gap(2),
        labelled(say("form_seal"), seal),
        labelled(say("form_weight"), put(view.weight_g, "grams", language)),
        text(say("form_seal_note"), size=7),
    ]


def _with(name: str, phone: str) -> str:
    return f"{name} ({phone})" if phone else name
