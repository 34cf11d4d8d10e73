import string
from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.custody.rules import PouchStatus
from postal_bridge.custody.types import CaseStatus
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.directory.rules import LinkStatus
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.kernel import wording
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.text import LANGUAGES, Language, Texts
from postal_bridge.money.fee_change_rules import FeeChangeStatus
from postal_bridge.money.hand_in_rules import GapStatus, HandInStatus
from postal_bridge.money.rules import DrawerStatus, PaymentStatus
from postal_bridge.runs.rules import RunStatus, StopStatus

# 07:05 in London is 14:05 in Hà Nội.
AFTERNOON = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (111, "một trăm mười một"),
        (26_000, "hai mươi sáu nghìn"),
        (30_500, "ba mươi nghìn năm trăm"),
        (10_005, "mười nghìn không trăm linh năm"),
        (1_000_005, "một triệu không trăm linh năm"),
        (1_050_000, "một triệu không trăm năm mươi nghìn"),
        (21_000_000, "hai mươi mốt triệu"),
        (1_000_000_000, "một tỷ"),
        (
            999_999_999_999,
            " ".join(
                f"chín trăm chín mươi chín{group}" for group in (" tỷ", " triệu", " nghìn", "")
            ),
        ),
        (-26_000, "âm hai mươi sáu nghìn"),
    ],
)
def test_numbers_are_read_as_in_vietnamese_schools(number: int, words: str) -> None:
    assert wording.vietnamese(number) == words


def test_amounts_in_figures_and_in_words() -> None:
    assert wording.dong(26_000) == "26.000 đ"
    assert wording.dong(26_000, "en") == "26,000 đ"
    assert wording.dong_in_words(26_000) == "26.000 đồng (Hai mươi sáu nghìn đồng)"
    assert wording.dong_in_words(1_034_712, "en") == (
        "1,034,712 đồng (One million thirty-four thousand seven hundred twelve đồng)"
    )


def test_more_than_999_billion_is_not_written_in_words() -> None:
    with pytest.raises(ValueError, match="too large"):
        wording.vietnamese(10**12)


def test_moments_are_shown_in_vietnamese_time() -> None:
    assert wording.day(AFTERNOON) == "21/11/2026"
    assert wording.day(datetime(2026, 11, 20, 17, 30, tzinfo=UTC)) == "21/11/2026"
    assert wording.clock(AFTERNOON) == "14:05"
    assert wording.moment(AFTERNOON) == "14:05, 21/11/2026"
    assert wording.moment(AFTERNOON, "en") == "14:05, 21 November 2026"
    assert wording.moment_on_forms(AFTERNOON) == "14 giờ 05 phút, ngày 21 tháng 11 năm 2026"
    assert wording.moment_on_forms(date(2026, 2, 3)) == "ngày 03 tháng 02 năm 2026"
    assert wording.weekday_and_day(date(2026, 11, 25)) == "thứ Tư, ngày 25/11/2026"
    assert wording.weekday_and_day(date(2026, 11, 29)) == "Chủ nhật, ngày 29/11/2026"
    assert wording.weekday_and_day(date(2026, 11, 25), "en") == "Wednesday, 25 November 2026"


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without its zone"):
        wording.clock(AFTERNOON.replace(tzinfo=None))


def test_measures_and_codes() -> None:
    assert wording.working_days(3) == "3 ngày làm việc"
    assert wording.working_days(1, "en") == "1 working day"
    assert wording.grams(850) == "850 g"
    assert wording.grams(1200) == "1.200 g"
    assert wording.kilometres(2449) == "2,4 km"
    assert wording.kilometres(2450) == "2,5 km"
    assert wording.kilometres(2400, "en") == "2.4 km"
    assert wording.square_kilometres(1234.46) == "1.234,5 km²"
    assert wording.square_kilometres(0.04, "en") == "0.0 km²"
    assert wording.item_number("RR123456785VN") == "RR 1234 5678 5 VN"
    assert wording.item_number("túi 12") == "túi 12"


@given(st.integers(0, 10**12 - 1))
def test_no_two_amounts_are_read_alike(number: int) -> None:
    def read_back(words: str) -> int:
        """An independent reader: each word adds or multiplies."""
        units = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9}
        ones = {word: value for value, word in enumerate(DIGITS)}
        ones |= {"mốt": 1, "tư": 4, "lăm": 5, "mười": 10, "linh": 0}
        total = group = last = 0
        for word in words.split():
            if word in units:
                total, group, last = total + (group + last) * units[word], 0, 0
            elif word in ("trăm", "mươi"):
                group, last = group + last * (100 if word == "trăm" else 10), 0
            else:
                last += ones[word]
        return total + group + last

    assert read_back(wording.vietnamese(number)) == number


DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def test_a_code_inside_a_sentence_is_said_in_words() -> None:
    texts = Texts(
        {
            "stands": {"vi": "Đang “{status:word first second}”.", "en": "“{status:word first}”"},
            "second_held": {"vi": "lưu chờ nhận", "en": "held"},
        }
    )
    assert texts.render("stands", {"status": "held"}, "vi") == "Đang “lưu chờ nhận”."
    assert texts.render("stands", {"status": "held"}, "en") == "“held”"  # no such list: as it is
    assert texts.render("stands", {}, "vi") == "Đang “–”."


@pytest.mark.parametrize(
    ("machine", "statuses"),
    [
        ("case", CaseStatus), ("correction", ("proposed", "shown", "disputed", "posted")),
        ("delivery", DeliveryStatus), ("dossier", DossierStatus), ("drawer", DrawerStatus),
        ("fee_change", FeeChangeStatus), ("gap", GapStatus), ("hand_in", HandInStatus),
        ("link", LinkStatus), ("payment", PaymentStatus), ("pouch", PouchStatus),
        ("run", RunStatus), ("stop", StopStatus),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_is_shown_to_people_as_its_code(
    machine: str, statuses: Iterable[str], language: Language
) -> None:
    texts = Texts.load()
    for status in statuses:
        said = texts.render("move_not_open", {"machine": machine, "status": status}, language)
        assert texts.render(f"status_{machine}_{status}", {}, language) in said


def test_a_status_is_named_by_its_own_machine() -> None:
    refused = MoveNotOpen(machine="drawer", status="open", action="close")
    said = Texts.load().render(refused.code, refused.params, "vi")
    assert "đang mở ca" in said  # not the pouch's "đang xếp"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+84912345678", "0912 345 678"),
        ("0912 345 678", "0912 345 678"),
        ("1900 1234", "19001234"),
        ("+8420993123456", "020993123456"),
    ],
)
def test_a_phone_number_is_shown_as_people_dial_it(stored: str, shown: str) -> None:
    assert wording.phone(stored) == shown


def test_one_of_a_thing_is_not_said_like_many() -> None:
    texts = Texts({"left": {"vi": "còn {n} ngày", "en": "{n:count working_day working_days} left"}})
    assert texts.render("left", {"n": 1}, "en") == "1 working day left"
    assert texts.render("left", {"n": 12}, "en") == "12 working days left"
    assert texts.render("left", {"n": 1}, "vi") == "còn 1 ngày"


def test_each_counted_word_of_the_catalogue_has_its_two_forms() -> None:
    specs = [
        spec
        for said in Texts.load().catalogue.values()
        for _, _, spec, _ in string.Formatter().parse(said["en"])
        if spec and spec.startswith("count")
    ]
    assert specs
    assert not [spec for spec in specs if len(spec.split()) != 3]
