"""The other sheets: form 01, hand-over record, manifest, invitation, return receipt.

Form 01 is issued only where postal staff are seated at the section (Circular 03/2025/TT-VPCP,
Annex I); the rest are the post's own. Fields: facts of law and forms, section 5.2.
"""

from collections.abc import Callable

from reportlab.lib.enums import TA_RIGHT
from reportlab.platypus import Flowable, FrameBreak

from postal_bridge.dossiers.form_views import (
    AppointmentView,
    HandOverRecordView,
    InvitationView,
    ManifestSheet,
    ReturnReceiptView,
    Side,
)
from postal_bridge.dossiers.paper import (
    Qr,
    Say,
    columns,
    gap,
    grid,
    heading,
    labelled,
    national_header,
    reached_at,
    sayer,
    signatures,
    text,
    title,
)
from postal_bridge.dossiers.sheets import folded, upright
from postal_bridge.dossiers.slip import marks, office_head, paper_table
from postal_bridge.kernel.text import Language, Texts, put


def render_appointment(view: AppointmentView, *, texts: Texts, language: Language = "vi") -> bytes:
    """Form 01: received, and the result promised at hour and minute."""
    say = sayer(texts, language)
    limit = " ".join(
        say(f"form_limit_{unit}", count=count)
        for unit, count in (("days", view.time_limit_days), ("hours", view.time_limit_hours))
        if count
    )
    way = "form_return_by_post" if view.returned_by_post else "form_return_at_counter"
    code = [
        labelled(say("form_dossier_code"), view.dossier_code, size=10),
        text(f"{view.place}, {put(view.received_at, 'form_moment', language)}", size=8),
    ]
    story: list[Flowable] = [
        national_header(view.header, say),
        gap(4),
        *title(say("form_01_title")),
        columns([code, Qr(view.link, 26)], [78, 22]),
        labelled(say("form_receiving_unit"), view.section.name),
        labelled(say("form_received_from"), view.submitter_name),
        labelled(say("form_address"), view.address),
        labelled(say("form_phone_email"), reached_at(view.phone, view.email)),
        labelled(say("form_id_number"), view.id_number),
        labelled(say("form_request"), view.procedure_name),
        labelled(say("form_owner"), view.owner_name),
        heading(f"1. {say('form_papers_title')}"),
        paper_table(view.papers, say),
        gap(2),
        labelled(f"2. {say('form_sets')}", f"{view.sets:02d}"),
        labelled(f"3. {say('form_limit')}", limit or say("form_limit_same_day")),
        labelled(f"4. {say('form_received_time')}", put(view.received_at, "form_moment", language)),
        labelled(f"5. {say('form_result_time')}", put(view.due_at, "form_moment", language)),
        labelled(f"6. {say('form_return_way')}", say(way)),
        gap(1),
        text(say("form_01_note"), size=7.5),
        signatures(
            [
                (say("form_sign_submitter"), say("form_sign_hint"), view.submitter_name),
                (say("form_sign_receiver"), say("form_sign_hint"), view.receiver_name),
            ],
            height_mm=20,
        ),
    ]
    foot = marks(view.dossier_code, view.is_reprint, view.is_sandbox, say)
    return upright(story, name=say("form_01_title"), marks=foot, say=say)


def render_hand_over_record(
    view: HandOverRecordView, *, texts: Texts, language: Language = "vi"
) -> bytes:
    """What was handed over, by whom, to whom, and how each side gave its word."""
    say = sayer(texts, language)
    rows = [
        [
            str(number),
            put(line.item_number, "item", language),
            line.dossier_number,
            f"{line.originals:02d}",
            f"{line.copies:02d}",
            put(line.weight_g, "grams", language),
            put(line.fees_vnd, "vnd", language) if line.fees_vnd else "",
        ]
        for number, line in enumerate(view.lines, start=1)
    ]
    fees_vnd = sum(line.fees_vnd for line in view.lines)
    columns_shown = ("no", "item", "dossier", "originals", "copies", "weight", "fees")
    story: list[Flowable] = [
        *office_head(view.office, say),
        gap(4),
        *title(say("form_record_title"), say("form_record_number", number=view.number)),
        labelled(say("form_place"), view.place),
        columns([_side("giver", view.giver, say, language),
                 _side("receiver", view.receiver, say, language)], [1, 1]),
        gap(3),
        grid([say(f"form_record_{name}") for name in columns_shown], rows,
             [6, 24, 30, 10, 10, 10, 14], right=(5, 6), centre=(0, 3, 4)),
        gap(2),
        labelled(say("form_record_count"), f"{len(view.lines):02d}"),
    ]  # fmt: skip
    if fees_vnd:
        story.append(labelled(say("form_record_fees_total"), put(fees_vnd, "vnd_words", language)))
    if view.is_to_self:
        story.append(text(say("form_record_to_self"), size=8, bold=True))
    story.append(
        signatures(
            [
                (say("form_sign_giver"), say("form_sign_hint"), view.giver.name),
                (say("form_sign_taker"), say("form_sign_hint"), view.receiver.name),
            ],
            height_mm=20,
        )
    )
    foot = marks(view.number, view.is_reprint, view.is_sandbox, say)
    return upright(story, name=say("form_record_title"), marks=foot, say=say)


def render_manifest(view: ManifestSheet, *, texts: Texts, language: Language = "vi") -> bytes:
    """What a pouch carries, under which tie."""
    say = sayer(texts, language)
    rows = [
        [
            str(number),
            put(row.item_number, "item", language),
            say(f"item_kind_{row.kind.value}"),
            row.dossier_number,
            put(row.weight_g, "grams", language),
        ]
        for number, row in enumerate(view.rows, start=1)
    ]
    total_g = sum(row.weight_g for row in view.rows)
    pouch = [
        labelled(say("form_pouch_number"), put(view.pouch_number, "item", language), size=10),
        labelled(say("form_tie_number"), view.tie_number, size=10),
        labelled(say("form_from"), view.from_name),
        labelled(say("form_to"), view.to_name),
        labelled(say("form_sealed_at"), put(view.sealed_at, "form_moment", language)),
    ]
    head = [say(f"form_record_{name}") for name in ("no", "item", "kind", "dossier", "weight")]
    story: list[Flowable] = [
        *office_head(view.office, say),
        gap(4),
        *title(say("form_manifest_title")),
        columns([pouch, Qr(view.pouch_number, 24)], [78, 22]),
        gap(3),
        grid(head, rows, [6, 26, 22, 32, 14], right=(4,), centre=(0,)),
        gap(2),
        labelled(say("form_record_count"), f"{len(view.rows):02d}"),
        labelled(say("form_weight"), put(total_g, "grams", language)),
        signatures(
            [
                (say("form_sign_sealer"), say("form_sign_hint"), view.sealed_by),
                (say("form_sign_driver"), say("form_sign_hint"), ""),
                (say("form_sign_taker"), say("form_sign_hint"), ""),
            ],
            height_mm=20,
        ),
    ]
    foot = marks(view.pouch_number, view.is_reprint, view.is_sandbox, say)
    return upright(story, name=say("form_manifest_title"), marks=foot, say=say)


def render_invitation(view: InvitationView, *, texts: Texts, language: Language = "vi") -> bytes:
    """A call to collect; it names no procedure, for it may lie where others read it."""
    say = sayer(texts, language)
    story = _twice(lambda: _invitation(view, say, language), say)
    foot = marks(view.item_number, False, view.is_sandbox, say)
    return folded(story, name=say("form_invitation_title"), marks=foot, say=say)


def render_return_receipt(
    view: ReturnReceiptView, *, texts: Texts, language: Language = "vi"
) -> bytes:
    """Who received which result, when, and on what proof."""
    say = sayer(texts, language)
    story = _twice(lambda: _return_receipt(view, say, language), say)
    foot = marks(view.dossier_number, view.is_reprint, view.is_sandbox, say)
    return folded(story, name=say("form_return_title"), marks=foot, say=say)


def _twice(build: Callable[[], list[Flowable]], say: Say) -> list[Flowable]:
    """One sheet, two copies: cut at the fold, each side has its own."""
    return [
        text(say("form_copy_citizen"), size=7, align=TA_RIGHT),
        *build(),
        FrameBreak(),
        text(say("form_copy_post"), size=7, align=TA_RIGHT),
        *build(),
    ]


def _invitation(view: InvitationView, say: Say, language: Language) -> list[Flowable]:
    until = put(view.collect_until, "weekday", language)
    number = put(view.item_number, "item", language)
    body: list[Flowable] = [
        *office_head(view.office, say),
        gap(4),
        *title(say("form_invitation_title"), say("form_invitation_no", ordinal=view.ordinal)),
        labelled(say("form_dear"), view.recipient_name, size=10),
        labelled(say("form_address"), view.recipient_address),
        gap(2),
        text(say("form_invitation_body", number=number, office=view.office.name), size=9.5),
        gap(1),
        labelled(say("form_collect_at"), view.office.address, size=9.5),
        labelled(say("form_hours"), view.office.hours, size=9.5),
        labelled(say("form_collect_until"), until, size=9.5),
        gap(1),
        text(say("form_invitation_bring"), size=9),
    ]
    if view.due_vnd:
        body.append(labelled(say("form_due"), put(view.due_vnd, "vnd_words", language), size=9.5))
    if view.link:
        body += [gap(3), Qr(view.link), text(say("form_qr_hint"), size=7)]
    body += [
        gap(3),
        text(say("form_invitation_law"), size=7.5),
        signatures(
            [("", "", ""), (say("form_sign_office"),
              put(view.invited_at, "form_moment", language), "")]
        ),
    ]  # fmt: skip
    return body


def _return_receipt(view: ReturnReceiptView, say: Say, language: Language) -> list[Flowable]:
    recipient = view.recipient_name
    if view.relation:
        recipient = f"{recipient} ({view.relation})"
    issued = put(view.issued_on, "date", language) if view.issued_on else "–"
    return [
        *office_head(view.office, say),
        gap(4),
        *title(say("form_return_title")),
        labelled(say("form_dossier_code"), view.dossier_number, size=9.5),
        labelled(say("form_item_number"), put(view.item_number, "item", language), size=9.5),
        labelled(say("form_request"), view.procedure_name, size=9.5),
        labelled(say("form_owner"), view.owner_name, size=9.5),
        heading(say("form_return_result")),
        labelled(say("form_result_number"), view.result_number, size=9.5),
        labelled(say("form_issued_on"), issued, size=9.5),
        heading(say("form_return_given")),
        labelled(say("form_recipient"), recipient, size=9.5),
        labelled(say("form_place"), view.place, size=9.5),
        labelled(say("form_given_at"), put(view.handed_over_at, "form_moment", language), size=9.5),
        labelled(say("form_proof"), view.proof_text, size=9.5),
        labelled(say("form_withdrawn"), f"{view.originals_withdrawn:02d}", size=9.5),
        signatures(
            [
                (say("form_sign_recipient"), say("form_sign_hint"), view.recipient_name),
                (say("form_sign_deliverer"), say("form_sign_hint"), view.deliverer_name),
            ],
            height_mm=20,
        ),
    ]


def _side(which: str, side: Side, say: Say, language: Language) -> list[Flowable]:
    return [
        heading(say(f"form_{which}")),
        text(side.name, size=9, bold=True),
        text(side.office, size=8),
        labelled(say("form_confirmed"), say(f"form_confirmed_{side.confirmed}"), size=8),
        labelled(say("form_confirmed_at"), put(side.at, "form_moment", language), size=8),
    ]
