"""Receipts: gapless under load and after refusals, copies marked, void when money went back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pypdfium2
import pytest
from sqlalchemy import text

from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.errors import AmountDiffers
from postal_bridge.money.receipt_pdf import PaperLine, ReceiptPaper, render_receipt
from postal_bridge.money.service import (
    FeeReceipt,
    receipts_of_dossier,
    receipts_of_payment,
    reprint_receipt,
    reverse_entry,
)
from tests.builders.money import (
    NOON,
    STAMP,
    clerk,
    make_quote,
    pay_at_counter,
    supervisor,
    with_drawer,
)


def numbers(units: Units, kind: str) -> list[int]:
    with units.read() as uow:
        found = uow.session.execute(
            text("SELECT number FROM receipts WHERE kind = :kind ORDER BY number"), {"kind": kind}
        )
        return [number for (number,) in found]


def receipts(units: Units, payment_id: UUID) -> dict[str, FeeReceipt]:
    with units.read() as uow:
        return {
            one.kind: one for one in receipts_of_payment(uow, payment_id, actor=Actor.operator())
        }


def test_numbers_have_no_gap_under_load_and_after_refusals(units: Units) -> None:
    unit_id, section_id = new_id(), new_id()
    clerks = [clerk(unit_id) for _ in range(4)]
    for actor in clerks:
        with_drawer(units, actor)

    def morning(who: Actor) -> None:
        for turn in range(4):
            priced = make_quote(units, who)
            if turn == 1:
                with pytest.raises(AmountDiffers):
                    pay_at_counter(units, who, priced, amount_vnd=5)
            pay_at_counter(units, who, priced, fees=(STAMP,), section_id=section_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(morning, clerks))
    assert numbers(units, "fee") == list(range(1, 17))
    assert numbers(units, "fare") == list(range(1, 17))


def test_each_office_counts_in_a_series_of_its_own(units: Units) -> None:
    """Two offices of one province print its name and tax code: the series tells them apart."""

    offices = [clerk(new_id()) for _ in range(2)]
    for actor in offices:
        with_drawer(units, actor)
    issued = [pay_at_counter(units, one, make_quote(units, one)) for one in (*offices, *offices)]
    assert [(one.fare_receipt_no or "")[4:] for one in issued] == [
        "T-001-0000001",
        "T-002-0000001",
        "T-001-0000002",
        "T-002-0000002",
    ]


def test_the_original_is_printed_once_and_then_counted_copies_of_the_same_number(
    units: Units,
) -> None:
    actor = clerk()
    with_drawer(units, actor)
    paid = pay_at_counter(units, actor, make_quote(units, actor))
    electronic = receipts(units, paid.payment_id)["fare"]
    printed = [reprint_receipt(electronic.id, actor=actor, units=units) for _ in range(3)]
    assert [one.copy_no for one in (electronic, *printed)] == [None, 0, 1, 2]
    assert {one.number for one in (electronic, *printed)} == {paid.fare_receipt_no}
    with pytest.raises(NotFound):
        reprint_receipt(electronic.id, actor=clerk(), units=units)


def test_of_many_printers_at_once_one_prints_the_original(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    paid = pay_at_counter(units, actor, make_quote(units, actor))
    receipt_id = receipts(units, paid.payment_id)["fare"].id
    with ThreadPoolExecutor(4) as pool:
        printed = list(
            pool.map(lambda _: reprint_receipt(receipt_id, actor=actor, units=units), range(6))
        )
    assert sorted(one.copy_no or 0 for one in printed) == list(range(6))


def test_a_dossiers_receipts_are_its_own_citizens_to_see(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    made, other = make_quote(units, actor), make_quote(units, actor)
    pay_at_counter(units, actor, made, fees=(STAMP,), section_id=new_id())
    pay_at_counter(units, actor, other)
    for quote, kinds in ((made, {"fee", "fare"}), (other, {"fare"})):
        with units.read() as uow:
            citizen = Actor(ActorKind.CITIZEN, "x", Scope(dossier_id=quote.dossier_id))
            found = receipts_of_dossier(uow, quote.dossier_id, actor=citizen)
            assert {one.kind for one in found} == kinds
            assert receipts_of_dossier(uow, new_id(), actor=citizen) == ()


def test_money_given_back_leaves_a_void_receipt_and_its_number_used(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    paid = pay_at_counter(units, actor, make_quote(units, actor))
    assert actor.unit_id is not None
    assert paid.entry_id is not None
    with units.write() as uow:
        reverse_entry(
            uow, paid.entry_id, "Khách đổi ý", actor=actor, second=supervisor(actor.unit_id)
        )
        uow.commit()
    again = pay_at_counter(units, actor, make_quote(units, actor))
    assert receipts(units, paid.payment_id)["fare"].is_void
    assert not receipts(units, again.payment_id)["fare"].is_void
    assert numbers(units, "fare") == [1, 2]


PAPER = ReceiptPaper(
    kind="fee",
    series="BL26T",
    number="0000123",
    unit_name="BƯU ĐIỆN PHƯỜNG LONG MỸ",
    unit_address="Số 12, đường Nguyễn Huệ, phường Long Mỹ, thành phố Cần Thơ",
    collected_for="Trung tâm Phục vụ hành chính công phường Long Mỹ",
    payer_name="Y Blăk Niê Kđăm",
    dossier_code="H21.34-261121-0007",
    lines=(
        PaperLine("Phí thẩm định hồ sơ cấp giấy chứng nhận", 50_000, "Phí"),
        PaperLine("Lệ phí cấp giấy chứng nhận quyền sử dụng đất lần đầu", 15_000, "Lệ phí"),
    ),
    total_vnd=65_000,
    method="cash",
    issued_at=NOON,
    issued_by="Nguyễn Thị Ánh Nguyệt",
)


def page_texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    try:
        return [str(page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def page_text(pdf: bytes) -> str:
    (only,) = page_texts(pdf)
    return only


def test_the_page_says_what_the_receipt_says_in_words_too() -> None:
    said = page_texts(render_receipt(PAPER, Texts.load()))[1]
    for words in ("BIÊN LAI THU TIỀN", "0000123", "Y Blăk Niê Kđăm", "65.000", "Sáu mươi lăm"):
        assert words in said
    assert "Mẫu số" not in said  # not given by the tax office yet
    assert "Địa chỉ" not in said
    headed = replace(
        PAPER, form_no="01BLP-001", tax_code="0100109106-092", payer_address="Ấp 3, Long Trị"
    )
    said_then = page_texts(render_receipt(headed, Texts.load()))[0]
    assert "Mẫu số: 01BLP-001 Ký hiệu: BL26T Số: 0000123" in said_then
    assert "Mã số thuế: 0100109106-092" in said_then
    assert "Địa chỉ: Ấp 3, Long Trị" in said_then
    assert "BẢN SAO" not in said
    assert "ĐÃ HỦY" not in said


def test_the_original_fee_receipt_has_three_parts_and_others_one_page() -> None:
    parts = page_texts(render_receipt(PAPER, Texts.load()))
    assert [("Liên 1" in parts[0]), ("Liên 2" in parts[1]), ("Liên 3" in parts[2])] == [True] * 3
    assert len({part.replace(part.splitlines()[0], "") for part in parts}) == 3
    for paper in (replace(PAPER, kind="fare"), replace(PAPER, copy_no=1)):
        assert "Liên" not in page_text(render_receipt(paper, Texts.load()))
    electronic = page_text(render_receipt(replace(PAPER, copy_no=None), Texts.load()))
    assert "BẢN ĐIỆN TỬ" in electronic
    assert "Liên" not in electronic


def test_a_copy_and_a_void_receipt_say_so_in_both_languages() -> None:
    paper = replace(PAPER, copy_no=2, is_void=True)
    vietnamese = page_text(render_receipt(paper, Texts.load()))
    english = page_text(render_receipt(paper, Texts.load(), "en"))
    assert "BẢN SAO, IN LẠI LẦN 2" in vietnamese
    assert "ĐÃ HỦY" in vietnamese
    assert "COPY, PRINTED AGAIN: 2" in english
    assert "VOID" in english


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert render_receipt(PAPER, Texts.load()) == render_receipt(PAPER, Texts.load())
