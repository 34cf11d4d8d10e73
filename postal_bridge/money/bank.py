"""The bank that tells us of transfers: a signed JSON message, read and answered. Pure.

{"transaction": "FT26…", "bin": "970436", "account": "…", "amount": 30000, "currency": "VND",
"note": "… PB7K2M9QX4ZD …", "at": "2026-11-21T14:05:00+07:00"}
`X-Signature` is KEYID:HEX, HMAC-SHA256 of the body as it came under our key of that id. Banks
change case and put their own words around a note, so our reference is looked for inside it.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.keys import KeyRing, KeyUnusable, Purpose
from postal_bridge.money.errors import BadSignature, NoticeUnreadable
from postal_bridge.money.ports import NoticeFate, ProviderNotice

SIGNATURE_HEADER = "X-Signature"
LONGEST_BODY = 10_000
_REFERENCE = re.compile(r"PB[0-9A-HJKMNP-TV-Z]{12}(?![0-9A-Z])")


class BankNotices:
    """Implements PaymentProvider for the bank where the post's account is held."""

    name = "bank"

    def read(self, body: bytes, headers: Mapping[str, str], *, ring: KeyRing) -> ProviderNotice:
        """Raises BadSignature before anything of the body is believed."""
        given = {name.lower(): value for name, value in headers.items()}
        check_signature(ring, given.get(SIGNATURE_HEADER.lower(), ""), body)
        if len(body) > LONGEST_BODY:
            raise NoticeUnreadable(provider=self.name)
        try:
            return _notice(json.loads(body), hashlib.sha256(body).hexdigest())
        except (ValueError, KeyError, TypeError) as exc:
            raise NoticeUnreadable(provider=self.name) from exc

    def answer(self, settled: NoticeFate) -> bytes:
        """The bank stops sending once it has this; a parked notice is also received."""
        return json.dumps({"code": "00", "message": "received", "fate": settled.fate}).encode()

    def refuse(self, error: AppError) -> bytes:
        code = "97" if isinstance(error, BadSignature) else "99"
        return json.dumps({"code": code, "message": error.code}).encode()


def sign(ring: KeyRing, body: bytes) -> str:
    """The header's value for a body: what the sandbox's bank and the tests send."""
    key = ring.active(Purpose.WEBHOOK)
    return f"{key.id}:{hmac.new(key.secret, body, hashlib.sha256).hexdigest()}"


def check_signature(ring: KeyRing, header: str, body: bytes) -> None:
    """Compared in constant time. Raises BadSignature."""
    key_id, _, given = header.partition(":")
    try:
        key = ring.reading(key_id, Purpose.WEBHOOK)
    except KeyUnusable:
        raise BadSignature from None
    wanted = hmac.new(key.secret, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), given.encode()):
        raise BadSignature


def find_reference(note: str) -> str | None:
    """Our reference inside a bank's note; None when there is none or more than one."""
    found = set(_REFERENCE.findall(re.sub(r"[^0-9A-Z]", " ", note.upper())))
    return found.pop() if len(found) == 1 else None


def _notice(message: dict[str, Any], body_sha256: str) -> ProviderNotice:
    amount, transaction, currency = message["amount"], message["transaction"], message["currency"]
    at = datetime.fromisoformat(message["at"])
    is_amount = isinstance(amount, int) and not isinstance(amount, bool) and 0 < amount < 10**15
    if not is_amount or at.tzinfo is None or not 0 < len(transaction) <= 80:
        raise ValueError
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValueError
    account_key = f"{message['bin']}-{message['account']}"
    if len(account_key) > 40:
        raise ValueError
    return ProviderNotice(
        provider=BankNotices.name,
        transaction=transaction,
        account_key=account_key,
        amount=amount,
        currency=currency,
        reference=find_reference(str(message.get("note", ""))),
        occurred_at=at,
        body_sha256=body_sha256,
    )
