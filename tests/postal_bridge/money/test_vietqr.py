import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.money.vietqr import (
    QrInputWrong,
    QrUnreadable,
    Transfer,
    crc,
    payload,
    plain,
    read,
    svg,
)

VECTOR = (
    "00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA5303704"
    "5405300005802VN62210817H5614 260101 000163043A66"
)
TRANSFER = Transfer("970436", "0123456789", 30_000, "H5614 260101 0001")


def test_the_published_vector_is_made_and_read_back() -> None:
    assert crc("123456789") == "29B1"
    assert payload(TRANSFER) == VECTOR
    assert read(VECTOR) == TRANSFER


def test_a_code_without_an_amount_is_static() -> None:
    text = payload(Transfer("970436", "0123456789", None, ""))
    assert text.startswith("000201010211")
    assert read(text).amount_vnd is None


def test_a_note_loses_its_diacritics() -> None:
    assert plain("Cước hồ sơ Đà Nẵng") == "Cuoc ho so Da Nang"


@pytest.mark.parametrize(
    ("transfer", "field"),
    [
        (Transfer("97043", "0123456789", 1, ""), "bin"),
        (Transfer("97043٦", "0123456789", 1, ""), "bin"),
        (Transfer("970436", "", 1, ""), "account"),
        (Transfer("970436", "0" * 20, 1, ""), "account"),
        (Transfer("970436", "01 23", 1, ""), "account"),
        (Transfer("970436", "0123456789", 0, ""), "amount"),
        (Transfer("970436", "0123456789", -5, ""), "amount"),
        (Transfer("970436", "0123456789", 10**13, ""), "amount"),
        (Transfer("970436", "0123456789", 1, "x" * 26), "note"),
        (Transfer("970436", "0123456789", 1, "a\nb"), "note"),
        (Transfer("970436", "0123456789", 1, "ありがとう"), "note"),
    ],
)
def test_input_out_of_shape_is_refused_by_field(transfer: Transfer, field: str) -> None:
    with pytest.raises(QrInputWrong) as refusal:
        payload(transfer)
    assert refusal.value.params == {"field": field}


def with_crc(body: str) -> str:
    return f"{body}6304{crc(body + '6304')}"


@pytest.mark.parametrize(
    "text",
    [
        *("", "6304", VECTOR[:-1] + "7", VECTOR.replace("30000", "90000")),
        with_crc("000299"),
        with_crc("0002xx"),
        with_crc("000201"),
        with_crc("38" + "18" + "0010A000000727" + "0199"),
    ],
)
def test_a_code_that_is_not_whole_is_not_read(text: str) -> None:
    with pytest.raises(QrUnreadable):
        read(text)


def test_the_picture_is_one_svg_element() -> None:
    picture = svg(VECTOR)
    assert picture.startswith("<svg")
    assert picture.endswith("</svg>")


@given(
    st.builds(
        Transfer,
        bank_bin=st.text("0123456789", min_size=6, max_size=6),
        account=st.text("0123456789ABC", min_size=1, max_size=19),
        amount_vnd=st.none() | st.integers(1, 10**9),
        note=st.text("AB 09-", max_size=25).map(str.strip),
    )
)
def test_every_code_is_read_back(transfer: Transfer) -> None:
    assert read(payload(transfer)) == transfer
