"""An act at the door with the row that the phone made of it: evidence, or said to be none."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from couriers.recorded import CALLED, FAILED, Recorded
from couriers.service import (
    FailAtDoor,
    call_recorded,
    fail_at_door,
    keep_refused,
)
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.device_looking import DeviceLine, SeenRow
from postal_bridge.people.device_rows import (
    ChainState,
    DeviceHeadMoved,
    DeviceLocked,
    Fate,
    Fault,
    KeyEnd,
)
from postal_bridge.people.device_tables import DeviceReceiptRow
from postal_bridge.people.service import (
    answer_row,
    device_lines,
    device_record,
    lock_device,
    phones_in_doubt,
    revoke_key_once,
    rows_of_dossier,
    take_row,
    verify_devices,
)
from tests.builders.delivery import Scene, a_scene
from tests.builders.delivery_acts import packed
from tests.builders.phones import SALT, Phone, a_phone, enrol, tampered
from tests.builders.runs import on_road
from tests.provision.working_day import WORKING_DAY

OPERATOR = Actor.operator()
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Rules of ours; that both databases keep rows alike is seen by the tests without this."""
FIELDS = (("reason", b"absent"), ("id_last4", b"1234"), ("photo", b"\x89PNG"))


@pytest.fixture
def road(units: Units) -> tuple[Scene, DeliveryView, Phone]:
    """One delivery on the road with a courier whose phone has a key."""
    scene = a_scene(units)
    with units.write() as uow:
        made = packed(uow, scene)
        on_road(uow, scene, made)
        uow.commit()
    return scene, made, a_phone(units, scene.courier)


@pytest.fixture
def fail(units: Units, tmp_path: Path, road: Any) -> Callable[..., bytes]:
    """The visit failed, as the phone recorded it."""
    scene, made, _ = road

    def act(recorded: Recorded | None, key: str = "k1", *, device_id: str | None = None) -> bytes:
        command = FailAtDoor(made.id, FailureReason.ABSENT, NextStep.HOLD_NOTIFY)
        once: Once[DeliveryView] = Once(key, "POST /f", "0" * 64, lambda _: b"{}")
        return fail_at_door(
            command, actor=replace(scene.courier, device_id=device_id), once=once, units=units,
            blobs=Blobs(tmp_path / "blobs"), recorded=recorded,
        )  # fmt: skip

    return act


def seen(units: Units, made: DeliveryView) -> tuple[SeenRow, ...]:
    with units.read() as uow:
        return rows_of_dossier(uow, made.dossier_id)


def findings(units: Units) -> list[str]:
    with units.read() as uow:
        return [one.why for one in verify_devices(uow)]


def in_doubt(units: Units, scene: Scene, since: datetime = WORKING_DAY) -> tuple[DeviceLine, ...]:
    with units.read() as uow:
        return phones_in_doubt(uow, scene.courier.scope, since)


def test_an_act_and_its_row_point_to_one_another(units: Units, road: Any, fail: Any) -> None:
    _, made, phone = road
    fail(phone.recorded(FAILED, made.id, "k1", FIELDS))
    (row,) = seen(units, made)
    assert (row.seq, row.state, row.faults, row.fate) == (2, ChainState.IN_ORDER, (), Fate.DONE)
    assert row.is_evidence
    with units.read() as uow:
        facts = streams.read(uow, streams.dossier_stream(made.dossier_id))
        (fact,) = (one for one in facts if (one.stream, one.seq) == row.act)
        assert (fact.kind, fact.actor["device_id"]) == ("delivery.attempt_failed", phone.device_id)
        (receipt,) = uow.session.scalars(
            select(DeviceReceiptRow).where(DeviceReceiptRow.dossier_id == made.dossier_id)
        )
        place = f"device_receipts.salt_sealed:{receipt.id}"
        assert uow.vault.open_text(made.dossier_id, receipt.salt_sealed, place=place) == SALT
    assert findings(units) == []


def test_a_row_holds_codes_and_digests_only() -> None:
    recorded = Phone("a1", "x").recorded(
        FAILED, new_id(), "k1", (*FIELDS, ("reason", "Nhà bà Năm".encode()))
    )
    body = json.loads(recorded.sent.text)["body"]
    assert body["codes"] == {"reason": "absent"}  # what is no code is a digest under any name
    assert body["digests"].keys() == {"id_last4", "photo", "reason"}
    assert recorded.is_of_act
    assert not replace(recorded, fields=FIELDS).is_of_act


@on_sqlite
def test_the_same_row_again_is_the_same_row(units: Units, road: Any, fail: Any) -> None:
    scene, made, phone = road
    recorded = phone.recorded(CALLED, made.id, "k1")
    for _ in range(2):
        call_recorded(made.id, actor=scene.courier, units=units, recorded=recorded)
    assert [row.act is not None for row in seen(units, made)] == [True]
    again = phone.recorded(CALLED, made.id, "k2")
    call_recorded(made.id, actor=scene.courier, units=units, recorded=again)
    assert [row.act is None for row in seen(units, made)] == [False, True]  # the first call stands
    failed = phone.recorded(FAILED, made.id, "k3")
    assert fail(failed, "k3") == fail(failed, "k3")
    assert len(seen(units, made)) == 3
    assert findings(units) == []


@on_sqlite
def test_a_row_that_does_not_hold_stops_no_act_and_is_no_evidence(
    units: Units, road: Any, fail: Any
) -> None:
    scene, made, phone = road
    stranger = Phone(phone.device_id, scene.courier.id, phone.seq, phone.last)
    borrowed = Phone(phone.device_id, "x", phone.seq, phone.last, phone.key_id, phone.secret)
    own = phone.recorded(CALLED, made.id, "k1", FIELDS)
    for recorded in (
        tampered(own, "absent", "refused"),
        replace(own, fields=(("reason", b"refused"),)),
        replace(own, key="another"),
        own,
        replace(phone.recorded(FAILED, made.id, "k2"), kind=CALLED),
        stranger.recorded(CALLED, made.id, "k3"),
        borrowed.recorded(CALLED, made.id, "k4"),
    ):
        call_recorded(made.id, actor=scene.courier, units=units, recorded=recorded)
    rows = seen(units, made)
    assert [row.faults for row in rows] == [
        (Fault.SIGNATURE_WRONG, Fault.ACT_DIFFERS),
        (Fault.ACT_DIFFERS,),  # twice the same of the same row
        (),  # the row with its own act: it does not contradict itself
        (Fault.ACT_DIFFERS,),
        (Fault.KEY_UNKNOWN,),
        (Fault.OTHER_PERSON,),
    ]
    assert [row.is_evidence for row in rows] == [False, False, True, False, False, False]
    with units.read() as uow:
        acts = [fact for _, facts in streams.read_all(uow, "run") for fact in facts]
        assert acts[-1].kind == "run.stop_called"
        assert acts[-1].actor["device_id"] is None  # the act is not the phone's
    (line,) = device_lines(actor=OPERATOR, units=units)
    assert (line.doubted, line.last_seq) == (5, 3)


def test_a_gap_and_a_fork_are_kept_and_shown(units: Units, road: Any, fail: Any) -> None:
    scene, made, phone = road
    lost = phone.recorded(CALLED, made.id, "k1")
    fork = Phone(phone.device_id, scene.courier.id, 1, lost.fact.prev_hash, phone.key_id)
    fork.secret = phone.secret
    fail(phone.recorded(FAILED, made.id, "k2"), "k2")
    assert findings(units) == ["gap"]
    assert [(one.missing, one.doubted) for one in in_doubt(units, scene)] == [(1, 0)]
    assert device_record(phone.device_id, actor=OPERATOR, units=units).missing == ((2, 2),)
    for recorded in (lost, fork.recorded(CALLED, made.id, "k3")):
        keep_refused(recorded, "not_found", actor=scene.courier, units=units)
    record = device_record(phone.device_id, actor=OPERATOR, units=units)
    assert [(row.seq, row.state, row.fate) for row in record.rows if row.seq == 2] == [
        (2, ChainState.FORK, Fate.REFUSED),
        (2, ChainState.LATE, Fate.REFUSED),
    ]
    assert record.missing == ()
    assert [(one.missing, one.doubted) for one in in_doubt(units, scene)] == [(0, 1)]
    assert in_doubt(units, scene, WORKING_DAY + timedelta(days=9_999)) == ()
    assert set(findings(units)) == {"fork"}


@on_sqlite
def test_a_new_key_goes_on_with_the_device_s_stream(units: Units, road: Any, fail: Any) -> None:
    scene, made, old = road
    new = Phone(old.device_id, scene.courier.id)
    with pytest.raises(DeviceHeadMoved):
        enrol(units, new, scene.courier)  # its first row does not follow the device's last one
    new = Phone(old.device_id, scene.courier.id, old.seq, old.last)
    with pytest.raises(NotFound):
        enrol(units, new, replace(scene.courier, scope=Scope()))
    new = Phone(old.device_id, scene.courier.id, old.seq, old.last)
    enrol(units, new, scene.courier)
    who: dict[str, Any] = {"actor": scene.courier, "units": units}
    call_recorded(made.id, recorded=new.recorded(CALLED, made.id, "k1"), **who)
    once: Once[None] = Once("r", "POST /r", "0" * 64, lambda _: b"{}")
    revoke_key_once(old.device_id, actor=OPERATOR, once=once, units=units)
    lock_device(old.device_id, actor=OPERATOR, units=units)
    fail(new.recorded(FAILED, made.id, "k2"), "k2")
    assert [row.faults for row in seen(units, made)] == [(), (Fault.KEY_ENDED, Fault.DEVICE_LOCKED)]
    with pytest.raises(DeviceLocked):
        enrol(units, Phone(old.device_id, scene.courier.id, new.seq, new.last), scene.courier)
    record = device_record(old.device_id, actor=OPERATOR, units=units)
    assert [one.end_reason for one in record.keys] == [KeyEnd.REVOKED, KeyEnd.REPLACED]
    assert findings(units) == []


@on_sqlite
def test_an_act_without_its_row_and_a_row_without_its_act_are_named(
    units: Units, road: Any, fail: Any
) -> None:
    scene, made, phone = road
    call_recorded(made.id, actor=scene.courier, units=units)  # no phone recorded it: as ever
    assert (seen(units, made), findings(units)) == ((), [])
    fail(None, device_id=phone.device_id)  # the phone's name without the phone's row
    assert findings(units) == ["act_without_row"]
    recorded = phone.recorded(FAILED, made.id, "k2")
    with units.write() as uow:
        taken = take_row(uow, recorded.fact, recorded.sent, is_of_act=True, actor=scene.courier)
        answer_row(uow, taken, Fate.DONE, actor=scene.courier)  # "done", and nothing was
        uow.commit()
    assert sorted(findings(units)) == ["act_without_row", "row_without_act"]
