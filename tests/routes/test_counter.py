"""The counter without a script: the way everybody goes, the queue, the slip and its printing."""

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from tests.builders.directory import SEATED_LINK, a_place
from tests.builders.site import Site
from tests.routes.counter_pages import (
    CARRIER,
    COUNTER,
    HOA,
    SEATED,
    SHUT,
    accept,
    assert_shown_once_beside,
    begin,
    counter_site,
    dossiers,
    due_vnd,
    error_fields,
    filled,
    offer,
    paid_text,
)
from tests.routes.reading import Person, a_person


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = counter_site(tmp_path_factory.mktemp("home"))
    yield made
    made.container.units.engine.dispose()


@pytest.fixture
def clerk(site: Site) -> Person:
    return a_person(site, CARRIER)


def test_a_dossier_is_accepted_with_the_amount_shown_beside_the_field(
    site: Site, clerk: Person
) -> None:
    filled(clerk, offer(site, "social-allowance"))
    accept(clerk, amount_vnd=due_vnd(clerk))
    assert clerk.status == 200
    assert "/ho-so/" in clerk.path
    assert paid_text(clerk) != "0\u00a0đ"
    assert re.search(r"Dự kiến có kết quả</dt><dd>\d\d:\d\d, \d\d/\d\d/\d{4}", clerk.html)
    assert re.search(r"[A-Z]{2} \d{4} \d{4} \d VN", clerk.html)


def test_nothing_is_counted_before_a_person_counts_it(site: Site, clerk: Person) -> None:
    key = "social-allowance"
    begin(clerk, offer(site, key))
    procedure = a_place(site.container.units).procedure(key)
    for number, _ in enumerate(procedure.papers):
        for part in ("tally", "originals", "copies", "sheets"):
            assert not clerk.form.values[f"papers.{number}.{part}"]
    assert "Danh mục: " in clerk.html  # what is asked for stands beside the row
    before = dossiers(site)
    accept(clerk)
    assert clerk.status == 422
    assert "papers" in error_fields(clerk)
    assert dossiers(site) == before


def test_a_tally_of_another_procedure_is_never_carried_over(site: Site, clerk: Person) -> None:
    begin(clerk, offer(site, "social-allowance"))
    clerk.press(f"{clerk.path}/luu", **{"papers.1.tally": "photocopy", "papers.0.copies": "7"})
    clerk.press(f"{clerk.path}/luu", offer=offer(site, "copy-certification"))
    assert clerk.form.values["papers_of"] == offer(site, "copy-certification")
    assert "photocopy" not in clerk.form.values["papers.0.tally"]
    assert clerk.form.values["papers.0.copies"] != "7"


def test_accepting_under_a_procedure_whose_list_was_not_on_the_screen_is_refused(
    site: Site, clerk: Person
) -> None:
    before = dossiers(site)
    begin(clerk, offer(site, "civil-extract"))
    accept(clerk, offer=offer(site, "copy-certification"), **{"delivery.place": "point"})
    assert clerk.status == 422
    assert error_fields(clerk) == ["papers"]
    assert dossiers(site) == before


def test_what_was_typed_is_there_after_the_page_is_opened_anew(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"), **{"delivery.note": "cổng xanh"})
    address = clerk.path
    other = a_person(site, CARRIER).open(address)
    for name, value in HOA.items():
        assert other.form.values[name] == value
    assert other.form.values["delivery.note"] == "cổng xanh"


def test_the_signature_is_not_kept_in_a_draft(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"))
    clerk.press(f"{clerk.path}/luu", **{"signature.image_data": "data:image/png;base64,AAAA"})
    assert "AAAA" not in clerk.html


def test_a_parked_number_waits_and_is_taken_up_again(site: Site, clerk: Person) -> None:
    begin(clerk, offer(site, "social-allowance"))
    address = clerk.path
    clerk.press(f"{address}/gac-lai", **HOA)
    assert clerk.path == COUNTER
    assert address in clerk.form.links
    assert "gác lại" in clerk.html
    assert clerk.open(address).form.values["owner.full_name"] == HOA["owner.full_name"]


def test_the_next_number_parks_the_one_being_served(site: Site, clerk: Person) -> None:
    begin(clerk, offer(site, "social-allowance"))
    address = clerk.path
    clerk.press(f"{address}/gac-lai", do="next", **HOA)
    assert clerk.path not in (address, COUNTER)
    assert "đang phục vụ" in clerk.html
    assert clerk.open(address).form.values["owner.phone"] == HOA["owner.phone"]


def test_another_number_is_opened_with_this_one_saved(site: Site, clerk: Person) -> None:
    begin(clerk, offer(site, "social-allowance"))
    first = clerk.path
    clerk.press(f"{first}/gac-lai", do="next")
    second = clerk.path
    clerk.press(f"{second}/luu", offer=offer(site, "social-allowance"), then=first[-36:], **HOA)
    assert clerk.path == first
    assert clerk.open(second).form.values["owner.full_name"] == HOA["owner.full_name"]


def test_a_button_pressed_four_times_takes_one_number(clerk: Person) -> None:
    clerk.open(COUNTER)
    sent = clerk.form.values
    addresses = {clerk.client.post(f"{COUNTER}/so", data=sent).location for _ in range(4)}
    assert len(addresses) == 1


def test_a_dropped_number_can_be_neither_read_nor_accepted(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"))
    address, form = clerk.path, clerk.form.values
    clerk.press(f"{address}/bo")
    assert address not in clerk.form.links
    answer = clerk.client.post(f"{address}/tiep-nhan", data={**form, **HOA})
    assert answer.status_code == 409
    assert "đã được tiếp nhận hoặc đã bỏ" in answer.get_data(as_text=True)
    assert HOA["owner.full_name"] not in clerk.open(address).html


def test_a_number_of_another_post_office_is_not_found(site: Site, clerk: Person) -> None:
    begin(clerk, offer(site, "social-allowance"))
    assert a_person(site, SHUT).open(clerk.path).status == 404


def test_a_frozen_screen_and_enter_four_times_is_one_dossier(site: Site, clerk: Person) -> None:
    before = dossiers(site)
    filled(clerk, offer(site, "social-allowance"))
    sent = {**clerk.form.values, **HOA, "amount_vnd": due_vnd(clerk)}
    path = f"{clerk.path}/tiep-nhan"
    people = [a_person(site, CARRIER) for _ in range(4)]
    for one in people:
        one.open(COUNTER)
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda one: one.client.post(
                    path, data={**sent, "csrf_token": one.form.values["csrf_token"]}
                ),
                people,
            )
        )
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert len(dossiers(site) - before) == 1


def test_an_accepted_number_leads_to_its_dossier(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"))
    address = clerk.path
    accept(clerk, amount_vnd=due_vnd(clerk))
    made = clerk.path
    assert clerk.open(address).path == made
    assert clerk.open(COUNTER).press(f"{address}/luu").status == 409


def test_the_fare_is_paid_at_the_door(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"), pay="at_door")
    assert due_vnd(clerk) == "0"
    accept(clerk)
    assert paid_text(clerk) == "0\u00a0đ"


def test_a_relief_lowers_what_is_due(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"))
    full = int(due_vnd(clerk).replace(".", ""))
    seen = {"relief_code": "poor_household", "is_relief_proof_seen": "1"}
    clerk.press(f"{clerk.path}/luu", **seen)
    lower = int(due_vnd(clerk).replace(".", ""))
    assert lower < full
    accept(clerk, amount_vnd=due_vnd(clerk))
    assert clerk.status == 200


def test_somebody_else_hands_it_in_and_signs_with_a_fingerprint(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"))
    other = {
        "submitter.full_name": "Y Blăk",
        "submitter.relation": "con",
        "signature.how": "fingerprint",
        "signature.witness_name": "Trần Văn Nam",
    }
    accept(clerk, amount_vnd=due_vnd(clerk), **other)
    assert clerk.status == 200
    made = clerk.path
    clerk.press(f"{COUNTER}/cung-nguoi-nop/{made.rpartition('/')[2]}")
    begun = clerk.press(f"{clerk.path}/luu", offer=offer(site, "social-allowance"))
    assert begun.form.values["owner.full_name"] == HOA["owner.full_name"]
    assert begun.form.values["submitter.full_name"] == "Y Blăk"
    assert "papers.0.originals" in begun.form.values


def test_a_commune_of_several_is_chosen_among_candidates(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"), **{"owner.commune_text": "Tân An"})
    codes = re.findall(r'name="owner.commune_code" value="(\d{5})"', clerk.html)
    assert len(codes) > 1
    text = {"owner.commune_text": "Tân An", "owner.commune_code": codes[0]}
    clerk.press(f"{clerk.path}/luu", **text)
    accept(clerk, amount_vnd=due_vnd(clerk), **text)
    assert clerk.status == 200


def test_an_address_in_one_line_finds_its_commune_and_is_kept_as_written(
    site: Site, clerk: Person
) -> None:
    written = "Ap 3 xa Long Tri, TX Long My, Hau Giang"
    text = {"owner.address_text": written, "owner.commune_text": ""}
    filled(clerk, offer(site, "social-allowance"), **text)
    assert "← Xã Long Trị, Thị xã Long Mỹ (31471)" in clerk.html
    assert clerk.form.values["owner.address_text"] == written
    accept(clerk, amount_vnd=due_vnd(clerk), **text)
    assert clerk.status == 200


def test_the_clerk_is_given_the_question_that_decides(site: Site, clerk: Person) -> None:
    text = {"owner.commune_text": "phường Trung Thành, Thái Nguyên"}
    filled(clerk, offer(site, "social-allowance"), **text)
    assert "Trước tháng 7/2025 thuộc quận, huyện nào?" in clerk.html
    codes = re.findall(r'name="owner.commune_code" value="(\d{5})"', clerk.html)
    assert set(codes) == {"05500", "05899"}
    assert "← Phường Trung Thành, Thành phố Phổ Yên (05899)" in clerk.html


def test_the_street_line_decides_between_namesakes(site: Site, clerk: Person) -> None:
    text = {"owner.commune_text": "Xã Tân Tiến", "owner.address_text": "Ấp 2"}
    filled(clerk, offer(site, "social-allowance"), **text)
    assert len(re.findall(r'name="owner.commune_code"', clerk.html)) > 1
    text["owner.address_text"] = "Ấp 2, huyện Đầm Dơi, Cà Mau"
    clerk.press(f"{clerk.path}/luu", **text)
    assert "✓ Xã Tân Tiến, Tỉnh Cà Mau (32188)" in clerk.html


def test_a_name_from_before_the_reform_finds_what_became_of_it(clerk: Person) -> None:
    found = clerk.client.get(
        f"{COUNTER}/don-vi", query_string={"q": "Long Trị, Hậu Giang"}
    ).get_json()
    assert [one["code"] for one in found] == ["31471"]
    assert "Cần Thơ" in found[0]["label"]


@pytest.mark.parametrize("text", ["", "x" * 500, "(99999)", ",,,", "(²²²²²)", "%"])
def test_a_text_that_names_no_commune_finds_none(clerk: Person, text: str) -> None:
    answer = clerk.client.get(f"{COUNTER}/don-vi", query_string={"q": text})
    assert answer.status_code == 200
    assert answer.json == []


def test_a_scan_is_kept_and_an_unreadable_one_stops_everything(site: Site, clerk: Person) -> None:
    before = dossiers(site)
    filled(clerk, offer(site, "social-allowance"))
    sent = {**HOA, "amount_vnd": due_vnd(clerk)}
    accept(clerk, **sent, **{"scan.1": (io.BytesIO(b"MZ not a picture"), "a.jpg", "image/jpeg")})
    assert_shown_once_beside(clerk, "scan.1")
    assert dossiers(site) == before
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "JPEG")
    picture.seek(0)
    accept(clerk, **sent, **{"scan.1": (picture, "a.jpg", "image/jpeg")})
    assert clerk.status == 200
    (made,) = dossiers(site) - before
    clerk.open(f"/ho-so/{made}?ly-do=check")
    (path,) = re.findall(r'href="(/ho-so/[^"]+/ban-quet/[^"]+)"', clerk.html)
    opened = clerk.client.get(path)
    assert (opened.status_code, opened.mimetype) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(opened.data)).size == (40, 40)
    clerk.open(f"/ho-so/{made}?ly-do=check")
    assert "Mở bản quét giấy tờ" in clerk.html  # the look is on record
    assert a_person(site, SHUT).client.get(path).status_code == 404
    assert clerk.client.get(path.rsplit("/", 1)[0] + f"/{made}").status_code == 404


def test_a_seated_clerk_gives_the_code_at_once_and_prints_two_sheets(site: Site) -> None:
    clerk = a_person(site, SEATED)
    filled(clerk, offer(site, "social-allowance", SEATED_LINK))
    accept(clerk, amount_vnd=due_vnd(clerk))
    assert "Mã hồ sơ" in clerk.html
    printed = clerk.client.post(f"{clerk.path}/phieu.pdf", data=clerk.form.values)
    assert printed.mimetype == "application/pdf"
    assert len(re.findall(rb"/Type\s*/Page\b", printed.data)) == 2


def test_a_slip_of_another_office_is_not_found(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"))
    accept(clerk, amount_vnd=due_vnd(clerk))
    made = clerk.path
    other = a_person(site, SHUT)
    assert other.open(made).status == 404
    other.open(COUNTER)
    assert other.press(f"{made}/phieu.pdf").status == 404


def test_the_slip_names_what_is_missing_and_how_the_fare_is_counted(
    site: Site, clerk: Person
) -> None:
    filled(clerk, offer(site, "social-allowance"), **{"papers.0.tally": ""})
    assert "Còn thiếu" in clerk.html
    assert "Cách tính" in clerk.html
    assert "Đã lưu lúc" in clerk.html


def test_a_script_gets_only_what_changed(site: Site, clerk: Person) -> None:
    filled(clerk, offer(site, "social-allowance"))
    sent = {**clerk.form.values, **HOA}
    answer = clerk.client.post(
        f"{clerk.path}/luu", data=sent, headers={"X-Requested-With": "fetch"}
    ).get_data(as_text=True)
    assert "<html" not in answer
    assert {"slip", "due", "c-owner"} <= Person(clerk.client, answer).form.ids
