"""The rest of an agency's fee is taken at the door: beside the fare, never mixed with it (M4)."""

import pytest

from postal_bridge.delivery.door_fee import charge_fee_at_door
from postal_bridge.delivery.errors import NoDoorToPayAt, PaymentMissing
from postal_bridge.delivery.rules import DeliveryAction
from postal_bridge.delivery.service import delivery_view, hand_over_to
from postal_bridge.delivery.types import HandOverTo
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money.fee_change_rules import FeeChangeReason, FeeChangeStatus
from postal_bridge.money.fee_changes import FeeStated, fee_changes_of, state_fee
from postal_bridge.money.fee_settling import fees_due_at_door
from postal_bridge.money.service import FeeDue, receipts_of_dossier, verify_ledger
from tests.builders.delivery import Scene, a_proof, a_scene, number_on
from tests.builders.delivery_acts import act
from tests.postal_bridge.delivery.test_handing_over import payable


def charged(uow: UnitOfWork, scene: Scene, dossier_id: object, amount_vnd: int) -> None:
    link = scene.at.link
    fee = FeeDue("LP-BS", "Lệ phí bổ sung", "le_phi", amount_vnd)
    why = FeeChangeReason.ASSESSED_ANEW
    stated = FeeStated(dossier_id, link.unit_id, link.section_id, fee, why, "QĐ 1", at_door=True)  # type: ignore[arg-type]
    state_fee(uow, stated, actor=scene.clerk)
    due_vnd = fees_due_at_door(uow, stated.dossier_id)
    charge_fee_at_door(uow, stated.dossier_id, due_vnd, actor=scene.clerk)


def test_fare_and_fee_are_two_payments_with_two_receipts_in_one_hand(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = payable(uow, scene)  # a courier has it: his phone shows the fare alone
        with pytest.raises(NoDoorToPayAt), uow.savepoint():
            charged(uow, scene, made.dossier_id, 40_000)
        act(uow, scene, made, DeliveryAction.NOT_REACHED)
        act(uow, scene, made, DeliveryAction.BRING_BACK)
        fare_vnd = made.collect_vnd
        charged(uow, scene, made.dossier_id, 40_000)
        for action in (DeliveryAction.GIVE_TO_COURIER, DeliveryAction.SET_OUT):
            made = act(uow, scene, made, action)
        assert (made.collect_vnd, made.door_fee_vnd) == (fare_vnd + 40_000, 40_000)
        command = HandOverTo(made.id, a_proof(uow, made), number_on(uow, made), 0, fare_vnd)
        with pytest.raises(PaymentMissing):
            hand_over_to(uow, command, actor=scene.courier)
        command = HandOverTo(made.id, a_proof(uow, made), number_on(uow, made), 0, made.collect_vnd)
        hand_over_to(uow, command, actor=scene.courier)
        uow.commit()
    with units.read() as uow:
        found = receipts_of_dossier(uow, made.dossier_id, actor=scene.courier)
        assert {one.kind: one.total_vnd for one in found} == {"fare": fare_vnd, "fee": 40_000}
        assert len({one.payment_id for one in found}) == 2
        (change,) = fee_changes_of(uow, made.dossier_id)
        assert change.status is FeeChangeStatus.PAID
        assert delivery_view(uow, made.id, scene.clerk.scope).collect_vnd == 0
        assert list(verify_ledger(uow)) == []
