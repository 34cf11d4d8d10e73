from itertools import product

import pytest

from postal_bridge.delivery.proof import (
    POLICY,
    DocumentClass,
    Evidence,
    ProofBelowLevel,
    ProofIncomplete,
    ProofLevel,
    Receiver,
    ReceiverNotAllowed,
    Signature,
    SignatureNotAllowed,
    check_level,
    check_own_proof,
    demanded_evidence,
)

CELLS = list(product(DocumentClass, Signature, Receiver))
CLOSED_BY_CODE = {DocumentClass.IDENTITY, DocumentClass.DECISION}


@pytest.mark.parametrize(("document", "signature", "receiver"), CELLS)
def test_each_open_cell_misses_each_piece_of_its_evidence(
    document: DocumentClass, signature: Signature, receiver: Receiver
) -> None:
    if document is DocumentClass.IDENTITY and receiver is not Receiver.OWNER:
        with pytest.raises(ReceiverNotAllowed):
            demanded_evidence(document, signature, receiver)
        return
    if signature is Signature.CODE and document in CLOSED_BY_CODE:
        with pytest.raises(SignatureNotAllowed):
            demanded_evidence(document, signature, receiver)
        return
    demanded = demanded_evidence(document, signature, receiver)
    assert check_own_proof(document, signature, receiver, demanded) is ProofLevel.OWN_PROOF
    for piece in demanded:
        with pytest.raises(ProofIncomplete) as refusal:
            check_own_proof(document, signature, receiver, demanded - {piece})
        assert refusal.value.params == {"missing": piece.value, "count": 1}


@pytest.mark.parametrize("document", list(DocumentClass))
def test_a_fingerprint_needs_a_named_witness_who_signs(document: DocumentClass) -> None:
    demanded = demanded_evidence(document, Signature.FINGERPRINT, Receiver.OWNER)
    assert demanded >= {Evidence.WITNESS_NAME, Evidence.WITNESS_SIGNATURE}


@pytest.mark.parametrize("document", list(DocumentClass))
def test_who_receives_is_named_and_signs(document: DocumentClass) -> None:
    demanded = demanded_evidence(document, Signature.HANDWRITTEN, Receiver.OWNER)
    assert demanded == {Evidence.RELATION, Evidence.ID_PAPER, Evidence.SIGNATURE}


def test_a_proxy_shows_his_authority() -> None:
    proxy = demanded_evidence(DocumentClass.CERTIFICATE, Signature.HANDWRITTEN, Receiver.PROXY)
    owner = demanded_evidence(DocumentClass.CERTIFICATE, Signature.HANDWRITTEN, Receiver.OWNER)
    assert proxy - owner == {Evidence.AUTHORITY}


@pytest.mark.parametrize(("document", "reached"), list(product(DocumentClass, ProofLevel)))
def test_below_the_level_demanded_it_is_not_handed_over(
    document: DocumentClass, reached: ProofLevel
) -> None:
    if reached >= POLICY[document].level:
        check_level(document, reached)
    else:
        with pytest.raises(ProofBelowLevel):
            check_level(document, reached)


def test_a_contract_may_ask_for_more_and_never_for_less() -> None:
    with pytest.raises(ProofBelowLevel):
        check_level(DocumentClass.ORDINARY, ProofLevel.CARRIER_EVIDENCE, ProofLevel.OWN_PROOF)
    with pytest.raises(ProofBelowLevel):
        check_level(DocumentClass.IDENTITY, ProofLevel.NO_COMPLAINT, ProofLevel.NO_COMPLAINT)
