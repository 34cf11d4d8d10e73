"""What a quote does not cover is written to the contract with its fact, once, and taken back."""

from uuid import UUID

from sqlalchemy import select

from postal_bridge.delivery.rules import DeliveryAction as Do
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import (
    approve_undo_of_delivery,
    ask_undo_of_delivery,
    clear,
    delivery_view,
    quote_delivery,
)
from postal_bridge.delivery.types import Clearance
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.service import agency_view, section_view, unit_view
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import accounts
from postal_bridge.money.contract_tables import ContractLineRow
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.service import FareAsk, bear_by_authority, quote, verify_ledger
from postal_bridge.people.service import change_recipient_address
from tests.builders.clock import pass_days
from tests.builders.contracts import contract_csv, publish_csv
from tests.builders.delivery import Scene, a_scene, registered
from tests.builders.delivery_acts import act, invited_again

HERE, REMOTE = "00004", "00008"  # both ends of the way, and where the door is
TO_THE_RETURN = (Do.SET_OUT, Do.FAIL, Do.SET_OUT, Do.FAIL, Do.GIVE_UP, Do.SEND_BACK, Do.RETURN)


def agency_of(uow: ReadUnit, scene: Scene) -> UUID:
    return section_view(uow, scene.at.link.section_id).agency_id


def publish(units: Units, scene: Scene, terms: str) -> None:
    """A contract of the scene's agency with the province's unit, from today on."""
    with units.read() as uow:
        unit = unit_view(uow, scene.at.link.unit_id)
        above = unit_view(uow, unit.parent_id) if unit.parent_id else unit
        agency = agency_view(uow, agency_of(uow, scene)).key
        today = local(uow.now).date()
    row = f"hd-1,{above.key},{agency},Hợp đồng 1,Contract 1,{today.isoformat()},{terms}"
    publish_csv(units, contract_csv(row))


def quoted(
    uow: UnitOfWork, scene: Scene, grams: int = 80, authority: str = "phong-noi-vu"
) -> DeliveryView:
    """A result quoted at so many grams, its fare borne, ready to be packed (it weighs 120 g)."""
    made = registered(uow, scene, is_return_wanted=True)
    change_recipient_address(uow, made.recipient_party_id, "Ấp 4", REMOTE, actor=scene.clerk)
    ask = FareAsk(
        made.dossier_id, "result", HERE, REMOTE, local(uow.now).date(),
        grams_result=grams, unit_id=made.unit_id, section_id=made.section_id,
    )  # fmt: skip
    priced = quote(uow, ask, actor=scene.clerk)
    quote_delivery(uow, made.id, priced.id, actor=scene.clerk)
    bear_by_authority(uow, priced.id, authority, actor=scene.clerk)
    return clear(uow, made.id, Clearance.PREPAID, actor=scene.clerk)


def lines(uow: ReadUnit, made: DeliveryView) -> list[tuple[str, int, int]]:
    """(item, how-manieth of its cause, amount) in the order they were written."""
    found = uow.session.scalars(
        select(ContractLineRow)
        .where(ContractLineRow.delivery_id == made.id)
        .order_by(ContractLineRow.id)
    )
    return [(row.item, row.no, row.amount_vnd) for row in found]


def test_without_a_contract_each_fact_is_a_line_of_nothing_and_nobody_owes(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = quoted(uow, scene)
        for action in (Do.PACK, Do.GIVE_TO_COURIER, *TO_THE_RETURN):
            act(uow, scene, made, action)
        uow.commit()
    with units.read() as uow:
        assert lines(uow, made) == [("heavier", 1, 0), ("redelivery", 1, 0), ("return", 1, 0)]
        row = uow.session.scalars(select(ContractLineRow)).first()
        assert row is not None
        assert row.contract is None
        assert row.facts["difference_vnd"] == 1_000  # 27,000 at 120 g, 26,000 quoted
        assert balance_vnd(uow, accounts.contract(agency_of(uow, scene))) == 0
        assert list(verify_ledger(uow)) == []


def test_the_contract_of_the_day_says_what_the_agency_owes_and_the_citizen_nothing(
    units: Units,
) -> None:
    scene = a_scene(units)
    publish(units, scene, f"50,5000,{REMOTE},12000,2000,1,20000")
    with units.write() as uow:
        made = quoted(uow, scene)
        for action in (Do.PACK, Do.GIVE_TO_COURIER, Do.SET_OUT, Do.NOT_REACHED, Do.SET_OUT):
            act(uow, scene, made, action)
        assert lines(uow, made) == [("heavier", 1, 500), ("remote", 1, 5_000)]
        for action in (Do.FAIL, Do.SET_OUT, Do.NOT_REACHED, Do.SET_OUT, Do.FAIL, Do.HOLD):
            act(uow, scene, made, action)
        uow.commit()
    invited_again(units, scene, made, 4)
    with units.write() as uow:
        for action in (Do.GIVE_UP, Do.SEND_BACK, Do.RETURN):
            act(uow, scene, made, action)
        uow.commit()
    with units.read() as uow:
        assert lines(uow, made)[2:] == [
            ("redelivery", 1, 12_000),  # the ride that was made twice is one
            ("storage", 1, 6_000),  # four days, one of them free
            ("return", 1, 20_000),
        ]
        assert balance_vnd(uow, accounts.contract(agency_of(uow, scene))) == 43_500
        assert list(verify_ledger(uow)) == []


def test_what_weighs_no_more_was_never_visited_or_was_lost_by_us_costs_the_agency_nothing(
    units: Units,
) -> None:
    scene = a_scene(units)
    publish(units, scene, "100,,,12000,,,20000")
    with units.write() as uow:
        visited = quoted(uow, scene, grams=120)
        for action in (Do.PACK, Do.GIVE_TO_COURIER, Do.SET_OUT, Do.FAIL):
            act(uow, scene, visited, action)
        undo = ask_undo_of_delivery(uow, visited.id, "Ghi nhầm nhà", actor=scene.courier)
        approve_undo_of_delivery(uow, undo.id, actor=scene.supervisor)
        act(uow, scene, visited, Do.SET_OUT)
        assert lines(uow, visited) == []
        lost = quoted(uow, scene, grams=120)
        found = (Do.PACK, Do.GIVE_TO_COURIER, Do.LOSE, Do.RECOVER, Do.SEND_BACK, Do.RETURN)
        for action in found:
            act(uow, scene, lost, action)
        assert lines(uow, lost) == []


def test_what_was_undone_takes_its_line_back_and_a_new_cause_writes_it_again(units: Units) -> None:
    scene = a_scene(units)
    publish(units, scene, "100,,,,2000,,")
    with units.write() as uow:
        cancelled = quoted(uow, scene)
        act(uow, scene, cancelled, Do.PACK)
        act(uow, scene, cancelled, Do.CANCEL)
        assert lines(uow, cancelled) == [("heavier", 1, 1_000), ("heavier", 2, -1_000)]
        undo = ask_undo_of_delivery(uow, cancelled.id, "Bấm nhầm", actor=scene.clerk)
        approve_undo_of_delivery(uow, undo.id, actor=scene.supervisor)
        assert lines(uow, cancelled)[2:] == [("heavier", 3, 1_000)]
        made = quoted(uow, scene, grams=120)
        for action in (Do.PACK, Do.HOLD):
            act(uow, scene, made, action)
        uow.commit()
    invited_again(units, scene, made, 4)
    with units.write() as uow:
        act(uow, scene, made, Do.GIVE_UP)
        undo = ask_undo_of_delivery(uow, made.id, "Người nhận vừa gọi", actor=scene.clerk)
        approve_undo_of_delivery(uow, undo.id, actor=scene.supervisor)
        act(uow, scene, made, Do.PARK)
        uow.commit()
    pass_days(units, 2)
    with units.write() as uow:
        act(uow, scene, made, Do.UNPARK)
        uow.commit()
    pass_days(units, 1)
    with units.write() as uow:
        act(uow, scene, made, Do.HAND_OVER)
        assert delivery_view(uow, made.id, scene.clerk.scope).status is DeliveryStatus.HANDED_OVER
        assert lines(uow, made) == [
            ("storage", 1, 8_000),
            ("storage", 2, -8_000),
            ("storage", 3, 10_000),  # five days, without the two of the storm
        ]
        uow.commit()
    with units.read() as uow:
        assert balance_vnd(uow, accounts.contract(agency_of(uow, scene))) == 11_000
        assert list(verify_ledger(uow)) == []
