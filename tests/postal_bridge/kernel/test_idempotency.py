"""Same key, same body, same bytes; another body is refused; twins have one effect."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.errors import IdempotencyMismatch
from postal_bridge.kernel.idempotency import Once, forget_old_answers
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.tables import BlobRow, KeptAnswer
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.kernel.vault import Erased

ACTOR = Actor.job("tests.once")


def once(key: str = "k", body: str = "b") -> Once[str]:
    return Once(key, "POST /x", digest(body), lambda result: result.encode())


def add_one(units: Units, asked: Once[str], *, actor: Actor = ACTOR) -> bytes:
    """A use case whose effect is one row."""

    def act(uow: UnitOfWork) -> str:
        row = BlobRow(
            id=new_id(), dossier_id=new_id(), kind="t", media_type="t", size_bytes=1,
            sha256="0" * 64, created_at=uow.now,
        )  # fmt: skip
        uow.session.add(row)
        return str(row.id)

    return asked.answer(act, actor=actor, units=units)


def effects(units: Units) -> int:
    with units.read() as uow:
        return len(uow.session.scalars(select(BlobRow.id)).all())


def test_a_repeat_gets_the_first_bytes_and_no_second_effect(units: Units) -> None:
    assert add_one(units, once()) == add_one(units, once())
    assert effects(units) == 1


def test_another_body_under_the_same_key_is_refused(units: Units) -> None:
    add_one(units, once())
    with pytest.raises(IdempotencyMismatch):
        add_one(units, once(body="other"))


def test_the_same_body_for_something_else_is_refused(units: Units) -> None:
    add_one(units, once())
    with pytest.raises(IdempotencyMismatch):
        add_one(units, replace(once(), route="POST /y"))
    assert effects(units) == 1


def test_keys_belong_to_their_actor(units: Units) -> None:
    add_one(units, once())
    add_one(units, once(body="other"), actor=Actor.job("tests.other"))
    assert effects(units) == 2


def test_a_refused_request_may_use_its_key_again(units: Units) -> None:
    with units.write() as uow:
        once().kept(uow, ACTOR)  # refused afterwards: nothing is committed
    add_one(units, once())
    assert effects(units) == 1


def test_six_equal_requests_at_once_have_one_effect(units: Units) -> None:
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(add_one(units, once()))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert effects(units) == 1


def test_the_answer_is_not_readable_in_the_table(units: Units) -> None:
    answer = add_one(units, once())
    with units.read() as uow:
        row = uow.session.scalars(select(KeptAnswer)).one()
        assert row.outcome is not None
        assert answer not in row.outcome


def bodies(units: Units) -> list[str]:
    with units.read() as uow:
        return list(uow.session.scalars(select(KeptAnswer.body_sha256)))


def test_a_guess_of_the_body_cannot_be_tried_on_the_table(units: Units) -> None:
    """Neither the digest of the body nor that of an equal body elsewhere is in it."""
    add_one(units, once("k1"))
    add_one(units, once("k2"))
    first, second = bodies(units)
    assert digest("b") not in (first, second)
    assert first != second


def test_a_row_of_an_earlier_release_still_answers(units: Units) -> None:
    answer = add_one(units, once())
    with units.write() as uow:
        uow.session.get_one(KeptAnswer, (ACTOR.ref, "k")).body_sha256 = digest("b")
        uow.commit()
    assert add_one(units, once()) == answer
    with pytest.raises(IdempotencyMismatch):
        add_one(units, once(body="other"))


def test_a_repeat_after_a_new_key_was_made_active_gets_the_first_bytes(units: Units) -> None:
    answer = add_one(units, once())
    ring, key_id = units.ring.add(Purpose.BLIND_INDEX)
    units.ring = ring.activate(key_id)
    assert add_one(units, once()) == answer
    with pytest.raises(IdempotencyMismatch):
        add_one(units, once(body="other"))


def test_keys_are_forgotten_after_thirty_days(units: Units) -> None:
    add_one(units, once())
    with units.write() as uow:
        uow.session.get_one(KeptAnswer, (ACTOR.ref, "k")).at -= timedelta(days=29)
        assert forget_old_answers(uow) == 0
        uow.session.get_one(KeptAnswer, (ACTOR.ref, "k")).at -= timedelta(days=2)
        assert forget_old_answers(uow) == 1
        uow.commit()
    add_one(units, once())
    assert effects(units) == 2


def test_an_answer_about_a_dossier_goes_with_the_dossiers_key(units: Units) -> None:
    dossier_id = new_id()

    def act(uow: UnitOfWork) -> str:
        uow.vault.create(dossier_id)
        return "slip"

    def ask() -> bytes:
        return once().answer(act, actor=ACTOR, units=units, about=lambda _: dossier_id)

    assert ask() == ask() == b"slip"
    with units.write() as uow:
        uow.vault.destroy(dossier_id)
        uow.commit()
    with pytest.raises(Erased):
        ask()
