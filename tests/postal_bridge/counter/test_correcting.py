"""A result with a mistake is made anew: who asks, who pays, where the old paper goes."""

from uuid import UUID

import pytest
from sqlalchemy import select

from postal_bridge.counter.citizen import CitizenPage, citizen_of, citizen_page
from postal_bridge.counter.correcting import (
    CorrectResult,
    DeclineMistake,
    DeclineReason,
    MistakeReason,
    OldPaper,
    TellMistake,
    decline_correction,
    open_correction,
    tell_of_mistake,
)
from postal_bridge.counter.desk_views import desk
from postal_bridge.counter.pouch_views import ready_for
from postal_bridge.counter.rules import HomeNotKnown
from postal_bridge.custody.rules import DelayOwner
from postal_bridge.custody.service import items_of_dossier, verify_custody
from postal_bridge.custody.types import Holder, HolderKind, ItemKind
from postal_bridge.delivery.errors import OldPaperMissing, ResultNotGiven
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import delivery_of_dossier, verify_delivery
from postal_bridge.delivery.types import Clearance, Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.errors import MistakeNotTold, MistakeTold
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view, promise, result_ready, verify_dossiers
from postal_bridge.dossiers.types import Result
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.accounts import AccountKind
from postal_bridge.money.service import payments_of_dossier, quote_view, verify_ledger
from postal_bridge.money.tables import AccountRow, JournalEntry, PostingRow
from postal_bridge.people.service import change_recipient_address
from tests.builders.clock import pass_days
from tests.builders.counter import once_key
from tests.builders.delivery import Scene, a_proof, a_scene, carry, give
from tests.builders.delivery_acts import act, out


def given(units: Units, scene: Scene, commune_code: str | None = "31471") -> UUID:
    """A result in its owner's hands; returns its dossier."""
    with units.write() as uow:
        made = out(uow, scene)
        recipient = made.recipient_party_id
        change_recipient_address(uow, recipient, "12 ấp 3", commune_code, actor=scene.clerk)
        give(uow, scene, made, a_proof(uow, made))
        uow.commit()
    return made.dossier_id


def told(units: Units, dossier_id: UUID, key: str | None = None) -> bytes:
    command = TellMistake(MistakeReason.PERSONAL_DATA, "Tên đệm ghi sai")
    return tell_of_mistake(command, actor=citizen_of(dossier_id), once=once_key(key), units=units)


def corrected(
    units: Units, scene: Scene, dossier_id: UUID, old: OldPaper, place: Place | None = None
) -> DeliveryView:
    command = CorrectResult(dossier_id, MistakeReason.PERSONAL_DATA, old, place=place)
    open_correction(command, actor=scene.at.officer, once=once_key(), units=units)
    with units.read() as uow:
        found = delivery_of_dossier(uow, dossier_id)
    assert found is not None
    return found


def seen_by_citizen(units: Units, dossier_id: UUID) -> CitizenPage:
    return citizen_page("vi", actor=citizen_of(dossier_id), units=units)


def all_is_true(units: Units) -> None:
    with units.read() as uow:
        for check in (verify_custody, verify_delivery, verify_dossiers, verify_ledger):
            assert [*check(uow)] == []


def test_what_a_citizen_says_waits_on_the_desk_until_it_is_answered(units: Units) -> None:
    scene = a_scene(units)
    dossier_id = given(units, scene)
    assert "mistake" in seen_by_citizen(units, dossier_id).may
    assert told(units, dossier_id, "k") == told(units, dossier_id, "k")
    with pytest.raises(MistakeTold):
        told(units, dossier_id)
    officer = scene.at.officer
    assert [one.id for one in desk(actor=officer, units=units).mistakes] == [dossier_id]
    page = seen_by_citizen(units, dossier_id)
    assert page.mistake is not None
    assert page.mistake.text == "Tên đệm ghi sai"
    assert "mistake" not in page.may

    answer = DeclineMistake(dossier_id, DeclineReason.RESULT_STANDS, "Ghi đúng theo giấy khai sinh")
    decline_correction(answer, actor=officer, once=once_key(), units=units)
    assert desk(actor=officer, units=units).mistakes == ()
    page = seen_by_citizen(units, dossier_id)
    assert page.mistake is not None
    assert page.mistake.text == "Ghi đúng theo giấy khai sinh"
    assert page.steps[-1].kind == "dossier.mistake_declined"
    assert "mistake" in page.may
    with pytest.raises(MistakeNotTold):
        decline_correction(answer, actor=officer, once=once_key(), units=units)
    all_is_true(units)


def test_the_agency_pays_the_new_way_and_its_time_runs_anew(units: Units) -> None:
    scene = a_scene(units)
    dossier_id = given(units, scene)
    with units.read() as uow:
        first = promise(uow, dossier_id).due_at
    assert first is not None
    pass_days(units, 20)
    anew = corrected(units, scene, dossier_id, OldPaper.WITH_CITIZEN)
    assert (anew.status, anew.clearance) == (DeliveryStatus.CLEARED, Clearance.BORNE)
    assert anew.collect_vnd == 0
    with units.read() as uow:
        assert anew.quote_id is not None
        fare_vnd = quote_view(uow, anew.quote_id, actor=scene.clerk).total_vnd
        owed = uow.session.execute(
            select(PostingRow.amount_vnd, AccountRow.kind)
            .join(AccountRow, AccountRow.code == PostingRow.debit_account)
            .join(JournalEntry, JournalEntry.id == PostingRow.entry_id)
            .where(JournalEntry.dossier_id == dossier_id)
        ).all()
        paid = payments_of_dossier(uow, dossier_id, actor=scene.clerk)
    assert fare_vnd > 0
    assert [tuple(line) for line in owed] == [(fare_vnd, AccountKind.AUTHORITY)]
    assert [one.method for one in paid] == ["authority"]
    page = seen_by_citizen(units, dossier_id)
    assert page.is_borne
    assert "pay" not in page.may
    work = desk(actor=scene.at.officer, units=units).work
    assert [(one.dossier.id, one.is_late) for one in work] == [(dossier_id, False)]
    with units.write() as uow:
        result = Result("GP-2", local(uow.now).date())
        result_ready(uow, dossier_id, result, actor=scene.at.officer)
        now = promise(uow, dossier_id)
        assert now.due_at is not None
        assert first < uow.now < now.due_at
        uow.commit()
    assert DelayOwner.CITIZEN not in {one.owner for one in now.slack}
    all_is_true(units)


def test_the_old_paper_is_exchanged_at_the_door_and_goes_home_by_pouch(units: Units) -> None:
    scene = a_scene(units)
    dossier_id = given(units, scene)
    anew = corrected(units, scene, dossier_id, OldPaper.WITH_CITIZEN)
    assert anew.take_back_papers == 1
    with units.write() as uow:
        result_ready(
            uow, dossier_id, Result("GP-0017/2026", local(uow.now).date()), actor=scene.at.officer
        )
        anew = act(uow, scene, anew, DeliveryAction.PACK)
        here = dossier_view(uow, dossier_id, scene.at.officer.scope)
        # The new result is at the post office for its citizen: it goes into no pouch back.
        assert not ready_for(uow, scene.at.point, here.section_id, here.unit_id)
        for action in (DeliveryAction.GIVE_TO_COURIER, DeliveryAction.SET_OUT):
            anew = act(uow, scene, anew, action)
        with pytest.raises(OldPaperMissing):
            give(uow, scene, anew, a_proof(uow, anew))
        give(uow, scene, anew, a_proof(uow, anew), papers_taken_back=1)
        uow.commit()
    with units.write() as uow:
        dossier = dossier_view(uow, dossier_id, scene.at.officer.scope)
        assert dossier.status is DossierStatus.RETURNED
        items = items_of_dossier(uow, dossier_id)
        (old,) = [one for one in items if one.kind is ItemKind.RETURNED_PAPERS]
        assert len([one for one in items if one.kind is ItemKind.RESULT_ENVELOPE]) == 2
        assert old.holder == scene.bag
        carry(uow, scene, old.id, to=scene.at.point)
        waiting = ready_for(uow, scene.at.point, dossier.section_id, dossier.unit_id)
        assert [one.item.id for one in waiting] == [old.id]
        uow.commit()
    steps = [(one.kind, one.holder) for one in seen_by_citizen(units, dossier_id).steps]
    assert "old_paper.given_back" in [kind for kind, _ in steps]
    assert steps[-1][1] is not None
    assert steps[-1][1].kind is HolderKind.PARTY
    all_is_true(units)


def test_an_old_paper_that_was_brought_is_an_item_with_the_section(units: Units) -> None:
    scene = a_scene(units)
    dossier_id = given(units, scene)
    anew = corrected(units, scene, dossier_id, OldPaper.BROUGHT, Place.SECTION)
    assert (anew.place, anew.take_back_papers) == (Place.SECTION, 0)
    assert (anew.quote_id, anew.clearance) == (None, Clearance.NOTHING_DUE)
    with units.read() as uow:
        dossier = dossier_view(uow, dossier_id, scene.at.officer.scope)
        items = items_of_dossier(uow, dossier_id)
        (old,) = [one for one in items if one.kind is ItemKind.RETURNED_PAPERS]
    assert old.holder == Holder(HolderKind.SECTION, str(dossier.returning_section_id))
    all_is_true(units)


@pytest.mark.parametrize("stands", [DeliveryStatus.DISPUTED, DeliveryStatus.OUT_FOR_DELIVERY])
def test_nothing_is_corrected_that_the_citizen_does_not_have(
    units: Units, stands: DeliveryStatus
) -> None:
    scene = a_scene(units)
    if stands is DeliveryStatus.DISPUTED:
        dossier_id = given(units, scene)
        with units.write() as uow:
            found = delivery_of_dossier(uow, dossier_id)
            assert found is not None
            act(uow, scene, found, DeliveryAction.DISPUTE)
            uow.commit()
    else:
        with units.write() as uow:
            dossier_id = out(uow, scene).dossier_id
            uow.commit()
    refused = ResultNotGiven if stands is DeliveryStatus.DISPUTED else MoveNotOpen
    with pytest.raises(refused):
        corrected(units, scene, dossier_id, OldPaper.WITH_CITIZEN)
    with units.read() as uow:
        seen = dossier_view(uow, dossier_id, scene.at.officer.scope)
    assert seen.status is not DossierStatus.CORRECTION


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_officer_reads_whose_address_is_missing(units: Units) -> None:
    scene = a_scene(units)
    dossier_id = given(units, scene, commune_code=None)
    with pytest.raises(HomeNotKnown) as refused:
        corrected(units, scene, dossier_id, OldPaper.GONE)
    assert refused.value.params["number"]
    again = corrected(units, scene, dossier_id, OldPaper.GONE, Place.SECTION)
    assert again.place is Place.SECTION
