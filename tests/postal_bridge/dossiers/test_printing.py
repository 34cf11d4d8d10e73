"""Forms say what is on record, in letters that print, on sheets that fold."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.custody.service import new_pouch, put_in_pouch
from postal_bridge.custody.types import NewPouch
from postal_bridge.dossiers.errors import CodeNotOurs
from postal_bridge.dossiers.form_views import SlipMoney
from postal_bridge.dossiers.forms import (
    render_appointment,
    render_hand_over_record,
    render_invitation,
    render_manifest,
    render_return_receipt,
)
from postal_bridge.dossiers.printing import appointment_of, manifest_of, slip_of
from postal_bridge.dossiers.service import receive_at_agency
from postal_bridge.dossiers.slip import render_slip
from postal_bridge.dossiers.slip_link import SlipMark, genuine_slip, slip_link
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units
from tests.builders import forms
from tests.builders.dossiers import accepted, counter

TEXTS = Texts.load()
RING = KeyRing.fresh()
A4_LYING, A4_UPRIGHT = "841.89 x 595.276 pts (A4)", "595.276 x 841.89 pts (A4)"


def words(pdf: bytes, folder: Path) -> str:
    """What a reader of the sheet can copy out of it."""
    path = folder / "sheet.pdf"
    path.write_bytes(pdf)
    ran = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(ran.stdout.decode().split())


def about(pdf: bytes, folder: Path) -> dict[str, str]:
    path = folder / "sheet.pdf"
    path.write_bytes(pdf)
    ran = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True)
    lines = (line.split(":", 1) for line in ran.stdout.decode().splitlines() if ":" in line)
    return {name: value.strip() for name, value in lines}


@pytest.mark.parametrize(
    ("make", "size", "says"),
    [
        (lambda: render_slip(forms.slip(), texts=TEXTS), A4_LYING,
         ["PHIẾU HỒ SƠ", "chưa phải mã hồ sơ", "H'Hen Niê Kđăm", "64.500 đ", "100.000 đ",
          "Đây là dự kiến", "đối chiếu, trả ngay", "BẢN THỬ NGHIỆM"]),
        (lambda: render_appointment(forms.appointment(), texts=TEXTS), A4_UPRIGHT,
         ["GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Độc lập - Tự do - Hạnh phúc",
          "08 giờ 05 phút, ngày 26 tháng 11 năm 2026", "Bưu chính công ích", "0912 345 678"]),
        (lambda: render_hand_over_record(forms.record(), texts=TEXTS), A4_UPRIGHT,
         ["BIÊN BẢN GIAO NHẬN", "300.000 đồng (Ba trăm nghìn đồng)", "Lê Thị Mỹ Hạnh"]),
        (lambda: render_manifest(forms.manifest(), texts=TEXTS), A4_UPRIGHT,
         ["BẢN KÊ TÚI HỒ SƠ", "T0012345", "1.000 g"]),
        (lambda: render_invitation(forms.invitation(), texts=TEXTS), A4_LYING,
         ["GIẤY MỜI NHẬN BƯU GỬI", "Lần 1", "thứ Bảy, ngày 05/12/2026", "Điều 17"]),
        (lambda: render_return_receipt(forms.return_receipt(), texts=TEXTS), A4_LYING,
         ["GIẤY BIÊN NHẬN TRẢ KẾT QUẢ", "Nguyễn Hoàng Phước Ưỡng (con)", "Bản gốc thu lại: 01"]),
    ],
)  # fmt: skip
def test_each_sheet_says_its_words_on_one_page(
    make: Callable[[], bytes], size: str, says: list[str], tmp_path: Path
) -> None:
    pdf = make()
    shown = words(pdf, tmp_path)
    facts = about(pdf, tmp_path)

    assert (facts["Pages"], facts["Page size"]) == ("1", size)
    for said in says:
        assert " ".join(said.split()) in shown, said
    without_hours = re.sub(r"\d – ?\d|\d–\d", "", shown)
    assert "–" not in without_hours, "a text lacks a parameter"


def test_an_invitation_names_no_procedure(tmp_path: Path) -> None:
    shown = words(render_invitation(forms.invitation(), texts=TEXTS), tmp_path)
    assert "hộ kinh doanh" not in shown


def test_the_same_slip_gives_the_same_bytes() -> None:
    assert render_slip(forms.slip(), texts=TEXTS) == render_slip(forms.slip(), texts=TEXTS)


def test_a_slip_printed_again_says_so_and_speaks_english_when_asked(tmp_path: Path) -> None:
    again = forms.slip(is_reprint=True)
    assert "bản in lại" in words(render_slip(again, texts=TEXTS), tmp_path)
    assert "DOSSIER SLIP" in words(render_slip(again, texts=TEXTS, language="en"), tmp_path)


def test_a_long_list_runs_on_and_loses_no_paper(tmp_path: Path) -> None:
    many = tuple(replace(forms.PAPERS[2], no=n, name=f"Giấy tờ thứ {n}") for n in range(1, 41))
    shown = words(render_slip(forms.slip(papers=many), texts=TEXTS), tmp_path)
    assert all(f"Giấy tờ thứ {n}" in shown for n in range(1, 41))
    assert "NGƯỜI NỘP HỒ SƠ" in shown


def test_the_slip_of_an_online_filing_claims_no_papers_and_no_seal(tmp_path: Path) -> None:
    online = forms.slip(papers=(), item_number=None, seal_number=None, weight_g=0)
    shown = words(render_slip(online, texts=TEXTS), tmp_path)
    assert "không nhận giấy tờ" in shown
    for untrue in ("niêm phong", "kiểm đếm", "Khối lượng", "Số bộ hồ sơ"):
        assert untrue not in shown, untrue
    assert "64.500 đ" in shown, "the money stands as on every slip"


def test_names_that_look_like_markup_are_shown_as_they_are(tmp_path: Path) -> None:
    odd = forms.slip(owner_name="Nguyễn <b>A & B</b>")
    assert "<b>A & B</b>" in words(render_slip(odd, texts=TEXTS), tmp_path)


def test_a_slips_link_is_known_and_a_changed_one_is_not() -> None:
    mark = SlipMark("BC-261121-003-0001", "RZ473124829VN", forms.AT, "token")
    link = slip_link(RING, "https://example.vn/tra-cuu/h", mark)

    assert genuine_slip(RING, link) == mark
    assert genuine_slip(KeyRing.fresh(), link) is None
    for was, now in (("0001", "0002"), ("token", "other"), ("RZ", "RR"), ("t=17", "t=18")):
        assert genuine_slip(RING, link.replace(was, now)) is None


@given(st.text())
def test_what_is_no_slips_link_is_told_without_an_error(text: str) -> None:
    assert genuine_slip(RING, text) is None
    assert genuine_slip(RING, f"https://x/{text}?n=1&t=9&k={text}&s={text}") is None


def test_the_slip_is_filled_from_what_is_on_record(units: Units, tmp_path: Path) -> None:
    at = counter(units)
    with units.write() as uow:
        made, item = accepted(uow, at)
        seen = slip_of(
            uow, made.id, at.clerk.scope, base_url="https://example.vn/h", token="abc",
            money=SlipMoney(), clerk_name="Huỳnh Ngọc Ánh",
        )  # fmt: skip

        mark = genuine_slip(uow.ring, seen.link)
        assert mark is not None
        assert (mark.acceptance_number, mark.item_number) == (made.acceptance_number, item.number)
        assert seen.owner_name not in repr(seen)
        assert at.procedure.papers[0].name_vi in words(render_slip(seen, texts=TEXTS), tmp_path)


def test_form_01_is_the_agencys_and_never_made_in_carrier_mode(units: Units) -> None:
    carrier, seated = counter(units), counter(units, point="long-my")
    with units.write() as uow:
        made, _ = accepted(uow, carrier)
        with pytest.raises(CodeNotOurs):
            appointment_of(
                uow, made.id, carrier.clerk.scope,
                base_url="https://example.vn/h", token="abc", receiver_name="X",
            )  # fmt: skip
        made, _ = accepted(uow, seated)
        received = receive_at_agency(uow, made.id, None, actor=seated.clerk)
        form = appointment_of(
            uow, made.id, seated.clerk.scope,
            base_url="https://example.vn/h", token="abc", receiver_name="X",
        )  # fmt: skip

        assert (form.dossier_code, form.due_at) == (received.dossier_code, received.due_at)


def test_a_manifest_lists_what_lies_in_the_pouch(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, item = accepted(uow, at)
        pouch = new_pouch(
            uow, NewPouch(at.link.id, at.link.point_id, at.link.section_id), actor=at.clerk
        )
        put_in_pouch(uow, pouch.id, item.id, actor=at.clerk)
        sheet = manifest_of(uow, pouch.id, at.clerk.scope, sealed_by="X")

        assert [(row.item_number, row.dossier_number) for row in sheet.rows] == [
            (item.number, made.acceptance_number)
        ]
