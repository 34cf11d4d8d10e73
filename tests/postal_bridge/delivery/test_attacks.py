"""What a person might try at a delivery that is not his to speak for, or with an old proof."""

from dataclasses import replace

import pytest

from postal_bridge.custody.errors import OneSided
from postal_bridge.custody.service import item_view, items_of_dossier, who_holds
from postal_bridge.custody.types import Holder, HolderKind, ItemKind
from postal_bridge.delivery.errors import (
    ItemElsewhere,
    ResultNotReady,
    SecondPersonNeeded,
    TripleDiffers,
)
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    accept_proof,
    bring_back,
    clear,
    confirm,
    confirm_receipt,
    delivery_view,
    hand_over_to,
    lose,
    pack,
    quote_delivery,
    report_delivered,
)
from postal_bridge.delivery.types import CarrierWord, Clearance, Evidenced, HandOverTo, Triple
from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.delivery import (
    FAR_AWAY,
    RESULT_NUMBER,
    a_proof,
    a_scene,
    an_envelope,
    bought,
    carry,
    number_on,
)
from tests.builders.delivery_acts import act, cleared, out, packed
from tests.builders.dossiers import processing
from tests.builders.people import a_courier


def test_nobody_reports_delivered_what_another_has_in_hand(units: Units) -> None:
    scene = a_scene(units)
    other = a_courier(units, "binh-thanh")
    with units.write() as uow:
        made = out(uow, scene)
        for thief in (scene.clerk, other):
            command = HandOverTo(made.id, a_proof(uow, made, fix=FAR_AWAY), number_on(uow, made))
            with pytest.raises(OneSided):
                hand_over_to(uow, command, actor=thief)
        now = delivery_view(uow, made.id, scene.clerk.scope)
        assert now.status is DeliveryStatus.OUT_FOR_DELIVERY


def test_a_proof_that_was_refuted_proves_no_later_claim(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        doubtful = HandOverTo(made.id, a_proof(uow, made, fix=FAR_AWAY), number_on(uow, made))
        hand_over_to(uow, doubtful, actor=scene.courier)
        act(uow, scene, made, DeliveryAction.FAIL)  # it turned out that nobody took it
        act(uow, scene, made, DeliveryAction.SET_OUT)
        word = CarrierWord("swiftpost", "SP2", has_evidence=False, said_at=uow.now)
        report_delivered(uow, made.id, word, actor=scene.clerk)

        with pytest.raises(SecondPersonNeeded):
            accept_proof(uow, made.id, actor=scene.supervisor)
        citizen = Actor(ActorKind.CITIZEN, "link", Scope(dossier_id=made.dossier_id))
        said = confirm_receipt(uow, made.id, actor=citizen)
        assert said.status is DeliveryStatus.REPORTED_DELIVERED


def test_whoever_handed_it_over_does_not_answer_the_dispute_about_it(units: Units) -> None:
    scene = a_scene(units)
    both = replace(scene.courier, roles=frozenset({Role.COURIER, Role.SUPERVISOR}))
    with units.write() as uow:
        made = out(uow, scene)
        command = HandOverTo(made.id, a_proof(uow, made), number_on(uow, made))
        hand_over_to(uow, command, actor=both)
        act(uow, scene, made, DeliveryAction.DISPUTE)
        for answer in (confirm, lose):
            with pytest.raises(SecondPersonNeeded):
                answer(uow, made.id, Evidenced("inquiry"), actor=both)
        answered = confirm(uow, made.id, Evidenced("inquiry"), actor=scene.supervisor)
        assert answered.status is DeliveryStatus.CONFIRMED


def test_what_a_colleague_carries_is_not_back_at_the_office(units: Units) -> None:
    scene = a_scene(units)
    colleague = a_courier(units, "binh-thanh")
    with units.write() as uow:
        made = packed(uow, scene)
        act(uow, scene, made, DeliveryAction.GIVE_TO_COURIER)
        item_id = delivery_view(uow, made.id, scene.clerk.scope).item_id
        assert item_id is not None
        carry(uow, scene, item_id, to=Holder(HolderKind.STAFF, colleague.id))
        with pytest.raises(ItemElsewhere):
            bring_back(uow, made.id, actor=scene.clerk)
        assert who_holds(uow, item_id).id == colleague.id
        assert item_view(uow, item_id).holder == Holder(HolderKind.STAFF, colleague.id)


def test_only_a_result_in_its_own_envelope_is_packed(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = cleared(uow, scene)
        papers = next(
            item
            for item in items_of_dossier(uow, made.dossier_id)
            if item.kind is ItemKind.DOSSIER_ENVELOPE
        )
        scanned = Triple(RESULT_NUMBER, papers.number, made.label)
        with pytest.raises(TripleDiffers):
            pack(uow, made.id, papers.id, scanned, actor=scene.clerk)


def test_nothing_is_packed_for_a_dossier_without_a_result(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made, _ = processing(uow, scene.at)
        early = bought(uow, scene, made)
        quote_delivery(uow, early.id, None, actor=scene.clerk)
        clear(uow, early.id, Clearance.NOTHING_DUE, actor=scene.clerk)
        envelope = an_envelope(uow, scene, early)
        assert made.dossier_code is not None
        scanned = Triple(made.dossier_code, item_view(uow, envelope).number, early.label)
        with pytest.raises(ResultNotReady):
            pack(uow, early.id, envelope, scanned, actor=scene.clerk)
