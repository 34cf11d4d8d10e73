import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.custody.item_number import (
    ItemNumberWrong,
    check_digit,
    item_number,
    parse_item_number,
)


@pytest.mark.parametrize(
    ("serial", "digit"), [(47312482, 9), (12345678, 5), (0, 5), (1, 4), (99999999, 5)]
)
def test_check_digits_of_the_standard(serial: int, digit: int) -> None:
    assert check_digit(serial) == digit


@pytest.mark.parametrize("text", ["RR123456785VN", "rr 1234 5678 5 vn", " RR123456785VN\n"])
def test_a_number_is_read_with_blanks_or_without(text: str) -> None:
    number = parse_item_number(text)
    assert str(number) == "RR123456785VN"
    assert (number.service, number.serial, number.kind) == ("RR", 12345678, "registered")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "length"),
        ("RR12345678VN", "length"),
        ("RR12345678XVN", "shape"),
        ("R1123456785VN", "shape"),
        ("RR١٢٣٤٥٦٧٨5VN", "shape"),
        ("RR123456784VN", "check_digit"),
        ("RR473124829GB", "country"),
    ],
)
def test_what_is_wrong_first_is_named(text: str, fault: str) -> None:
    with pytest.raises(ItemNumberWrong) as refusal:
        parse_item_number(text)
    assert refusal.value.params == {"fault": fault}


def test_numbers_of_other_countries_pass_where_asked_for() -> None:
    assert parse_item_number("RR473124829GB", country=None).country == "GB"


def test_a_number_outside_the_standard_is_not_made() -> None:
    for service, serial in [("R", 1), ("rr", 1), ("RR", -1), ("RR", 100_000_000)]:
        with pytest.raises(ItemNumberWrong):
            item_number(service, serial)


serials = st.integers(0, 99_999_999)


@given(serials)
def test_what_is_made_is_read_back(serial: int) -> None:
    made = item_number("RR", serial)
    assert parse_item_number(str(made)) == made


# Remainders 0 and 1 share check digits with others (5 and 0), so not every slip can be caught.
@given(serials, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_changes_the_weighted_sum(serial: int, place: int, shift: int) -> None:
    digits = [int(digit) for digit in f"{serial:08d}"]
    digits[place] = (digits[place] + shift) % 10
    other = int("".join(map(str, digits)))
    ambiguous = {check_digit(serial), check_digit(other)} <= {0, 5}
    assert check_digit(serial) != check_digit(other) or ambiguous
