"""One thing done by several at the same moment: one of them does it, the others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from time import sleep
from typing import Any

import pytest

from postal_bridge.custody.service import (
    accept,
    custody_line,
    decline,
    offer,
    verify_custody,
    who_holds,
)
from postal_bridge.custody.types import Offer
from postal_bridge.delivery.service import hand_over_to, verify_delivery
from postal_bridge.delivery.types import HandOverTo
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.money import accounts
from postal_bridge.money.errors import CashOnCounter
from postal_bridge.money.hand_in_types import OfferCash
from postal_bridge.money.hand_ins import lay_on_counter
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.service import (
    BankCourierCash,
    RemitFees,
    bank_cash,
    due_at_door,
    remit_fees,
    reverse_entry,
    take_at_door,
    verify_ledger,
)
from postal_bridge.people.service import record_look, verify_looks
from postal_bridge.runs.service import draft, load, publish, start, verify_runs
from postal_bridge.runs.types import DraftRun, LoadRun, PublishRun
from tests.builders.custody import Office, envelope, hand_of
from tests.builders.delivery import a_proof, a_scene, number_on
from tests.builders.delivery_acts import packed
from tests.builders.money import (
    STAMP,
    clerk,
    courier,
    make_quote,
    pay_at_counter,
    supervisor,
    with_drawer,
)
from tests.builders.runs import SCANNED, scans

OFFICE = Office()
CLERK, COURIER = OFFICE.staff("clerk"), OFFICE.staff("courier", Role.COURIER)
Act = Callable[[], Any]
MANY = 4
LONG_ENOUGH_TO_WAIT_S = 0.3


def at_once(*acts: Act) -> list[Any]:
    """What each had done, or the code of what each was told."""
    gate = Barrier(len(acts))

    def run(act: Act) -> Any:
        gate.wait()
        try:
            return act()
        except AppError as refused:
            return refused.code

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(run, acts))


def one_of(units: Units, act: Callable[[UnitOfWork], Any], refused: str) -> Any:
    """Several do it at once, one does it, and the others are told `refused`."""

    def run() -> Any:
        with units.write() as uow:
            done = act(uow)
            uow.commit()
        return done

    done = at_once(*[run] * MANY)
    assert [one for one in done if isinstance(one, str)] == [refused] * (MANY - 1)
    return next(one for one in done if not isinstance(one, str))


def test_of_different_bodies_under_one_key_one_counts(units: Units) -> None:
    actor = clerk()

    def asked(body: int) -> Act:
        once: Once[Any] = Once("k", "POST /x", f"{body:064d}", lambda _: str(body).encode())
        said = {"body": body}
        return lambda: once.answer(
            lambda uow: streams.append(uow, "item:x", "said", said, actor=actor),
            actor=actor,
            units=units,
        )

    done = at_once(*(asked(body) for body in range(MANY)))
    assert done.count("idempotency_mismatch") == MANY - 1
    with units.read() as view:
        (fact,) = streams.read(view, "item:x")
    assert str(fact.body["body"]).encode() in done


def test_a_price_is_paid_at_one_of_several_counters(units: Units) -> None:
    unit_id = new_id()
    clerks = [clerk(unit_id) for _ in range(MANY)]
    for actor in clerks:
        with_drawer(units, actor)
    made = make_quote(units, clerks[0])

    def pay(actor: Any) -> Act:
        return lambda: pay_at_counter(units, actor, made)

    done = at_once(*(pay(actor) for actor in clerks))
    assert done.count("quote_already_settled") == MANY - 1
    with units.read() as view:
        assert list(verify_ledger(view)) == []


def test_a_fee_is_paid_on_or_given_back_and_only_once(units: Units) -> None:
    actor, section_id, keys = clerk(), new_id(), count()
    assert actor.unit_id is not None
    with_drawer(units, actor)
    chief = supervisor(actor.unit_id)
    made = make_quote(units, actor, collects_agency_fee=True)
    paid = pay_at_counter(units, actor, made, fees=(STAMP,), section_id=section_id)
    with units.read() as view:
        command = RemitFees(section_id, local(view.now).date(), 15_000, "UNC-01")

    def give_back() -> None:
        with units.write() as uow:
            assert paid.entry_id is not None
            reverse_entry(uow, paid.entry_id, "Hồ sơ rút", actor=actor, second=chief)
            uow.commit()

    def pay_on() -> None:
        once: Once[Any] = Once(f"{next(keys)}", "POST /x", "0" * 64, lambda _: b"")
        remit_fees(command, actor=chief, once=once, units=units)

    done = at_once(give_back, pay_on, give_back, pay_on)
    refusals = {"already_reversed", "receipt_already_remitted", "nothing_to_remit"}
    assert done.count(None) == 1
    assert set(done) - {None} <= refusals
    with units.read() as view:
        assert balance_vnd(view, accounts.fee_payable(section_id)) == 0
        assert list(verify_ledger(view)) == []


def test_an_offer_is_taken_or_taken_back_and_never_both(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        offered = offer(uow, Offer((item.id,), OFFICE.point, hand_of(COURIER)), actor=CLERK)
        uow.commit()

    def take() -> str:
        with units.write() as uow:
            accept(uow, offered.id, actor=COURIER, seen_seals={item.id: item.number})
            uow.commit()
        return "taken"

    def take_back() -> str:
        with units.write() as uow:
            decline(uow, offered.id, actor=CLERK)
            uow.commit()
        return "taken_back"

    done = at_once(take, take_back, take, take_back)
    assert done.count("already_answered") == 3
    with units.read() as view:
        holder = hand_of(COURIER) if "taken" in done else OFFICE.point
        assert who_holds(view, item.id) == holder
        assert list(verify_custody(view)) == []


def test_one_envelope_is_offered_to_one_of_several(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        uow.commit()

    def offer_to(name: str) -> Act:
        taker = hand_of(OFFICE.staff(name, Role.COURIER))

        def act() -> str:
            with units.write() as uow:
                offer(uow, Offer((item.id,), OFFICE.point, taker), actor=CLERK)
                uow.commit()
            return "offered"

        return act

    done = at_once(*(offer_to(f"courier-{number}") for number in range(MANY)))
    assert (done.count("offered"), done.count("offer_open")) == (1, MANY - 1)
    with units.read() as view:
        assert len(custody_line(view, item.id)) == 1  # nothing has moved
        assert list(verify_custody(view)) == []


def test_cash_that_is_being_laid_on_the_counter_is_not_banked(units: Units) -> None:
    at = clerk()
    assert at.unit_id is not None
    rider, made = courier(at.unit_id), make_quote(units, at)
    with units.write() as uow:
        due_at_door(uow, made.id, actor=at)
        take_at_door(uow, made.id, made.citizen_vnd, actor=rider)
        uow.commit()

    def bank() -> None:
        with units.write() as uow:
            bank_cash(uow, BankCourierCash(made.citizen_vnd, "NOP-1"), actor=rider)
            uow.commit()

    with ThreadPoolExecutor(1) as people:
        with units.write() as uow:
            lay_on_counter(uow, OfferCash(made.citizen_vnd, 0), actor=rider)
            banking = people.submit(bank)
            sleep(LONG_ENOUGH_TO_WAIT_S)
            uow.commit()
        with pytest.raises(CashOnCounter):
            banking.result()


def test_a_run_is_drafted_loaded_and_given_out_once(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = packed(uow, scene)
        day = local(uow.now).date()
        uow.commit()
    new = DraftRun(scene.at.link.point_id, scene.courier_id, day, (made.id,))
    run = one_of(units, lambda uow: draft(uow, new, actor=scene.clerk), "already_on_run")
    with units.write() as uow:
        publish(uow, PublishRun(run.id), actor=scene.clerk)
        uow.commit()
    bags = LoadRun(run.id, scans(run), courier_signed=SCANNED)
    one_of(units, lambda uow: load(uow, bags, actor=scene.clerk), "move_not_open")
    one_of(units, lambda uow: start(uow, run.id, actor=scene.courier), "move_not_open")
    with units.write() as uow:
        given = HandOverTo(made.id, a_proof(uow, made), number_on(uow, made))
        uow.commit()
    one_of(units, lambda uow: hand_over_to(uow, given, actor=scene.courier), "move_not_open")
    assert made.item_id is not None
    with units.read() as view:
        steps = [step.kind for step in custody_line(view, made.item_id)]
        found = [*verify_custody(view), *verify_delivery(view), *verify_runs(view)]
    assert (steps, found) == (["registered", "handed_over", "handed_over"], [])


def test_a_person_who_opens_pages_at_once_leaves_a_look_for_each(units: Units) -> None:
    """The first looks of a person begin his stream: whoever comes second queues there too."""
    actor = clerk()
    dossiers = [new_id() for _ in range(3)]

    def look() -> None:
        with units.write() as uow:
            for dossier_id in dossiers:
                record_look(uow, dossier_id, actor=actor, reason="counter")
            uow.commit()

    assert at_once(*[look] * MANY) == [None] * MANY
    with units.read() as view:
        assert list(verify_looks(view)) == []
        assert len(streams.read(view, f"look:{actor.ref}")) == MANY * len(dossiers)
