"""Into whose hand, with which proof: every cell of the matrix with each piece missing in turn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, text

from postal_bridge.custody.service import items_held_by, who_holds
from postal_bridge.custody.types import HolderKind, ItemKind
from postal_bridge.delivery.errors import (
    AuthorityEnded,
    CodeWrong,
    ItemDiffers,
    NotNamed,
    OldPaperMissing,
    PaymentMissing,
    TripleDiffers,
)
from postal_bridge.delivery.proof import (
    POLICY,
    DocumentClass,
    Evidence,
    ProofIncomplete,
    ProofLevel,
    Receiver,
    Signature,
    demanded_evidence,
)
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    clear,
    delivery_view,
    hand_over_to,
    new_hand_over_code,
    pack,
    quote_delivery,
    redirect,
)
from postal_bridge.delivery.types import (
    Clearance,
    HandOverTo,
    IdentityCheck,
    ProofGiven,
    Redirect,
    Triple,
)
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import AppError, RuleViolation
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money.service import FareAsk, courier_cash_vnd, quote
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import parties_of
from tests.builders.delivery import (
    RESULT_NUMBER,
    Scene,
    a_proof,
    a_scene,
    an_envelope,
    give,
    number_on,
    registered,
)
from tests.builders.delivery_acts import act, cleared, out, packed

ROLE = {
    Receiver.OWNER: PartyRole.OWNER,
    Receiver.HOUSEHOLD_MEMBER: PartyRole.MAY_RECEIVE,
    Receiver.PROXY: PartyRole.PROXY,
}
WITHOUT: dict[Evidence, dict[str, Any]] = {
    Evidence.RELATION: {"relation": " "},
    Evidence.ID_PAPER: {"id_last4": "12"},
    Evidence.SIGNATURE: {"signature_blob_id": None},
    Evidence.FINGERPRINT: {"signature_blob_id": None},
    Evidence.WITNESS_NAME: {"witness_name": ""},
    Evidence.WITNESS_SIGNATURE: {"witness_blob_id": None},
    Evidence.CODE: {"code": None},
    Evidence.AUTHORITY: {"is_authority_seen": False},
}


def cells() -> Iterator[tuple[DocumentClass, Signature, Receiver]]:
    yield from product(DocumentClass, Signature, Receiver)


def full_proof(
    uow: UnitOfWork, made: DeliveryView, signature: Signature, receiver: Receiver, code: str
) -> ProofGiven:
    person = next(p for p in parties_of(uow, made.dossier_id) if p.role is ROLE[receiver])
    return replace(
        a_proof(uow, made),
        receiver=receiver,
        party_id=person.id,
        signature=signature,
        witness_name="Phạm Văn Tư",
        witness_blob_id=new_id(),
        code=code if signature is Signature.CODE else None,
        is_authority_seen=True,
    )


def test_every_cell_of_the_matrix_with_each_piece_missing_in_turn(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        for document, signature, receiver in cells():
            made = out(uow, scene, document_class=document, who_may_receive=receiver)
            code = new_hand_over_code(uow, made.id, actor=scene.courier) or ""
            proof = full_proof(uow, made, signature, receiver, code)
            policy = POLICY[document]
            if receiver not in policy.receivers or signature not in policy.evidence:
                with pytest.raises(RuleViolation):
                    give(uow, scene, made, proof)
                continue
            for piece in demanded_evidence(document, signature, receiver):
                with pytest.raises(ProofIncomplete) as refused:
                    give(uow, scene, made, replace(proof, **WITHOUT[piece]))
                assert refused.value.params["missing"] == piece
            handed = give(uow, scene, made, proof)
            assert handed.status is DeliveryStatus.HANDED_OVER
            assert handed.level is ProofLevel.OWN_PROOF


def test_custody_dossier_and_delivery_say_together_that_the_person_has_it(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        proof = a_proof(uow, made)
        give(uow, scene, made, proof)
        uow.commit()
    with units.read() as look:
        assert made.item_id is not None
        holder = who_holds(look, made.item_id)
        assert (holder.kind, holder.id) == (HolderKind.PARTY, str(proof.party_id))
        dossier = dossier_view(look, made.dossier_id, scene.clerk.scope)
        assert dossier.status is DossierStatus.RETURNED


@pytest.mark.parametrize(
    ("asked", "stands_there", "is_let"),
    [
        (Receiver.OWNER, Receiver.OWNER, True),
        (Receiver.OWNER, Receiver.HOUSEHOLD_MEMBER, False),
        (Receiver.OWNER, Receiver.PROXY, False),
        (Receiver.HOUSEHOLD_MEMBER, Receiver.OWNER, True),
        (Receiver.HOUSEHOLD_MEMBER, Receiver.HOUSEHOLD_MEMBER, True),
        (Receiver.HOUSEHOLD_MEMBER, Receiver.PROXY, False),
        (Receiver.PROXY, Receiver.OWNER, True),
        (Receiver.PROXY, Receiver.HOUSEHOLD_MEMBER, False),
        (Receiver.PROXY, Receiver.PROXY, True),
    ],
)
def test_who_was_not_named_gets_nothing(
    units: Units, asked: Receiver, stands_there: Receiver, is_let: bool
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene, who_may_receive=asked)
        proof = full_proof(uow, made, Signature.HANDWRITTEN, stands_there, "")
        if is_let:
            assert give(uow, scene, made, proof).status is DeliveryStatus.HANDED_OVER
            return
        with pytest.raises(NotNamed):
            give(uow, scene, made, proof)


def test_a_named_role_with_another_persons_id_gets_nothing(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made, other = out(uow, scene), out(uow, scene)
        with pytest.raises(NotNamed):
            give(uow, scene, made, a_proof(uow, other))


def test_a_proxy_whose_authority_ended_gets_nothing(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene, who_may_receive=Receiver.PROXY)
        proof = full_proof(uow, made, Signature.HANDWRITTEN, Receiver.PROXY, "")
        late = replace(proof, occurred_at=uow.now + timedelta(days=32))
        with pytest.raises(AuthorityEnded):
            give(uow, scene, made, late)
        assert local(uow.now).date() < local(uow.now + timedelta(days=32)).date()


def test_another_envelope_is_not_handed_over(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made, other = out(uow, scene), out(uow, scene)
        command = HandOverTo(made.id, a_proof(uow, made), number_on(uow, other))
        with pytest.raises(ItemDiffers):
            hand_over_to(uow, command, actor=scene.courier)


def test_the_old_paper_comes_first_and_becomes_an_item_in_the_couriers_bag(
    units: Units,
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene, take_back_papers=1)
        proof = a_proof(uow, made)
        with pytest.raises(OldPaperMissing):
            give(uow, scene, made, proof)
        give(uow, scene, made, proof, papers_taken_back=1)
        bag = items_held_by(uow, scene.bag)
        assert [item.kind for item in bag] == [ItemKind.RETURNED_PAPERS]


def payable(uow: UnitOfWork, scene: Scene, **changes: Any) -> DeliveryView:
    """Packed and on the way, its fare due at the door."""
    made = registered(uow, scene, **changes)
    fare = FareAsk(
        dossier_id=made.dossier_id, leg="result", from_commune="00004", to_commune="00008",
        grams_result=80, on=local(uow.now).date(),
    )  # fmt: skip
    priced = quote(uow, fare, actor=scene.clerk)
    quote_delivery(uow, made.id, priced.id, actor=scene.clerk)
    clear(uow, made.id, Clearance.AT_DOOR, actor=scene.clerk)
    for action in (DeliveryAction.PACK, DeliveryAction.GIVE_TO_COURIER, DeliveryAction.SET_OUT):
        made = act(uow, scene, made, action)
    return made


def test_what_is_due_at_the_door_is_taken_with_the_hand_over_or_neither_happens(
    units: Units,
) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = payable(uow, scene)
        assert made.collect_vnd > 0
        for wrong in (0, made.collect_vnd - 1, made.collect_vnd + 1):
            with pytest.raises(PaymentMissing):
                give(uow, scene, made, a_proof(uow, made), paid_vnd=wrong)
        handed = give(uow, scene, made, a_proof(uow, made), paid_vnd=made.collect_vnd)
        assert (handed.status, handed.collect_vnd) == (DeliveryStatus.HANDED_OVER, 0)
        assert courier_cash_vnd(uow, scene.courier.id) == made.collect_vnd


def test_a_wrong_code_hands_nothing_over_and_an_old_one_dies_on_redirect(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = packed(uow, scene)
        old = new_hand_over_code(uow, made.id, actor=scene.clerk) or ""
        uow.commit()
    with units.write() as uow:
        wish = Redirect(IdentityCheck.ID_PAPER_AT_COUNTER)
        redirect(uow, made.id, wish, actor=scene.clerk)
        act(uow, scene, made, DeliveryAction.GIVE_TO_COURIER)
        act(uow, scene, made, DeliveryAction.SET_OUT)
        proof = a_proof(uow, made, signature=Signature.CODE, code=old)
        with pytest.raises(CodeWrong):
            give(uow, scene, made, proof)
        uow.commit()
    with units.write() as uow:
        fresh = new_hand_over_code(uow, made.id, actor=scene.courier)
        handed = give(uow, scene, made, replace(proof, code=fresh))
        assert handed.status is DeliveryStatus.HANDED_OVER


def test_the_pack_station_names_the_piece_that_belongs_elsewhere(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made, other = cleared(uow, scene), cleared(uow, scene)
        envelope, others = an_envelope(uow, scene, made), an_envelope(uow, scene, other)
        number = number_on(uow, replace(made, item_id=envelope))
        crossed = number_on(uow, replace(other, item_id=others))
        right = Triple(RESULT_NUMBER, number, made.label)
        for item, scanned, piece, belongs_to in (
            (envelope, replace(right, label=other.label), "label", other.label),
            (others, replace(right, item_number=crossed), "item", other.label),
            (envelope, replace(right, result_number="GP-9999/2026"), "result", "–"),
            (envelope, replace(right, result_number=""), "result", "–"),
        ):
            with pytest.raises(TripleDiffers) as refused:
                pack(uow, made.id, item, scanned, actor=scene.clerk)
            assert refused.value.params == {"piece": piece, "belongs_to": belongs_to}
        assert pack(uow, made.id, envelope, right, actor=scene.clerk).item_id == envelope


def test_outside_the_scope_there_is_no_delivery(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        stranger = Actor(ActorKind.STAFF, "x", Scope(units=frozenset({new_id()})))
        with pytest.raises(AppError) as refused:
            delivery_view(uow, made.id, stranger.scope)
        assert refused.value.code == "not_found"


def test_personal_words_are_not_in_the_stream_nor_readable_in_the_table(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene, note="cổng xanh sau chợ")
        give(uow, scene, made, a_proof(uow, made, relation="chị dâu bên chồng"))
        uow.commit()
    with units.engine.connect() as raw:
        for table in ("deliveries", "delivery_proofs", "stream_events", "messages"):
            dump = repr(raw.execute(select(text("*")).select_from(text(table))).fetchall())
            assert "cổng xanh" not in dump
            assert "chị dâu" not in dump
