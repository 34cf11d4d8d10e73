"""A word that is not yet proof: a doubtful place, a carrier's scan, the citizen's own yes."""

from dataclasses import replace
from typing import Any

import pytest

from postal_bridge.custody.service import verify_custody, who_holds
from postal_bridge.custody.types import HolderKind
from postal_bridge.delivery.errors import (
    ItemDiffers,
    ItemElsewhere,
    SecondPersonNeeded,
)
from postal_bridge.delivery.proof import (
    DocumentClass,
    ProofLevel,
)
from postal_bridge.delivery.refuting import refute_report
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    accept_proof,
    confirm_receipt,
    hand_over_to,
    report_delivered,
    verify_delivery,
)
from postal_bridge.delivery.types import CarrierWord, HandOverTo, Location, NoFixReason
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.delivery import AT_HOME, FAR_AWAY, a_proof, a_scene, give, number_on
from tests.builders.delivery_acts import act, held, out


def test_a_place_that_speaks_against_it_leaves_it_reported_until_another_person_accepts(
    units: Units,
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        given = give(uow, scene, made, a_proof(uow, made, fix=FAR_AWAY))
        assert given.status is DeliveryStatus.REPORTED_DELIVERED
        assert given.location is Location.UNPROVED
        assert made.item_id is not None
        assert who_holds(uow, made.item_id) == scene.bag  # nothing moved on a doubtful word
        himself = replace(scene.courier, roles=frozenset({Role.COURIER, Role.SUPERVISOR}))
        for nobody in (himself, scene.clerk):
            with pytest.raises(SecondPersonNeeded):
                accept_proof(uow, made.id, actor=nobody)
        with pytest.raises(ItemElsewhere):
            give(uow, scene, made, a_proof(uow, made))
        accepted = accept_proof(uow, made.id, actor=scene.supervisor)
        assert accepted.status is DeliveryStatus.HANDED_OVER
        assert who_holds(uow, made.item_id).kind is HolderKind.PARTY


@pytest.mark.parametrize(
    ("changes", "location"),
    [
        ({"fix": AT_HOME}, Location.PROVED),
        ({"fix": None, "no_fix_reason": NoFixReason.INDOORS}, Location.DECLARED),
        ({"fix": None}, Location.UNPROVED),
        ({"fix": replace(AT_HOME, is_mock=True)}, Location.UNPROVED),
        ({"fix": replace(AT_HOME, accuracy_m=0)}, Location.UNPROVED),
        ({"fix": replace(AT_HOME, accuracy_m=201)}, Location.UNPROVED),
        ({"fix": replace(AT_HOME, lat=0.0, lon=0.0)}, Location.UNPROVED),
    ],
)
def test_what_the_fix_says_is_kept(
    units: Units, changes: dict[str, Any], location: Location
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        given = give(uow, scene, made, a_proof(uow, made, **changes))
        is_proved = location is not Location.UNPROVED
        wanted = DeliveryStatus.HANDED_OVER if is_proved else DeliveryStatus.REPORTED_DELIVERED
        assert (given.location, given.status) == (location, wanted)


def citizen(made: DeliveryView) -> Actor:
    return Actor(ActorKind.CITIZEN, "link", Scope(dossier_id=made.dossier_id))


@pytest.mark.parametrize(
    ("document", "has_evidence", "status"),
    [
        (DocumentClass.CERTIFICATE, True, DeliveryStatus.HANDED_OVER),
        (DocumentClass.CERTIFICATE, False, DeliveryStatus.REPORTED_DELIVERED),
        (DocumentClass.IDENTITY, True, DeliveryStatus.REPORTED_DELIVERED),
        (DocumentClass.DECISION, True, DeliveryStatus.REPORTED_DELIVERED),
        (DocumentClass.ORDINARY, False, DeliveryStatus.REPORTED_DELIVERED),
    ],
)
def test_a_carriers_word_counts_as_far_as_the_document_allows(
    units: Units, document: DocumentClass, has_evidence: bool, status: DeliveryStatus
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene, document_class=document)
        word = CarrierWord("swiftpost", "SP1", has_evidence, uow.now)
        carrier = Actor.job("delivery.read_scans")
        assert report_delivered(uow, made.id, word, actor=carrier).status is status


@pytest.mark.parametrize(
    ("contract", "status"),
    [
        (None, DeliveryStatus.HANDED_OVER),
        (ProofLevel.NO_COMPLAINT, DeliveryStatus.HANDED_OVER),
        (ProofLevel.CARRIER_EVIDENCE, DeliveryStatus.HANDED_OVER),
        (ProofLevel.OWN_PROOF, DeliveryStatus.REPORTED_DELIVERED),
    ],
)
def test_a_contract_that_demands_more_than_the_document_keeps_it_reported(
    units: Units, contract: ProofLevel | None, status: DeliveryStatus
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene, proof_demanded=contract)
        word = CarrierWord("swiftpost", "SP1", has_evidence=True, said_at=uow.now)
        told = report_delivered(uow, made.id, word, actor=Actor.job("delivery.read_scans"))
        assert told.status is status


def test_the_citizens_word_is_enough_for_ordinary_papers_only(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        for document in DocumentClass:
            made = out(uow, scene, document_class=document)
            act(uow, scene, made, DeliveryAction.REPORT_DELIVERED)
            said = confirm_receipt(uow, made.id, actor=citizen(made))
            is_enough = document is DocumentClass.ORDINARY
            wanted = DeliveryStatus.HANDED_OVER if is_enough else DeliveryStatus.REPORTED_DELIVERED
            assert said.status is wanted


def test_at_the_counter_no_place_is_asked(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = held(uow, scene)
        command = HandOverTo(made.id, a_proof(uow, made, fix=None), number_on(uow, made))
        handed = hand_over_to(uow, command, actor=scene.clerk)
        assert (handed.status, handed.location) == (
            DeliveryStatus.HANDED_OVER, Location.NOT_ASKED
        )  # fmt: skip


def test_a_wrong_report_is_refuted_by_another_who_has_the_envelope_before_him(
    units: Units,
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        give(uow, scene, made, a_proof(uow, made, fix=FAR_AWAY))
        number = number_on(uow, made)
        with pytest.raises(SecondPersonNeeded):
            refute_report(uow, made.id, FailureReason.ABSENT, number, actor=scene.courier)
        with pytest.raises(ItemDiffers):
            refute_report(uow, made.id, FailureReason.ABSENT, "RR1", actor=scene.clerk)
        seen = refute_report(uow, made.id, FailureReason.ABSENT, number, actor=scene.clerk)
        assert seen.status is DeliveryStatus.ATTEMPT_FAILED
        assert (seen.attempts_made, seen.attempts_used) == (1, 0)
        assert made.item_id is not None
        assert who_holds(uow, made.item_id) == scene.at.point
        with pytest.raises(MoveNotOpen):
            refute_report(uow, made.id, FailureReason.ABSENT, number, actor=scene.clerk)
        assert act(uow, scene, seen, DeliveryAction.HOLD).held_until is not None
        assert [*verify_delivery(uow)] == []
        assert [*verify_custody(uow)] == []
