"""A quote is final, keeps what it depends on, and explains itself from that (M5)."""

from typing import Any

import pytest
from sqlalchemy import text

from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.errors import NothingToPay, QuoteExpired, ReliefProofMissing, UnitMissing
from postal_bridge.money.fare_column import CommuneUnknown
from postal_bridge.money.online import VALID_HOURS
from postal_bridge.money.quotes import VALID_DAYS
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    RequestOnline,
    due_at_door,
    expire_payment,
    explain_quote,
    payment_view,
    quote_view,
    request_online,
    verify_ledger,
)
from postal_bridge.money.tariff import WeightNotPositive
from tests.builders.clock import pass_days
from tests.builders.money import MACHINE, clerk, make_quote, pay_at_counter, with_drawer

DAY_US = 86_400_000_000


@pytest.mark.parametrize(
    ("asked", "total_vnd"),
    [
        ({"leg": "both", "grams_dossier": 80, "grams_result": 80}, 52_000),
        ({"leg": "result", "to_commune": "00166", "grams_result": 501}, 35_400),
        ({"leg": "dossier", "grams_dossier": 251}, 26_500),
        ({"collects_agency_fee": True}, 34_000),
        ({"relief_code": "poor_household", "relief_proof_seen": True}, 13_000),
    ],
)
def test_a_stored_quote_is_the_tariffs_price_and_can_be_had_again(
    units: Units, asked: dict[str, Any], total_vnd: int
) -> None:
    actor = clerk()
    made = make_quote(units, actor, **asked)
    assert made.total_vnd == total_vnd
    with units.read() as uow:
        assert quote_view(uow, made.id, actor=actor) == made
        assert explain_quote(uow, made.id, "vi", actor=actor) == made.explanation_vi
        assert list(verify_ledger(uow)) == []
    assert "Thông tư 22/2017" in made.explanation_vi
    assert "Circular 22/2017" in made.explanation_en


def test_another_office_does_not_see_the_quote(units: Units) -> None:
    made = make_quote(units, clerk())
    with units.read() as uow, pytest.raises(NotFound):
        quote_view(uow, made.id, actor=clerk())


def test_no_price_is_made_without_place_weight_proof_or_office(units: Units) -> None:
    with pytest.raises(CommuneUnknown):
        make_quote(units, clerk(), to_commune="99999")
    with pytest.raises(WeightNotPositive):
        make_quote(units, clerk(), grams_result=None)
    with pytest.raises(ReliefProofMissing) as refused:
        make_quote(units, clerk(), relief_code="poor_household")
    said = Texts.load().render(refused.value.code, refused.value.params, "vi")
    assert "giấy chứng nhận hộ nghèo" in said
    assert "poor_household" not in said
    with pytest.raises(UnitMissing):
        make_quote(units, MACHINE)
    with units.read() as uow:
        assert uow.session.scalar(text("SELECT count(*) FROM quotes")) == 0


def test_an_old_quote_is_not_taken_at_the_counter(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    made = make_quote(units, actor)
    pass_days(units, VALID_DAYS + 1)
    with pytest.raises(QuoteExpired):
        pay_at_counter(units, actor, made)


def test_a_transfer_that_did_not_come_expires_when_due_and_not_before(units: Units) -> None:
    actor = clerk()
    made = make_quote(units, actor)
    with units.write() as uow:
        online = request_online(uow, RequestOnline(made.dossier_id, made.id), actor=actor)
        uow.commit()
    for days, status in ((0, PaymentStatus.PENDING), (VALID_HOURS / 24 + 1, PaymentStatus.EXPIRED)):
        pass_days(units, days)
        with units.write() as uow:
            expire_payment(uow, online.payment_id, actor=MACHINE)
            uow.commit()
        with units.read() as uow:
            assert payment_view(uow, online.payment_id, actor=MACHINE).status is status


def test_over_nothing_no_transfer_is_asked_for_and_a_door_owes_nothing(units: Units) -> None:
    actor = clerk()
    free = make_quote(units, actor, relief_code="heroic_mother", relief_proof_seen=True)
    with units.write() as uow, pytest.raises(NothingToPay):
        request_online(uow, RequestOnline(free.dossier_id, free.id), actor=actor)
    with units.write() as uow:
        assert due_at_door(uow, free.id, actor=actor).status is PaymentStatus.PAID
