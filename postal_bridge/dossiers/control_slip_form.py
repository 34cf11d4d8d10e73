"""Form 06, drawn: who had the dossier from when to when, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reportlab.platypus import Flowable

from postal_bridge.dossiers.form_views import AppointmentView
from postal_bridge.dossiers.paper import (
    Qr,
    Say,
    columns,
    gap,
    grid,
    heading,
    labelled,
    national_header,
    sayer,
    signatures,
    text,
    title,
)
from postal_bridge.dossiers.sheets import upright
from postal_bridge.dossiers.slip import marks, paper_table
from postal_bridge.kernel.text import Language, Texts, put

LINES_LEFT = 2


@dataclass(frozen=True, slots=True)
class PassedOn:
    """One hand-over: when the giver gave his word and when the receiver gave his.

    `giver` is empty for whoever handed in, `receiver` for the recipient: the head names them.
    """

    giver: str
    receiver: str
    given_at: datetime
    received_at: datetime
    confirmed: str  # code of how the receiver's word was given


@dataclass(frozen=True, slots=True)
class CameOfIt:
    """What the agency did: code of the step, when, who, and why."""

    step: str
    at: datetime
    who: str
    why: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ControlSlipView:
    """Form 06. `head` holds what form 01 says of the same dossier."""

    form_number: str
    head: AppointmentView
    passed_on: tuple[PassedOn, ...]
    outcomes: tuple[CameOfIt, ...]


def render_control_slip(view: ControlSlipView, *, texts: Texts, language: Language = "vi") -> bytes:
    """An A4 page, or as many as it takes.

    By the form's own footnote the hand-over to and from the post needs no signature here: time
    and signature are those of the post's record.
    """
    say, head = sayer(texts, language), view.head

    def moment(at: datetime) -> str:
        return put(at, "moment", language)

    citizen = say("form_submitter"), say("form_recipient")
    passed = [
        [str(no), one.giver or citizen[0], one.receiver or citizen[1],
         moment(one.given_at), moment(one.received_at), say(f"form_06_{one.confirmed}")]
        for no, one in enumerate(view.passed_on, start=1)
    ]  # fmt: skip
    outcomes = [
        [str(no), say(f"step_{one.step}"), moment(one.at), one.who, one.why]
        for no, one in enumerate(view.outcomes, start=1)
    ]
    code = [
        labelled(say("form_dossier_code"), head.dossier_code, size=10),
        labelled(say("form_received_from"), head.submitter_name),
        labelled(say("form_owner"), head.owner_name),
        labelled(say("form_received_time"), put(head.received_at, "form_moment", language)),
    ]
    limit = " ".join(
        say(f"form_limit_{unit}", count=count)
        for unit, count in (("days", head.time_limit_days), ("hours", head.time_limit_hours))
        if count
    )
    story: list[Flowable] = [
        national_header(head.header, say),
        gap(4),
        *title(say("form_06_title"), say("form_number_of_set", number=view.form_number)),
        columns([code, Qr(head.link, 26)], [78, 22]),
        labelled(say("form_address"), head.address),
        labelled(say("form_request"), head.procedure_name),
        labelled(say("form_limit"), limit or say("form_limit_same_day")),
        labelled(say("form_result_time"), put(head.due_at, "form_moment", language)),
        labelled(say("form_sets"), f"{head.sets:02d}"),
        heading(say("form_papers_title")),
        paper_table(head.papers, say),
        heading(f"I. {say('form_06_passed_on')}"),
        grid(_heads(say, ("no", "giver", "receiver", "given_at", "received_at", "how")),
             [*passed, *_empty(6)], [5, 23, 23, 16, 16, 17], centre=(0,)),
        text(say("form_06_footnote"), size=7),
        heading(f"II. {say('form_06_outcomes')}"),
        grid(_heads(say, ("no", "outcome", "at", "who", "why")),
             [*outcomes, *_empty(5)], [5, 27, 17, 23, 28], centre=(0,)),
        signatures(
            [
                (say("form_sign_giver"), say("form_sign_hint"), ""),
                (say("form_sign_taker"), say("form_sign_hint"), ""),
            ],
            height_mm=18,
        ),
    ]  # fmt: skip
    foot = marks(head.dossier_code, head.is_reprint, head.is_sandbox, say)
    return upright(story, name=say("form_06_title"), marks=foot, say=say)


def _heads(say: Say, names: Sequence[str]) -> list[str]:
    return [say(f"form_06_{name}") for name in names]


def _empty(width: int) -> list[list[str]]:
    """Room for what is written by hand between print and archive."""
    return [["\u00a0"] * width for _ in range(LINES_LEFT)]
