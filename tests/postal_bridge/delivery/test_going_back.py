"""The way back to the issuer; and what is handed over is undone by a dispute alone."""

from datetime import timedelta

import pytest

from postal_bridge.custody.service import who_holds
from postal_bridge.custody.types import SignatureRef
from postal_bridge.delivery.errors import (
    ItemDiffers,
    NoReturnInstruction,
    ReceiptMissing,
    WindowPassed,
)
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    delivery_view,
    dispute,
    disputes_for,
    returned_to_issuer,
    send_back,
    swap_candidates,
)
from postal_bridge.delivery.types import DisputeKind, IssuerReceipt, NewDispute
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.clock import pass_days
from tests.builders.delivery import SIGNED, Scene, a_scene, number_on
from tests.builders.delivery_acts import act, out


def undeliverable(units: Units, scene: Scene, **changes: bool) -> DeliveryView:
    with units.write() as uow:
        made = out(uow, scene, **changes)
        act(uow, scene, made, DeliveryAction.FAIL)
        made = act(uow, scene, made, DeliveryAction.GIVE_UP)
        uow.commit()
    return made


def test_it_goes_back_only_by_the_issuers_instruction_and_under_its_own_number(
    units: Units,
) -> None:
    scene = a_scene(units)
    kept = undeliverable(units, scene, is_return_wanted=False)
    wanted = undeliverable(units, scene)
    with units.write() as uow:
        with pytest.raises(NoReturnInstruction):
            send_back(uow, kept.id, number_on(uow, kept), actor=scene.clerk)
        with pytest.raises(ItemDiffers):
            send_back(uow, wanted.id, number_on(uow, kept), actor=scene.clerk)
        sent = send_back(uow, wanted.id, number_on(uow, wanted), actor=scene.clerk)
        assert sent.status is DeliveryStatus.RETURNING


@pytest.mark.parametrize("signed", [None, SIGNED])
def test_the_issuer_has_it_again_only_when_its_section_signed(
    units: Units, signed: SignatureRef | None
) -> None:
    scene = a_scene(units)
    made = undeliverable(units, scene)
    with units.write() as uow:
        act(uow, scene, made, DeliveryAction.SEND_BACK)
        elsewhere = IssuerReceipt(new_id(), SIGNED)
        with pytest.raises(ReceiptMissing):
            returned_to_issuer(uow, made.id, elsewhere, actor=scene.clerk)
        receipt = IssuerReceipt(scene.at.link.section_id, signed)
        if signed is None:
            with pytest.raises(ReceiptMissing):
                returned_to_issuer(uow, made.id, receipt, actor=scene.courier)
            return
        back = returned_to_issuer(uow, made.id, receipt, actor=scene.courier)
        assert back.status is DeliveryStatus.RETURNED_TO_ISSUER
        assert made.item_id is not None
        assert who_holds(uow, made.item_id) == scene.at.section


def test_delivered_is_never_the_last_word_and_a_dispute_has_its_hour(units: Units) -> None:
    scene = a_scene(units)
    new = NewDispute(DisputeKind.NOT_RECEIVED, "Chưa ai giao cho tôi")
    with units.write() as uow:
        first, second, late = (out(uow, scene) for _ in range(3))
        for made in (first, second, late):
            act(uow, scene, made, DeliveryAction.HAND_OVER)
        assert made.item_id is not None
        holder = who_holds(uow, first.item_id) if first.item_id else None
        opened = dispute(uow, first.id, new, actor=scene.clerk)
        assert opened.answer_due_at - opened.opened_at == timedelta(hours=48)
        assert who_holds(uow, first.item_id) == holder if first.item_id else False
        assert [one.words for one in disputes_for(uow, scene.clerk.scope)] == [new.words]
        near = swap_candidates(uow, first.id, scene.supervisor.scope)
        assert set(near) == {second.label, late.label}
        act(uow, scene, first, DeliveryAction.CONFIRM)
        assert disputes_for(uow, scene.clerk.scope) == ()
        uow.commit()
    pass_days(units, 10.5)
    with units.write() as uow, pytest.raises(WindowPassed):
        dispute(uow, late.id, new, actor=scene.clerk)


def test_nothing_but_a_dispute_undoes_a_hand_over(units: Units) -> None:
    """Every action tried on a handed-over delivery, by everybody."""
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        act(uow, scene, made, DeliveryAction.HAND_OVER)
        for action in set(DeliveryAction) - {DeliveryAction.DISPUTE}:
            with pytest.raises(AppError), uow.session.begin_nested():
                act(uow, scene, made, action)
            now = delivery_view(uow, made.id, scene.clerk.scope)
            assert now.status is DeliveryStatus.HANDED_OVER
        disputed = act(uow, scene, made, DeliveryAction.DISPUTE)
        assert disputed.status is DeliveryStatus.DISPUTED
