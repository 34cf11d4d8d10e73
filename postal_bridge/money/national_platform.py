"""The National Payment Platform: order, query and notification, built, signed and read. Pure.

The payer pays at the platform's own page; only its signed notification, or its answer to our
query, decides. One payment has one `MaThamChieu`, so an order whose reply was lost is the same
order when it is asked for again. Times are written with 24 hours.

Source: the layout in `national_layout`; `MaXacThuc` is the SHA-256 of the fields and the secret
joined by "|".
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from postal_bridge.kernel.clock import VIETNAM
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.money.bank import find_reference
from postal_bridge.money.dues import Due
from postal_bridge.money.errors import (
    BadSignature,
    NoticeUnreadable,
    PaymentDeclined,
    PlatformRefused,
    PlatformUnclear,
)
from postal_bridge.money.national_layout import Layout
from postal_bridge.money.ports import NoticeFate, PlatformOrder, ProviderNotice
from postal_bridge.money.provider_keys import shared_secret

TIME_FORMAT = "%Y%m%d%H%M%S"
REFERENCE_LENGTH = 14
LONGEST_BODY = 20_000
CODE = "MaXacThuc"


@dataclass(frozen=True, slots=True)
class NationalPlatform:
    """Implements PaymentProvider for one partner code.

    Attributes
    ----------
    key_id : the webhook key that holds the platform's secret; the active one when empty
    """

    partner: str
    layout: Layout = field(repr=False)
    key_id: str = ""

    @property
    def name(self) -> str:
        return "national"

    @property
    def account_key(self) -> str:
        return f"national-{self.partner}"

    def order_body(self, order: PlatformOrder, *, ring: KeyRing) -> dict[str, Any]:
        """The INIT message; the code does not cover the receipt's part."""
        fields = {
            **self.layout.order,
            "PhienBan": self.layout.version,
            "MaDoiTac": self.partner,
            "MaThamChieu": merchant_reference(order.reference, order.asked_at),
            "SoTien": str(order.amount_vnd),
            "ThongTinGiaoDich": f"Thanh toan {order.reference}",
            "ThoiGianGD": written(order.asked_at),
            "Ip": order.ip,
        }
        fields[CODE] = self.code("order", fields, ring)
        return {**fields, "ThongTinBienLai": self._slip(order)}

    def read_order_reply(self, body: bytes, *, is_https: bool) -> str:
        """The page the payer is sent to.

        Raises
        ------
        PlatformRefused
            It said no, with its code.
        PlatformUnclear
            No JSON, or an address that is none.
        """
        said = _object(body)
        code = str(said.get(self.layout.reply["code"], ""))
        if code != self.layout.reply["fine"]:
            raise PlatformRefused(said=code[:20])
        address = str(said.get(self.layout.reply["address"], ""))
        parts = urlsplit(address)
        if parts.scheme != ("https" if is_https else "http") or not parts.hostname:
            raise PlatformUnclear
        return address

    def query_body(self, reference: str, asked_at: datetime, *, ring: KeyRing) -> dict[str, str]:
        fields = {
            **self.layout.query,
            "PhienBan": self.layout.version,
            "MaDoiTac": self.partner,
            "MaThamChieu": merchant_reference(reference, asked_at),
            "ThoiGianGD": written(asked_at),
        }
        return {**fields, CODE: self.code("query", fields, ring)}

    def read_query_reply(self, body: bytes, *, ring: KeyRing) -> ProviderNotice | None:
        """What the platform says it charged; None where it charged nothing.

        Raises
        ------
        PlatformRefused
        PlatformUnclear
            Also where it is not signed as agreed: it may have charged, so a person looks.
        """
        said = _object(body)
        code = str(said.get(self.layout.reply["code"], ""))
        if code == self.layout.reply["unknown"]:
            return None
        if code != self.layout.reply["fine"]:
            raise PlatformRefused(said=code[:20])
        try:
            notice = self._notice(said, hashlib.sha256(body).hexdigest(), ring)
        except PaymentDeclined:
            return None
        except (BadSignature, NoticeUnreadable) as exc:
            raise PlatformUnclear from exc
        return notice if notice.is_charge else None

    def read(self, body: bytes, headers: Mapping[str, str], *, ring: KeyRing) -> ProviderNotice:
        """A notification.

        Raises
        ------
        BadSignature
            Before anything of it is believed.
        NoticeUnreadable
            Signed, and not what was agreed.
        PaymentDeclined
            Signed, and the payer did not pay; it names no charge that it could be taken from.
        """
        if len(body) > LONGEST_BODY:
            raise NoticeUnreadable(provider=self.name)
        try:
            said = _object(body)
        except PlatformUnclear:
            raise BadSignature from None
        return self._notice(said, hashlib.sha256(body).hexdigest(), ring)

    def answer(self, settled: NoticeFate) -> bytes:
        """Received, also where the money is parked: it is here, and telling it again is no use."""
        return self._said(self.layout.answer["fine"], settled.why or settled.fate)

    def refuse(self, error: AppError) -> bytes:
        kind = "other"
        if isinstance(error, BadSignature):
            kind = "bad_signature"
        elif isinstance(error, PaymentDeclined):
            kind = "declined"
        return self._said(self.layout.answer[kind], error.code)

    def code(self, kind: str, fields: Mapping[str, Any], ring: KeyRing) -> str:
        """`MaXacThuc` over the fields of that kind of message. Raises BadSignature, no key."""
        plain = [str(fields.get(name, "")).encode() for name in self.layout.signed[kind]]
        return hashlib.sha256(b"|".join([*plain, shared_secret(ring, self.key_id)])).hexdigest()

    def _notice(self, said: Mapping[str, Any], sha256: str, ring: KeyRing) -> ProviderNotice:
        given = str(said.get(CODE, "")).lower()
        if not hmac.compare_digest(self.code("notice", said, ring).encode(), given.encode()):
            raise BadSignature
        names = self.layout.notice
        if said.get("MaDoiTac") != self.partner or names["status"] not in said:
            raise NoticeUnreadable(provider=self.name)
        is_charge = str(said[names["status"]]) == names["paid"]
        # Who never paid may have neither number nor time.
        unfit = (NoticeUnreadable if is_charge else PaymentDeclined)(provider=self.name)
        try:
            amount, transaction = int(said[names["amount"]]), str(said[names["transaction"]])
            currency = str(said[names["currency"]])
            paid_at = datetime.strptime(said[names["at"]], TIME_FORMAT).replace(tzinfo=VIETNAM)
            reference = str(said[names["reference"]])
        except (KeyError, ValueError, TypeError) as exc:
            raise unfit from exc
        is_currency = len(currency) == 3 and currency.isascii() and currency.isupper()
        if not 0 < amount < 10**13 or not 0 < len(transaction) <= 80 or not is_currency:
            raise unfit
        return ProviderNotice(
            provider=self.name,
            transaction=transaction,
            account_key=self.account_key,
            amount=amount,
            currency=currency,
            reference=find_reference(reference[:REFERENCE_LENGTH]),
            occurred_at=paid_at,
            body_sha256=sha256,
            is_charge=is_charge,
        )

    def _slip(self, order: PlatformOrder) -> dict[str, Any]:
        return {
            **self.layout.service,
            "TenDVC": order.procedure_name,
            "MaTTHC": order.procedure_code,
            "TenTTHC": order.procedure_name,
            "MaDonVi": order.agency_code,
            "TenDonVi": order.agency_name,
            "MaHoSo": order.dossier_number,
            "TKThuHuong": order.into.account,
            "MaNHThuHuong": order.into.bank_bin,
            "TenTKThuHuong": order.into.holder,
            "HoTenNguoiNop": order.payer_name,
            "SoCMNDNguoiNop": order.payer_id_number,
            "DiaChiNguoiNop": order.payer_address,
            "NoiDungThanhToan": f"Thanh toan {order.reference}",
            "PhiLePhi": _fees(order.dues, self.layout.fee_kinds),
            "DSKhoanNop": [],
        }

    def _said(self, code: str, message: str) -> bytes:
        return json.dumps({self.layout.reply["code"]: code, "message": message}).encode()


def merchant_reference(reference: str, asked_at: datetime) -> str:
    """`MaThamChieu`: word characters alone, and the time, as the platform's partners write it."""
    return reference + written(asked_at)


def written(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime(TIME_FORMAT)


def _fees(dues: Sequence[Due], kinds: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {
            "LoaiPhiLePhi": kinds[due.fee_kind or due.purse],
            "MaPhiLePhi": due.code,
            "TenPhiLePhi": due.name or due.code,
            "SoTien": str(due.amount_vnd),
        }
        for due in dues
        if due.amount_vnd
    ]


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError as exc:
        raise PlatformUnclear from exc
    if not isinstance(said, dict):
        raise PlatformUnclear
    return said
