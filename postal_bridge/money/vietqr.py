"""The text of a VietQR: built with its lengths, read back, and drawn. Pure.

The amount is a suggestion to the payer's bank: showing a code never marks anything paid.

Source: EMV merchant-presented QR with NAPAS fields (GUID A000000727); CRC-16/CCITT-FALSE.
"""

import io
import unicodedata
from binascii import crc_hqx
from dataclasses import dataclass

from postal_bridge.kernel.errors import RuleViolation

GUID = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
LONGEST_NOTE = 25
LARGEST_AMOUNT_VND = 9_999_999_999_999


class QrInputWrong(RuleViolation):
    """`field` is bin, account, amount or note."""

    code = "vietqr_input_wrong"


class QrUnreadable(RuleViolation):
    code = "vietqr_unreadable"


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a payer's bank is asked to fill in."""

    bank_bin: str
    account: str
    amount_vnd: int | None
    note: str


def payload(transfer: Transfer) -> str:
    """Return the EMV text of a dynamic code, or of a static one where no amount is given.

    Raises
    ------
    QrInputWrong
        A BIN that is not six digits, an account or note out of shape, an amount out of range.
    """
    note = plain(transfer.note)
    _check(transfer, note)
    beneficiary = _field("00", transfer.bank_bin) + _field("01", transfer.account)
    merchant = _field("00", GUID) + _field("01", beneficiary) + _field("02", TO_ACCOUNT)
    body = _field("00", "01")
    body += _field("01", "11" if transfer.amount_vnd is None else "12")
    body += _field("38", merchant) + _field("53", "704")
    if transfer.amount_vnd is not None:
        body += _field("54", str(transfer.amount_vnd))
    body += _field("58", "VN")
    if note:
        body += _field("62", _field("08", note))
    body += "6304"
    return f"{body}{crc(body)}"


def read(text: str) -> Transfer:
    """Read a code back. Raises `QrUnreadable` for a wrong checksum, length or field."""
    if len(text) < 8 or text[-8:-4] != "6304" or crc(text[:-4]) != text[-4:]:
        raise QrUnreadable(length=len(text))
    fields = _fields(text)
    merchant = _fields(fields.get("38", ""))
    beneficiary = _fields(merchant.get("01", ""))
    amount = fields.get("54")
    if merchant.get("00") != GUID or not {"00", "01"} <= beneficiary.keys():
        raise QrUnreadable(length=len(text))
    if amount is not None and not (amount.isascii() and amount.isdigit()):
        raise QrUnreadable(length=len(text))
    return Transfer(
        bank_bin=beneficiary["00"],
        account=beneficiary["01"],
        amount_vnd=None if amount is None else int(amount),
        note=_fields(fields.get("62", "")).get("08", ""),
    )


def svg(text: str, *, scale: int = 6) -> str:
    """Draw a text as one SVG element, error correction M, with its quiet zone."""
    import segno

    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", scale=scale, border=4, xmldecl=False, light="#fff")
    return out.getvalue().decode("utf-8").strip()


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE in four upper-case hexadecimal digits; `123456789` gives 29B1."""
    return f"{crc_hqx(text.encode('ascii', errors='replace'), 0xFFFF):04X}"


def plain(note: str) -> str:
    """Return the note without diacritics: banks take ASCII alone."""
    bare = note.replace("đ", "d").replace("Đ", "D")
    decomposed = unicodedata.normalize("NFD", bare)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).strip()


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    rest = text
    while rest:
        tag, length = rest[:2], rest[2:4]
        if not (length.isascii() and length.isdigit()) or len(rest) < 4 + int(length):
            raise QrUnreadable(length=len(text))
        fields[tag] = rest[4 : 4 + int(length)]
        rest = rest[4 + int(length) :]
    return fields


def _check(transfer: Transfer, note: str) -> None:
    bank_bin, account, amount_vnd = transfer.bank_bin, transfer.account, transfer.amount_vnd
    if not (len(bank_bin) == 6 and bank_bin.isascii() and bank_bin.isdigit()):
        raise QrInputWrong(field="bin")
    if not (1 <= len(account) <= 19 and account.isascii() and account.isalnum()):
        raise QrInputWrong(field="account")
    if amount_vnd is not None and not 1 <= amount_vnd <= LARGEST_AMOUNT_VND:
        raise QrInputWrong(field="amount")
    if len(note) > LONGEST_NOTE or not (note.isascii() and (note.isprintable() or not note)):
        raise QrInputWrong(field="note")
