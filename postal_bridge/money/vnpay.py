"""VNPAY 2.1.0: the address a payer is sent to, and the server's notification that decides. Pure.

The return page only displays; money counts when the notification comes, signed with
HMAC-SHA512 over the sorted, URL-encoded parameters, and says 00 twice. Its age refuses nothing.

Source: facts, payment section 3 (the provider's sandbox documents).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl, quote_plus

from postal_bridge.kernel.clock import VIETNAM
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.money.bank import find_reference
from postal_bridge.money.errors import BadSignature, NoticeUnreadable, PaymentDeclined
from postal_bridge.money.ports import NoticeFate, ProviderNotice
from postal_bridge.money.provider_keys import shared_secret

VERSION = "2.1.0"
SUCCESS = "00"
TIME_FORMAT = "%Y%m%d%H%M%S"
NOT_SIGNED = ("vnp_SecureHash", "vnp_SecureHashType")
LONGEST_QUERY = 8_000
PER_DONG = 100
REFERENCE_LENGTH = 14


@dataclass(frozen=True, slots=True)
class ToPay:
    """What a payer is sent to the gateway with."""

    reference: str
    amount_vnd: int
    return_url: str
    ip: str
    at: datetime
    expires_at: datetime
    language: str = "vn"


@dataclass(frozen=True, slots=True)
class Vnpay:
    """Implements PaymentProvider for one terminal.

    Attributes
    ----------
    key_id : the webhook key that holds the provider's secret; the active one when empty
    """

    tmn_code: str
    pay_url: str
    key_id: str = ""

    @property
    def name(self) -> str:
        return "vnpay"

    @property
    def account_key(self) -> str:
        return f"vnpay-{self.tmn_code}"

    def address(self, asked: ToPay, *, ring: KeyRing) -> str:
        """Where the payer is sent. `vnp_TxnRef` is unique: our reference and the second."""
        at = asked.at.astimezone(VIETNAM)
        fields = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": self.tmn_code,
            "vnp_Amount": str(asked.amount_vnd * PER_DONG),
            "vnp_CurrCode": "VND",
            "vnp_TxnRef": asked.reference + at.strftime("%H%M%S"),
            "vnp_OrderInfo": f"Thanh toan {asked.reference}",
            "vnp_OrderType": "other",
            "vnp_Locale": asked.language,
            "vnp_ReturnUrl": asked.return_url,
            "vnp_IpAddr": asked.ip,
            "vnp_CreateDate": at.strftime(TIME_FORMAT),
            "vnp_ExpireDate": asked.expires_at.astimezone(VIETNAM).strftime(TIME_FORMAT),
        }
        return f"{self.pay_url}?{encoded(fields)}&vnp_SecureHash={self.sign(fields, ring)}"

    def sign(self, fields: Mapping[str, str], ring: KeyRing) -> str:
        secret = shared_secret(ring, self.key_id)
        return hmac.new(secret, encoded(fields).encode(), hashlib.sha512).hexdigest()

    def read(self, body: bytes, headers: Mapping[str, str], *, ring: KeyRing) -> ProviderNotice:
        """`body` is the notification's query string.

        Raises
        ------
        BadSignature
            Before anything of it is believed.
        NoticeUnreadable
            Signed, and not what was agreed.
        PaymentDeclined
            Signed, and the payer did not pay; it names no charge that it could be taken from.
        """
        fields = self._verified(body, ring)
        try:
            if fields["vnp_TmnCode"] != self.tmn_code:
                raise NoticeUnreadable(provider=self.name)
            codes = {fields["vnp_ResponseCode"], fields["vnp_TransactionStatus"]}
        except KeyError as exc:
            raise NoticeUnreadable(provider=self.name) from exc
        try:
            notice = self._notice(fields, hashlib.sha256(body).hexdigest())
        except (KeyError, ValueError) as exc:
            if codes != {SUCCESS}:  # who never paid has neither number nor time
                raise PaymentDeclined(provider=self.name) from exc
            raise NoticeUnreadable(provider=self.name) from exc
        return replace(notice, is_charge=codes == {SUCCESS})

    def answer(self, settled: NoticeFate) -> bytes:
        """The provider's own codes: it stops asking after 00 and 02."""
        if settled.fate == "credited":
            return _said("02", "Order already confirmed") if settled.is_repeat else CONFIRMED
        return {
            "unknown_reference": _said("01", "Order not found"),
            "not_waiting": _said("02", "Order already confirmed"),
            "amount": _said("04", "Invalid amount"),
            "taken_back": CONFIRMED,
        }.get(settled.why or "", _said("99", "Unknown error"))

    def refuse(self, error: AppError) -> bytes:
        if isinstance(error, PaymentDeclined):
            return CONFIRMED
        if isinstance(error, BadSignature):
            return _said("97", "Invalid signature")
        return _said("99", "Unknown error")

    def _verified(self, body: bytes, ring: KeyRing) -> dict[str, str]:
        """The fields, each once, under a signature compared in constant time."""
        if len(body) > LONGEST_QUERY:
            raise NoticeUnreadable(provider=self.name)
        try:
            pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
        except ValueError as exc:
            raise BadSignature from exc
        given = dict(pairs)
        if len(given) != len(pairs):
            raise NoticeUnreadable(provider=self.name)
        fields = {name: value for name, value in given.items() if name not in NOT_SIGNED and value}
        wanted = self.sign(fields, ring)
        said = given.get("vnp_SecureHash", "").lower()
        if not hmac.compare_digest(wanted.encode(), said.encode()):
            raise BadSignature
        return fields

    def _notice(self, fields: Mapping[str, str], body_sha256: str) -> ProviderNotice:
        amount, rest = divmod(int(fields["vnp_Amount"]), PER_DONG)
        transaction = fields["vnp_TransactionNo"]
        if rest or not 0 < amount < 10**13 or not 0 < len(transaction) <= 80:
            raise ValueError
        paid_at = datetime.strptime(fields["vnp_PayDate"], TIME_FORMAT).replace(tzinfo=VIETNAM)
        return ProviderNotice(
            provider=self.name,
            transaction=transaction,
            account_key=self.account_key,
            amount=amount,
            currency=fields.get("vnp_CurrCode", "VND"),
            reference=find_reference(fields["vnp_TxnRef"][:REFERENCE_LENGTH]),
            occurred_at=paid_at,
            body_sha256=body_sha256,
        )


def encoded(fields: Mapping[str, str]) -> str:
    """Sorted by name, names and values URL-encoded: what is signed and sent."""
    return "&".join(
        f"{quote_plus(name)}={quote_plus(value)}" for name, value in sorted(fields.items()) if value
    )


def _said(code: str, message: str) -> bytes:
    return json.dumps({"RspCode": code, "Message": message}).encode()


CONFIRMED = _said("00", "Confirm Success")
