"""Every provider, every cheat: one credit, a code, a trace, and books that hold."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import func, select

from app import create_app
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.accounts import Account
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.national_http import NationalHttp
from postal_bridge.money.national_layout import shipped_layout
from postal_bridge.money.national_platform import NationalPlatform
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.service import (
    OnlinePayment,
    expire_payment,
    payment_view,
    verify_ledger,
)
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow, PostingRow, ProviderEvent
from tests.builders.money import MACHINE, ask_online
from tests.routes.conftest import Service
from tests.sandbox.cheating import Charge, Cheat, CheatingProvider, Tongue, served
from tests.sandbox.tongues import BankTongue, NationalTongue, StatementTongue, VnpayTongue

TERMINAL, PARTNER = "PBTEST02", "PBQG01"
DUE_VND = 41_000
PROVIDERS = ("bank", "vnpay", "national", "statement")
NOWHERE = "http://127.0.0.1:9"


@dataclass
class Counter:
    """Our application at its port, and who tells it of money."""

    url: str
    units: Units
    tongues: dict[str, Tongue]
    places: dict[str, Account]

    def status(self, online: OnlinePayment) -> str:
        with self.units.read() as uow:
            return payment_view(uow, online.payment_id, actor=MACHINE).status.value

    def held_vnd(self, provider: str) -> int:
        with self.units.read() as uow:
            return balance_vnd(uow, self.places[provider])

    def traces(self, charges: list[Charge]) -> list[tuple[str, str | None]]:
        """(fate, why) of what is kept about these charges."""
        with self.units.read() as uow:
            kept = {
                row.reference: (row.fate, row.why) for row in uow.session.scalars(
                    select(ProviderEvent).where(
                        ProviderEvent.reference.in_([one.reference for one in charges])
                    )
                )
            }  # fmt: skip
        return [kept[one.reference] for one in charges]

    def faults(self) -> set[Any]:
        with self.units.read() as uow:
            return {(one.check, one.subject) for one in verify_ledger(uow)}

    def sum_vnd(self) -> int:
        """Debits less credits of every account there is."""
        with self.units.read() as uow:
            codes = select(PostingRow.debit_account).union(select(PostingRow.credit_account))
            every = uow.session.scalars(codes).all()
            store = MoneyStore(uow.session)
            return sum(store.balance_vnd(code) for code in every)

    def events(self) -> int:
        with self.units.read() as uow:
            return uow.session.scalar(select(func.count()).select_from(ProviderEvent)) or 0


@pytest.fixture(scope="module")
def counter(service: Service) -> Iterator[Counter]:
    key = service.container.ring.active(Purpose.WEBHOOK)
    platform = NationalPlatform(PARTNER, shipped_layout())
    container = replace(
        service.container,
        settings=replace(service.container.settings, vnpay_tmn_code=TERMINAL),
        national=NationalHttp(platform, NOWHERE, service.container.ring),
    )
    app = create_app(container)
    app.config["WTF_CSRF_ENABLED"] = False
    account = receiving_account()
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["token"] = service.tokens[Role.OPERATOR]
    kept = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert kept is not None
    tongues: dict[str, Tongue] = {
        "bank": BankTongue(key.id, key.secret, account.bank_bin, account.account),
        "vnpay": VnpayTongue(TERMINAL, key.secret),
        "national": NationalTongue(PARTNER, key.secret),
        "statement": StatementTongue(f"{kept.key}={kept.value}"),
    }
    places = {
        "bank": accounts.bank(account.key),
        "vnpay": accounts.gateway(f"vnpay-{TERMINAL}"),
        "national": accounts.gateway(f"national-{PARTNER}"),
        "statement": accounts.bank(account.key),
    }
    with served(app) as url:
        yield Counter(url, container.units, tongues, places)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("cheat", [one for one in Cheat if one is not Cheat.LIES])
def test_whatever_a_provider_does_each_charge_is_credited_once(
    counter: Counter, provider: str, cheat: Cheat
) -> None:
    payments = [ask_online(counter.units), ask_online(counter.units)]
    charges = [Charge(one.reference, DUE_VND) for one in payments]
    if cheat is Cheat.DELAYS:
        expire(counter, payments)
    before_vnd, faults, events = counter.held_vnd(provider), counter.faults(), counter.events()
    said = CheatingProvider(counter.url, counter.tongues[provider], cheat).tell(charges)
    assert set(said) <= {"credited", "repeat"}
    assert counter.traces(charges) == [("credited", None)] * 2
    assert [counter.status(one) for one in payments] == ["paid", "paid"]
    assert counter.held_vnd(provider) - before_vnd == 2 * DUE_VND
    assert counter.events() - events == 2
    assert counter.faults() == faults
    assert counter.sum_vnd() == 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_lie_about_the_amount_is_parked_and_its_correction_refused(
    counter: Counter, provider: str
) -> None:
    online = ask_online(counter.units)
    charges = [Charge(online.reference, DUE_VND)]
    before_vnd, faults = counter.held_vnd(provider), counter.faults()
    said = CheatingProvider(counter.url, counter.tongues[provider], Cheat.LIES).tell(charges)
    assert said == ["mismatch", "contradicts"]
    assert counter.traces(charges) == [("mismatch", "amount")]
    assert counter.status(online) == "mismatch"
    assert counter.held_vnd(provider) - before_vnd == DUE_VND + 1_000  # it is there, unplaced
    assert counter.faults() == faults
    assert counter.sum_vnd() == 0


def expire(counter: Counter, payments: list[OnlinePayment]) -> None:
    with counter.units.write() as uow:
        for one in payments:
            row = uow.session.get_one(PaymentRow, one.payment_id)
            row.expires_at = uow.now
        uow.session.flush()
        for one in payments:
            expire_payment(uow, one.payment_id, actor=MACHINE)
        uow.commit()
