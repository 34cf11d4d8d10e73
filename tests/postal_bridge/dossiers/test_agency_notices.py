"""Forms 02 to 05 say what the agency said, to whom, and whom to call."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from postal_bridge.directory.calendar import load_calendar
from postal_bridge.dossiers.agency_notice_form import render_agency_notice
from postal_bridge.dossiers.agency_notices import agency_notice_of
from postal_bridge.dossiers.form_views import AgencyNoticeView
from postal_bridge.dossiers.service import (
    ask_extension,
    ask_supplement,
    notes_of,
    refuse,
    send_to_agency,
    stop,
)
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.clock import set_business_time
from tests.builders.dossiers import Counter, accepted, brought, counter, processing
from tests.builders.people import an_officer
from tests.postal_bridge.dossiers.test_printing import words

TEXTS = Texts.load()
WORDS = "Giấy đề nghị thiếu chữ ký của chủ hộ.\nBổ sung trang 2."


def notice(units: Units, dossier_id: UUID, scope: Scope) -> AgencyNoticeView:
    with units.read() as uow:
        note = notes_of(uow, dossier_id)[-1]
        return agency_notice_of(uow, dossier_id, note.id, scope)


def asked(units: Units, at: Counter, officer: Actor, papers: tuple[int, ...]) -> UUID:
    with units.write() as uow:
        made, _ = processing(uow, at)
        ask_supplement(uow, made.id, papers, "content_wrong", actor=officer, text=WORDS)
        uow.commit()
    return made.id


def test_form_02_names_the_papers_the_reason_and_the_officer(units: Units, tmp_path: Path) -> None:
    at = counter(units)
    officer = an_officer(units)
    dossier_id = asked(units, at, officer, (1,))
    seen = notice(units, dossier_id, at.officer.scope)
    assert (seen.kind, seen.form_number) == ("supplement_requested", "02")
    assert {paper.no for paper in seen.papers} == {1}
    shown = words(render_agency_notice(seen, texts=TEXTS), tmp_path)
    for said in (
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "Mẫu số 02", "Độc lập - Tự do - Hạnh phúc",
        "thiếu chữ ký của chủ hộ", "Bổ sung trang 2", seen.owner_name, seen.officer_name,
        seen.section.hotline, seen.dossier_code, "không tính vào thời hạn",
    ):  # fmt: skip
        assert said, "nothing to look for"
        assert " ".join(said.split()) in shown, said
    english = words(render_agency_notice(seen, texts=TEXTS, language="en"), tmp_path)
    assert "REQUEST TO SUPPLEMENT" in english


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (datetime(2025, 9, 14, 3, tzinfo=UTC), None),  # the old set had no notice of stopping
        (datetime(2025, 9, 16, 3, tzinfo=UTC), "05"),
    ],
)
def test_the_set_in_force_that_day_numbers_the_form(
    units: Units, on: datetime, number: str | None
) -> None:
    set_business_time(units, on)
    at = counter(units)
    officer = an_officer(units)
    with units.write() as uow:
        made, _ = processing(uow, at)
        stop(uow, made.id, "citizen_silent", actor=officer)
        uow.commit()
    seen = notice(units, made.id, at.officer.scope)
    assert (seen.kind, seen.form_number) == ("stopped", number)


def test_a_refusal_is_the_agencys_own_and_nobody_elses(units: Units, tmp_path: Path) -> None:
    at = counter(units)
    officer = an_officer(units)
    with units.write() as uow:
        made, item = accepted(uow, at)
        send_to_agency(uow, made.id, actor=at.clerk)
        brought(uow, at, item.id)
        refuse(uow, made.id, "not_competent", actor=officer)
        uow.commit()
    seen = notice(units, made.id, at.officer.scope)
    assert (seen.kind, seen.form_number, seen.papers) == ("refused", "03", ())
    assert "PHIẾU TỪ CHỐI" in words(render_agency_notice(seen, texts=TEXTS), tmp_path)
    with pytest.raises(NotFound):
        notice(units, made.id, Scope(sections=frozenset({new_id()})))
    with units.read() as uow, pytest.raises(NotFound):
        agency_notice_of(uow, made.id, new_id(), at.officer.scope)


@pytest.mark.parametrize(
    ("on", "titled"),
    [
        (datetime(2025, 9, 14, 3, tzinfo=UTC), "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"),
        (datetime(2026, 9, 16, 3, tzinfo=UTC), "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN"),
    ],
)
def test_form_04_asks_for_time_and_leaves_the_promised_date(
    units: Units, tmp_path: Path, on: datetime, titled: str
) -> None:
    set_business_time(units, on)
    at = counter(units)
    officer = an_officer(units)
    with units.write() as uow:
        made, _ = processing(uow, at)
        asked = ask_extension(uow, made.id, "field_check", 2, actor=officer, text=WORDS)
        uow.commit()
    assert asked.due_at == made.due_at
    seen = notice(units, made.id, at.officer.scope)
    assert seen.form_number == "04"
    assert seen.extension is not None
    assert made.due_at is not None
    assert seen.extension.promised_at == made.due_at
    agency = load_calendar("agency")
    assert seen.extension.asked_until == agency.due_after_working_days(made.due_at, 2)
    shown = words(render_agency_notice(seen, texts=TEXTS), tmp_path)
    for said in (titled, "Mẫu số 04", "thiếu chữ ký của chủ hộ", seen.owner_name):
        assert said in shown, said
    with units.write() as uow:
        ask_supplement(uow, made.id, (1,), "content_wrong", actor=officer)
        with pytest.raises(MoveNotOpen):  # it waits for the citizen: the agency is not late
            ask_extension(uow, made.id, "field_check", 2, actor=officer)
