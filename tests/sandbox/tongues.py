"""How each provider says "charged": bank, VNPAY, the national platform, a bank's statement.

Each builds and signs its message by itself; nothing of our own building is used.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass

import requests

from tests.sandbox.cheating import Charge
from tests.sandbox.vnpay import notification

STAMP = "%Y%m%d%H%M%S"


def _fate(fate: str) -> str:
    return "mismatch" if fate in ("amount", "not_waiting", "unknown_reference") else fate


@dataclass(frozen=True)
class BankTongue:
    key_id: str
    secret: bytes
    bank_bin: str
    account: str

    def ask(self, url: str, charge: Charge) -> requests.PreparedRequest:
        body = json.dumps(
            {
                "transaction": f"FT{charge.transaction}", "bin": self.bank_bin,
                "account": self.account, "amount": charge.amount_vnd, "currency": "VND",
                "note": f"NGUYEN VAN A CK {charge.reference.lower()} tu 99",
                "at": charge.at.isoformat(),
            }
        ).encode()  # fmt: skip
        code = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        headers = {"X-Signature": f"{self.key_id}:{code}", "Content-Type": "application/json"}
        return requests.Request("POST", f"{url}/webhooks/bank", headers, data=body).prepare()

    def heard(self, reply: requests.Response) -> str:
        said = reply.json()
        if said["code"] == "00":
            return str(said["fate"])
        return "contradicts" if said["message"] == "provider_notice_contradicts" else "refused"


@dataclass(frozen=True)
class VnpayTongue:
    terminal: str
    secret: bytes

    def ask(self, url: str, charge: Charge) -> requests.PreparedRequest:
        query = notification(
            terminal=self.terminal,
            secret=self.secret,
            reference=f"{charge.reference}120000",
            amount=charge.amount_vnd * 100,
            number=charge.transaction,
            at=charge.at,
        )
        return requests.Request("GET", f"{url}/webhooks/vnpay?{query}").prepare()

    def heard(self, reply: requests.Response) -> str:
        said = {"00": "credited", "02": "credited", "04": "mismatch", "01": "mismatch"}
        return said.get(reply.json()["RspCode"], "contradicts")


@dataclass(frozen=True)
class NationalTongue:
    partner: str
    secret: bytes

    def notice(self, charge: Charge, status: str = "1") -> dict[str, str]:
        fields = {
            "MaDoiTac": self.partner,
            "MaThamChieu": f"{charge.reference}20260302130000",
            "MaGiaoDich": f"QG{charge.transaction}",
            "SoTien": str(charge.amount_vnd),
            "MaTienTe": "VND",
            "TrangThai": status,
            "ThoiGianGD": charge.at.strftime(STAMP),
        }
        plain = "|".join(fields.values()).encode() + b"|" + self.secret
        return {**fields, "MaXacThuc": hashlib.sha256(plain).hexdigest()}

    def ask(self, url: str, charge: Charge) -> requests.PreparedRequest:
        address = f"{url}/webhooks/thanh-toan-quoc-gia"
        return requests.Request("POST", address, json=self.notice(charge)).prepare()

    def heard(self, reply: requests.Response) -> str:
        said = reply.json()
        if said["error_code"] != "0":
            return "contradicts"
        return _fate(said["message"])


@dataclass(frozen=True)
class StatementTongue:
    """A statement with one line, sent by the operator's browser."""

    cookie: str

    def ask(self, url: str, charge: Charge) -> requests.PreparedRequest:
        line = f"FT{charge.transaction},{charge.at.isoformat()},{charge.amount_vnd}"
        csv = f"transaction,at,amount,note\n{line},CK {charge.reference}\n"
        return requests.Request(
            "POST",
            f"{url}/dieu-hanh/tien-cho-xu-ly/sao-ke",
            {"Cookie": self.cookie},
            data={"_key": f"sao-ke-{charge.transaction}"},
            files={"file": ("sao-ke.csv", csv.encode(), "text/csv")},
        ).prepare()

    def heard(self, reply: requests.Response) -> str:
        words = {
            "với nội dung khác": "contradicts", "đã có từ trước": "repeat",
            "đã ghi": "credited", "số tiền khác": "mismatch",
        }  # fmt: skip
        page = reply.text.partition("<tbody>")[2].partition("</tbody>")[0]
        return next((fate for word, fate in words.items() if word in page), "refused")
