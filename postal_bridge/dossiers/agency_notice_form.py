"""Forms 02 to 05, drawn: supplement request, refusal, apology, notice of stopping."""

from reportlab.platypus import Flowable

from postal_bridge.dossiers.form_views import AgencyNoticeView
from postal_bridge.dossiers.paper import (
    Say,
    gap,
    heading,
    labelled,
    national_header,
    reached_at,
    sayer,
    signatures,
    text,
    title,
)
from postal_bridge.dossiers.sheets import upright
from postal_bridge.dossiers.slip import marks, paper_table
from postal_bridge.kernel.text import Language, Texts, put


def render_agency_notice(
    view: AgencyNoticeView, *, texts: Texts, language: Language = "vi"
) -> bytes:
    """An A4 page with the agency's head; the citizen's copy names whom to call."""
    say = sayer(texts, language)
    name = say(f"form_notice_{view.kind}{'' if view.is_new_set else '_old'}")
    number = say("form_number_of_set", number=view.form_number) if view.form_number else ""
    contact = ", ".join(
        part for part in (view.officer_name, view.section.name, view.section.hotline) if part
    )
    story: list[Flowable] = [
        national_header(view.header, say),
        gap(4),
        *title(name, number),
        text(f"{view.section.name}, {put(view.said_at, 'form_moment', language)}", size=8),
        labelled(say("form_dossier_code"), view.dossier_code, size=10),
        labelled(say("form_owner"), view.owner_name),
        labelled(say("form_address"), view.address),
        labelled(say("form_phone_email"), reached_at(view.phone, view.email)),
        labelled(say("form_request"), view.procedure_name),
        text(say(f"form_notice_{view.kind}_says"), size=9),
        *_table(view, say),
        *_dates(view, say, language),
        heading(say("form_notice_reason")),
        *(text(line, size=9) for line in _reason(view, texts, say)),
        gap(1),
        labelled(say("form_notice_contact"), contact),
        _signatures(view, say),
    ]
    foot = marks(view.dossier_code, False, view.is_sandbox, say)
    return upright(story, name=name, marks=foot, say=say)


def _table(view: AgencyNoticeView, say: Say) -> list[Flowable]:
    if not view.papers:
        return []
    return [heading(say("form_notice_papers")), paper_table(view.papers, say)]


def _dates(view: AgencyNoticeView, say: Say, language: Language) -> list[Flowable]:
    if view.extension is None:
        return []
    asked = "form_extension_until" if view.is_new_set else "form_extension_new_date"
    dates = (
        ("form_received_time", view.received_at),
        ("form_extension_promised", view.extension.promised_at),
        (asked, view.extension.asked_until),
    )
    return [labelled(say(code), put(at, "form_moment", language)) for code, at in dates if at]


def _signatures(view: AgencyNoticeView, say: Say) -> Flowable:
    """An apology is signed by the agency alone, every other by both."""
    hint = say("form_sign_hint")
    sides = [
        (say("form_sign_submitter"), hint, view.submitter_name),
        (say("form_sign_officer"), hint, view.officer_name),
    ]
    if view.extension is not None:
        sides = [("", "", ""), (say("form_sign_agency"), hint, "")]
    return signatures(sides, height_mm=20)


def _reason(view: AgencyNoticeView, texts: Texts, say: Say) -> list[str]:
    code = f"desk_reason_{view.reason}"
    known = [say(code)] if code in texts.catalogue else []
    return [*known, *(line for line in view.words.splitlines() if line.strip())] or ["–"]
