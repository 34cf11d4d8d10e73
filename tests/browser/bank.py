"""The bank, as far as a page notices it: a transfer came in."""

import json
import urllib.request
from datetime import UTC, datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.money.bank import SIGNATURE_HEADER, sign
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.service import payments_of_dossier
from tests.browser.conftest import Served


def say_paid(served: Served, dossier_id: UUID, *, amount_vnd: int | None = None) -> None:
    """A signed notice at the webhook's own address, of what was asked unless told otherwise."""
    with served.container.units.read() as uow:
        payment = payments_of_dossier(uow, dossier_id, actor=Actor.operator())[-1]
    account = receiving_account()
    body = json.dumps(
        {
            "transaction": f"FT{new_id().hex[:12]}",
            "bin": account.bank_bin,
            "account": account.account,
            "amount": payment.amount_vnd if amount_vnd is None else amount_vnd,
            "currency": "VND",
            "note": payment.reference,
            "at": datetime.now(UTC).isoformat(),
        }
    ).encode()
    asked = urllib.request.Request(  # noqa: S310  (our own server)
        f"{served.url}/webhooks/bank",
        data=body,
        headers={
            SIGNATURE_HEADER: sign(served.container.ring, body),
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        assert answer.status == 200
