"""Personal fields: sealed in place, erased with their key, readable through rotation."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import KeyRing, KeyState, KeyUnusable, Purpose, seal, unseal
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.kernel.vault import Erased

PLACE = "parties.phone:1"


def test_a_sealed_field_opens_only_where_it_was_put(units: Units) -> None:
    dossier = new_id()
    with units.write() as uow:
        uow.vault.create(dossier)
        sealed = uow.vault.seal(dossier, b"0912", place=PLACE)
        uow.commit()
    assert b"0912" not in sealed
    with units.read() as uow:
        assert uow.vault.open(dossier, sealed, place=PLACE) == b"0912"
        with pytest.raises(KeyUnusable):
            uow.vault.open(dossier, sealed, place="parties.phone:2")


def test_destroying_the_key_erases_the_person(units: Units) -> None:
    dossier = new_id()
    with units.write() as uow:
        uow.vault.create(dossier)
        sealed = uow.vault.seal(dossier, b"0912", place=PLACE)
        uow.vault.destroy(dossier)
        uow.commit()
    with units.read() as uow, pytest.raises(Erased):
        uow.vault.open(dossier, sealed, place=PLACE)


def test_old_ciphertexts_open_after_rotation_and_not_after_retirement() -> None:
    ring = KeyRing.fresh()
    first = ring.active(Purpose.FIELD_MASTER)
    old = seal(first, b"x", PLACE)
    ring, second = ring.add(Purpose.FIELD_MASTER)
    ring = ring.activate(second)
    new = seal(ring.active(Purpose.FIELD_MASTER), b"y", PLACE)
    assert unseal(ring, Purpose.FIELD_MASTER, old, PLACE) == b"x"
    assert ring.active(Purpose.FIELD_MASTER).id == second
    retired = ring.retire(first.id)
    assert unseal(retired, Purpose.FIELD_MASTER, new, PLACE) == b"y"
    with pytest.raises(KeyUnusable):
        unseal(retired, Purpose.FIELD_MASTER, old, PLACE)


def test_the_active_key_cannot_be_retired() -> None:
    ring = KeyRing.fresh()
    with pytest.raises(KeyUnusable):
        ring.retire(ring.active(Purpose.SESSION).id)


def test_rewrapping_lets_the_old_master_key_go(units: Units, key_ring: KeyRing) -> None:
    dossier = new_id()
    with units.write() as uow:
        uow.vault.create(dossier)
        sealed = uow.vault.seal(dossier, b"0912", place=PLACE)
        uow.commit()
    old = key_ring.active(Purpose.FIELD_MASTER)
    ring, fresh = key_ring.add(Purpose.FIELD_MASTER)
    units.ring = ring.activate(fresh)
    with units.write() as uow:
        uow.vault.rewrap(dossier)
        uow.commit()
    units.ring = units.ring.retire(old.id)
    with units.read() as uow:
        assert uow.vault.open(dossier, sealed, place=PLACE) == b"0912"


def test_keys_are_kept_whole_and_private(tmp_path: Path) -> None:
    ring, path = KeyRing.fresh(), tmp_path / "keys.json"
    ring.save(path)
    assert KeyRing.load(path) == ring
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(SetupLacking):
        KeyRing.load(tmp_path / "none.json")


def test_a_key_does_not_show_its_secret() -> None:
    key = KeyRing.fresh().active(Purpose.SESSION)
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_blind_indexes_are_equal_for_equal_values_only(left: str, right: str) -> None:
    ring = KeyRing.fresh()
    assert (ring.blind(left) == ring.blind(right)) is (left == right)


def test_a_value_indexed_before_rotation_is_still_found() -> None:
    ring = KeyRing.fresh()
    stored = ring.blind("0912")[0]
    ring, fresh = ring.add(Purpose.BLIND_INDEX)
    assert stored in ring.activate(fresh).blind("0912")


def test_signatures_outlive_retirement_and_notice_a_changed_byte() -> None:
    ring = KeyRing.fresh()
    key_id, signature = ring.sign(b"slip")
    ring, fresh = ring.add(Purpose.OFFICE_SIGNING)
    ring = ring.activate(fresh).retire(key_id)
    assert ring.keys[key_id].state is KeyState.RETIRED
    assert ring.is_signed(key_id, signature, b"slip")
    assert not ring.is_signed(key_id, signature, b"slop")
