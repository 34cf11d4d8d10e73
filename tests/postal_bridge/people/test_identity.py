from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.people.identity import (
    IdNumberImplausible,
    NameNotAccepted,
    PhoneNotAccepted,
    accept_id_number,
    accept_name,
    is_mobile,
    mask_id_number,
    mask_phone,
    normalise_phone,
)

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("name", ["Nam", "Y Blăk", "H'Hen Niê", "Ô", "Nguyễn Thị Ánh", "O’Brien"])
def test_whole_names_of_every_people_pass(name: str) -> None:
    assert accept_name(name) == name


def test_a_name_is_composed_and_its_blanks_are_single() -> None:
    assert accept_name("  Nguye\u0302\u0303n \t Văn  A ") == "Nguyễn Văn A"


@pytest.mark.parametrize(
    ("text", "fault"),
    [("  ", "empty"), ("A\x00B", "control_character"), ("A\u202eB", "control_character")],
)
def test_what_is_no_name_is_refused_without_repeating_it(text: str, fault: str) -> None:
    with pytest.raises(NameNotAccepted) as refusal:
        accept_name(text)
    assert refusal.value.params == {"fault": fault}
    with pytest.raises(NameNotAccepted):
        accept_name("a" * 121)


@pytest.mark.parametrize(
    "text", ["0912345678", "0912 345 678", "+84912345678", "84 912.345.678", "(+84) 912-345-678"]
)
def test_one_phone_has_one_form(text: str) -> None:
    assert normalise_phone(text) == "+84912345678"


@pytest.mark.parametrize("text", ["", "12345", "0912345", "09123456789012", "abc", "0000000000"])
def test_what_cannot_be_a_phone_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(PhoneNotAccepted) as refusal:
        normalise_phone(text)
    assert refusal.value.params == {}


def test_a_landline_takes_no_text_message() -> None:
    assert is_mobile(normalise_phone("0912345678"))
    assert not is_mobile(normalise_phone("024 3825 1234"))


def test_a_plausible_id_number_says_sex_and_year() -> None:
    woman = accept_id_number("001 185 000 034", today=TODAY)
    assert (woman.sex, woman.birth_year) == ("female", 1985)
    boy = accept_id_number("079215000012", today=TODAY)
    assert (boy.sex, boy.birth_year) == ("male", 2015)
    assert "185000034" not in repr(woman)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("00118500003", "digits"),
        ("00118500003x", "digits"),
        ("٠٠١١٨٥٠٠٠٠٣٤", "digits"),
        ("003185000034", "province"),
        ("000185000034", "province"),
        ("001227000034", "year"),
        ("001985000034", "year"),
    ],
)
def test_an_implausible_id_number_is_refused_without_repeating_it(text: str, fault: str) -> None:
    with pytest.raises(IdNumberImplausible) as refusal:
        accept_id_number(text, today=TODAY)
    assert refusal.value.params == {"fault": fault}


def test_masks_show_the_agreed_digits() -> None:
    assert mask_id_number("001085000034") == "0010******34"
    assert mask_phone("+84912345678") == "*********678"


@given(st.text("0123456789", max_size=14))
def test_a_mask_never_shows_more_than_six_digits(digits: str) -> None:
    masked = mask_id_number(digits)
    assert len(masked) == len(digits)
    assert sum(mark != "*" for mark in masked) <= 6
    assert masked.count("*") >= min(4, len(digits))
