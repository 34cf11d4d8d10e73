"""A dossier moves by the table only, with the proof each row asks for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from postal_bridge.custody.types import TallyKind
from postal_bridge.directory.rules import AcceptanceMode, Channel, OnlineOnly, ServiceForm
from postal_bridge.dossiers.errors import (
    AlreadyRegistered,
    CodeNotOurs,
    DossierCodeTaken,
    EnvelopeNotSealed,
    NotDraft,
    PaperNotOnList,
    PapersMissing,
    PapersNotReceived,
    ReasonMissing,
    ResultInFuture,
    ResultNotElectronic,
    SignatureMissing,
    SupplementUnnamed,
    TallyMissing,
    WitnessMissing,
)
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import (
    accept,
    ask_supplement,
    cancel,
    correct_result,
    dossier_view,
    dossiers_for,
    find,
    mark_returned,
    notes_of,
    receive_at_agency,
    refuse,
    result_ready,
    send_to_agency,
    sign,
    stop,
    supplement_answered,
    tally,
    tally_supplement,
    timeline,
    verify_dossiers,
    withdraw,
)
from postal_bridge.dossiers.types import (
    DossierFilter,
    ListOrder,
    PaperTally,
    Result,
    SignatureForm,
    SignerRole,
)
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import mint_citizen_link
from tests.builders.dossiers import (
    ISSUED_ON,
    accepted,
    brought,
    counter,
    drafted,
    full_tally,
    processing,
    ready_to_accept,
)

RESULT = Result("01/GCN", ISSUED_ON)


def test_a_dossier_goes_from_counter_to_citizen(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = processing(uow, at)
        assert made.dossier_code == "H12.34-261121-0001"
        assert result_ready(uow, made.id, RESULT, actor=at.officer).finished_at == uow.now
        returned = mark_returned(uow, made.id, "hand_over", actor=at.courier)

        assert returned.status == DossierStatus.RETURNED
        assert returned.national_status == 10
        assert list(verify_dossiers(uow)) == []
        assert list(streams.verify(uow)) == []


def test_nothing_is_accepted_without_list_signatures_and_seal(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made = drafted(uow, at)
        with pytest.raises(TallyMissing):
            accept(uow, made.id, actor=at.clerk)
        tally(uow, made.id, full_tally(at.procedure), actor=at.clerk)
        sign(uow, made.id, SignerRole.CLERK, SignatureForm.ON_PAPER, actor=at.clerk)
        with pytest.raises(SignatureMissing):
            accept(uow, made.id, actor=at.clerk)
        sign(uow, made.id, SignerRole.SUBMITTER, SignatureForm.ON_PAPER, actor=at.clerk)
        with pytest.raises(EnvelopeNotSealed):
            accept(uow, made.id, actor=at.clerk)


def test_a_list_counted_anew_is_signed_anew(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = ready_to_accept(uow, at)
        tally(uow, made.id, full_tally(at.procedure), actor=at.clerk)

        with pytest.raises(SignatureMissing):
            accept(uow, made.id, actor=at.clerk)


def test_a_fingerprint_needs_a_witness(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made = drafted(uow, at)
        tally(uow, made.id, full_tally(at.procedure), actor=at.clerk)

        with pytest.raises(WitnessMissing):
            sign(uow, made.id, SignerRole.SUBMITTER, SignatureForm.FINGERPRINT, actor=at.clerk)


def test_nothing_outside_the_published_list_is_asked_for_and_nothing_required_left_out(
    units: Units,
) -> None:
    at = counter(units)
    papers = full_tally(at.procedure)
    with units.write() as uow:
        made = drafted(uow, at)

        with pytest.raises(PaperNotOnList):
            tally(
                uow, made.id, (*papers, PaperTally(99, TallyKind.PHOTOCOPY, copies=1)),
                actor=at.clerk,
            )  # fmt: skip
        with pytest.raises(PapersMissing):
            tally(uow, made.id, papers[1:], actor=at.clerk)
        with pytest.raises(PapersMissing):
            tally(uow, made.id, (replace(papers[0], originals=0), *papers[1:]), actor=at.clerk)


def test_papers_are_not_counted_anew_after_acceptance(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = accepted(uow, at)

        with pytest.raises(NotDraft):
            tally(uow, made.id, full_tally(at.procedure), actor=at.clerk)


def test_the_post_never_makes_an_agencys_code(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, item = accepted(uow, at)
        send_to_agency(uow, made.id, actor=at.clerk)
        brought(uow, at, item.id)

        assert made.dossier_code is None
        with pytest.raises(CodeNotOurs):
            receive_at_agency(uow, made.id, None, actor=at.clerk)
        drawn = receive_at_agency(uow, made.id, None, actor=at.officer)
        assert drawn.dossier_code is not None


def test_the_agency_registers_only_what_it_holds(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = accepted(uow, at)
        send_to_agency(uow, made.id, actor=at.clerk)

        with pytest.raises(PapersNotReceived):
            receive_at_agency(uow, made.id, "H12.34-261121-0001", actor=at.officer)


def test_two_dossiers_never_share_a_code(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        processing(uow, at)
        made, item = accepted(uow, at)
        send_to_agency(uow, made.id, actor=at.clerk)
        brought(uow, at, item.id)

        with pytest.raises(DossierCodeTaken):
            receive_at_agency(uow, made.id, "H12.34-261121-0001", actor=at.officer)


def test_seated_staff_give_the_agencys_code_at_once_and_without_a_pouch(units: Units) -> None:
    at = counter(units, point="long-my")
    with units.write() as uow:
        made, _ = accepted(uow, at)

        received = receive_at_agency(uow, made.id, None, actor=at.clerk)
        assert made.mode == AcceptanceMode.SEATED
        assert received.dossier_code is not None
        assert received.due_at is not None


def test_what_is_filed_on_line_needs_neither_envelope_nor_signatures(units: Units) -> None:
    at = counter(units, procedure="land-change")
    with units.write() as uow:
        with pytest.raises(OnlineOnly):
            drafted(uow, at)
        made = drafted(uow, at, channel=Channel.ASSISTED_ONLINE, form=ServiceForm.RECEIVE)
        accept(uow, made.id, actor=at.clerk)
        received = receive_at_agency(uow, made.id, "H12.34-261121-0007", actor=at.clerk)

        assert received.status == DossierStatus.RECEIVED


def test_refusing_stopping_and_asking_need_a_reason_and_keep_words_out_of_events(
    units: Units,
) -> None:
    at = counter(units)
    words = "Thiếu chữ ký của bà Nguyễn Thị Hồng Nhung"
    with units.write() as uow:
        made, _ = processing(uow, at)
        with pytest.raises(ReasonMissing):
            ask_supplement(uow, made.id, (1,), " ", actor=at.officer)
        with pytest.raises(SupplementUnnamed):  # what should the citizen bring?
            ask_supplement(uow, made.id, (), "paper_missing", actor=at.officer, text=" ")
        ask_supplement(uow, made.id, (1,), words, actor=at.officer)
        with pytest.raises(AlreadyRegistered):  # no second code, no clock begun anew
            receive_at_agency(uow, made.id, None, actor=at.officer)

        (note,) = notes_of(uow, made.id)
        assert (note.reason, note.text, note.paper_nos) == ("other", words, (1,))
        said = str([fact.body for fact in streams.read(uow, streams.dossier_stream(made.id))])
        assert "Nhung" not in said
        stopped = stop(uow, made.id, "not_completed", actor=at.officer)
        assert stopped.closed_at == uow.now


def test_a_supplement_adds_to_what_was_counted(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = processing(uow, at)
        ask_supplement(uow, made.id, (3,), "paper_missing", actor=at.officer)
        tally_supplement(
            uow, made.id, (PaperTally(1, TallyKind.ORIGINAL_KEPT, originals=1),), actor=at.officer
        )
        answered = supplement_answered(uow, made.id, actor=at.officer)

        first = next(paper for paper in answered.papers if paper.paper_no == 1)
        assert first.originals == 2


def test_a_paper_result_is_never_issued_electronically(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = processing(uow, at)
        result_ready(uow, made.id, RESULT, actor=at.officer)

        with pytest.raises(ResultNotElectronic):
            mark_returned(uow, made.id, "electronic", actor=at.officer)


def test_a_result_is_not_dated_ahead(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = processing(uow, at)
        today = local(uow.now).date()
        with pytest.raises(ResultInFuture):
            result_ready(uow, made.id, Result("1", today + timedelta(days=1)), actor=at.officer)
        ready = result_ready(uow, made.id, Result("1", today), actor=at.officer)
        assert ready.status is DossierStatus.RESULT_READY


def test_a_result_with_a_mistake_comes_back_as_ready(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = processing(uow, at)
        result_ready(uow, made.id, RESULT, actor=at.officer)
        mark_returned(uow, made.id, "hand_over", actor=at.courier)
        reopened = correct_result(uow, made.id, "wrong_name", actor=at.officer)
        again = result_ready(uow, made.id, Result("02/GCN", ISSUED_ON), actor=at.officer)

        assert reopened.closed_at is None
        assert (again.status, again.result_number) == (DossierStatus.RESULT_READY, "02/GCN")


@pytest.mark.parametrize("how", ["withdrawn", "cancelled"])
def test_what_has_ended_moves_no_more(units: Units, how: str) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = accepted(uow, at)
        if how == "withdrawn":
            withdraw(uow, made.id, actor=at.clerk)
        else:
            cancel(uow, made.id, "citizen_changed_mind", actor=at.clerk)

        with pytest.raises(MoveNotOpen):
            send_to_agency(uow, made.id, actor=at.clerk)


def test_the_agency_refuses_what_it_has_not_registered(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = accepted(uow, at)
        send_to_agency(uow, made.id, actor=at.clerk)

        assert refuse(uow, made.id, "not_competent", actor=at.officer).national_status == 3


def test_another_offices_dossier_is_not_there(units: Units) -> None:
    at, other = counter(units), counter(units, point="chi-ne")
    with units.write() as uow:
        made, item = accepted(uow, at)

        with pytest.raises(NotFound):
            dossier_view(uow, made.id, other.clerk.scope)
        for text in (made.acceptance_number, item.number, "0912345678", "nguyen thi hong"):
            assert find(uow, text, other.clerk.scope) == ()
        assert dossiers_for(uow, other.clerk.scope).rows == ()


def test_a_dossier_is_found_by_whatever_one_has(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, item = processing(uow, at)
        other, _ = accepted(uow, at, owner="Y Blăk Niê", phone="0987654321")

        for text in (
            made.acceptance_number.lower(), "h12.34-261121-0001", item.number.lower(),
            f"{item.number[:2]} {item.number[2:]}", "0912345678", "nguyen hong nhung",
            "NGUYỄN THỊ HỒNG",
        ):  # fmt: skip
            assert [found.id for found in find(uow, text, at.clerk.scope)] == [made.id], text
        assert [found.id for found in find(uow, "y blak", at.clerk.scope)] == [other.id]
        slip = f"http://127.0.0.1:8000/tra-cuu/{mint_citizen_link(uow, made.id)}?n=1&s=Qx"
        label = "".join(sign for sign in item.number if sign.isdigit())
        for text in (slip, label[-5:], f"{label[-5:-3]} {label[-3:]}", label[-8:]):
            assert [found.id for found in find(uow, text, at.clerk.scope)] == [made.id], text
        wrong = f"{(int(label[-6]) + 1) % 10}{label[-5:]}"
        for text in (label[-3:], wrong, slip.replace("?", "x?"), "/"):
            assert find(uow, text, at.clerk.scope) == (), text
        assert made.id in {found.id for found in find(uow, "0001", at.clerk.scope)}
        for text in (slip, label[-5:], "0001"):
            assert find(uow, text, Scope(units=frozenset({new_id()}))) == (), text
        assert find(uow, "nobody", at.clerk.scope) == ()


def test_pages_follow_one_another_without_gap_or_repetition(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made = {drafted(uow, at).id for _ in range(5)}
        seen, cursor = [], None
        for _ in range(3):
            page = dossiers_for(uow, at.clerk.scope, DossierFilter(), cursor, limit=2)
            seen += [row.id for row in page.rows]
            cursor = page.cursor

        assert cursor is None
        assert len(seen) == 5
        assert set(seen) == made


def test_the_desks_list_comes_in_order_of_due_date(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = processing(uow, at)
        accepted(uow, at)
        page = dossiers_for(
            uow, at.officer.scope, DossierFilter(open_only=True), order=ListOrder.DUE
        )

        assert [row.id for row in page.rows] == [made.id]


def test_the_timeline_tells_of_dossier_and_item_in_one_line(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, item = processing(uow, at)
        steps = timeline(uow, made.id)

        first = next(step for step in steps if step.stream.startswith("dossier"))
        assert first.kind == "dossier.opened"
        moved = next(step for step in steps if step.kind == "item.handed_over")
        assert (moved.holder, moved.item_number) == (at.section, item.number)
        assert {"dossier.received", "item.sealed"} <= {step.kind for step in steps}


def test_acceptance_numbers_run_by_unit_and_day(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        first, second = drafted(uow, at), drafted(uow, at)

        assert first.acceptance_number[:-4] == second.acceptance_number[:-4]
        assert int(second.acceptance_number[-4:]) == int(first.acceptance_number[-4:]) + 1
