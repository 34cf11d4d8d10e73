"""VNPAY as a merchant meets it, with every fault of a payment provider.

It checks our address as the provider does, charges the payer, and notifies; by name it
duplicates, reorders, delays, loses our answer after charging, and lies about the amount.
"""

import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

from postal_bridge.kernel.clock import VIETNAM

Deliver = Callable[[str], dict[str, Any]]
"""Calls the merchant's notification address with a query string; returns its JSON."""

NUMBERS = itertools.count(14_000_000)


@dataclass
class Charge:
    """A payer at the gateway: what the merchant asked for."""

    txn_ref: str
    amount: int  # hundredths of a đồng, as the provider counts
    number: int = field(default_factory=lambda: next(NUMBERS))


@dataclass
class VnpaySandbox:
    """The provider's side. `secret` is what both sides know."""

    tmn_code: str
    secret: bytes
    deliver: Deliver

    def open(self, address: str) -> Charge:
        """The payer follows the merchant's address. AssertionError where the provider refuses."""
        fields = dict(parse_qsl(urlsplit(address).query))
        given = fields.pop("vnp_SecureHash")
        assert hmac.compare_digest(_hash(fields, self.secret), given), "97"
        assert fields["vnp_Version"] == "2.1.0"
        assert fields["vnp_Command"] == "pay"
        assert fields["vnp_CurrCode"] == "VND"
        assert fields["vnp_TmnCode"] == self.tmn_code
        assert "vnp_SecureHashType" not in fields
        created, expires = fields["vnp_CreateDate"], fields["vnp_ExpireDate"]
        assert len(created) == len(expires) == 14
        assert created < expires  # both yyyyMMddHHmmss
        here = datetime.now(VIETNAM).strftime("%Y%m%d%H%M%S")
        assert abs(int(created) - int(here)) < 10_000, "a clock of 12 hours, or of another zone"
        return Charge(fields["vnp_TxnRef"], int(fields["vnp_Amount"]))

    def notify(
        self, charge: Charge, *, code: str = "00", amount: int | None = None, days_ago: int = 0
    ) -> dict[str, Any]:
        """One notification, and the merchant's answer to it."""
        return self.deliver(self.query(charge, code=code, amount=amount, days_ago=days_ago))

    def pay_and_lose_the_answer(self, charge: Charge) -> dict[str, Any]:
        """Charged, told, the answer lost: told again until a 00 or 02 arrives."""
        self.notify(charge)  # this answer never reaches the provider
        for _ in range(5):
            answer = self.notify(charge)
            if answer["RspCode"] in ("00", "02"):
                return answer
        raise AssertionError(answer)

    def query(
        self, charge: Charge, *, code: str = "00", amount: int | None = None, days_ago: int = 0
    ) -> str:
        return notification(
            terminal=self.tmn_code,
            secret=self.secret,
            reference=charge.txn_ref,
            amount=charge.amount if amount is None else amount,
            number=str(charge.number),
            at=datetime.now(VIETNAM) - timedelta(days=days_ago),
            code=code,
        )


def notification(
    *,
    terminal: str,
    secret: bytes,
    reference: str,
    amount: int,
    number: str,
    at: datetime,
    code: str = "00",
) -> str:
    """The signed query string by which the provider tells of a charge; `amount` in hundredths."""
    fields = {
        "vnp_TmnCode": terminal,
        "vnp_Amount": str(amount),
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": f"VNP{number}",
        "vnp_CardType": "ATM",
        "vnp_PayDate": at.strftime("%Y%m%d%H%M%S"),
        "vnp_OrderInfo": "Thanh toan don hang: 5",
        "vnp_TransactionNo": number,
        "vnp_ResponseCode": code,
        "vnp_TransactionStatus": code,
        "vnp_TxnRef": reference,
    }
    return f"{_sorted(fields)}&vnp_SecureHash={_hash(fields, secret)}"


def _hash(fields: Mapping[str, str], secret: bytes) -> str:
    return hmac.new(secret, _sorted(fields).encode(), hashlib.sha512).hexdigest()


def _sorted(fields: Mapping[str, str]) -> str:
    return "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in sorted(fields.items()))


def as_json(body: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(body)
    return answer
