"""Links and codes: long or slow, used once, counted, and never for a shared phone (S2)."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import KeyRing, KeyUnusable, Purpose
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.citizen_access import MOST_CODES_AN_HOUR, MOST_TRIES, TooManyCodes
from postal_bridge.people.secrets import is_code, keyed_hashes
from postal_bridge.people.service import (
    PartyRole,
    check_hand_over_code,
    check_sign_in_code,
    dossier_of_link,
    mint_citizen_link,
    mint_hand_over_code,
    mint_sign_in_code,
    revoke_citizen_links,
    try_hand_over_code,
)
from postal_bridge.people.tables import CitizenLinkRow, OneTimeCodeRow
from tests.builders.people import a_dossier_id, a_party

JOB = Actor.job("test")


def a_link(units: Units, dossier_id: UUID) -> str:
    with units.write() as uow:
        token = mint_citizen_link(uow, dossier_id)
        uow.commit()
    return token


def a_code(units: Units, item_id: UUID) -> str:
    with units.write() as uow:
        code = mint_hand_over_code(uow, new_id(), item_id)
        uow.commit()
    return code


def uses(units: Units, item_id: UUID, code: str) -> bool:
    with units.write() as uow:
        is_right = check_hand_over_code(uow, item_id, code)
        uow.commit()
    return is_right


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def grow_older(units: Units, by: timedelta) -> None:
    """All codes were made and tried this much earlier."""
    with units.write() as uow:
        for row in uow.session.scalars(select(OneTimeCodeRow)):
            row.created_at -= by
            row.expires_at -= by
            row.last_try_at = row.last_try_at and row.last_try_at - by
        uow.commit()


def test_a_link_opens_its_dossier_and_is_stored_as_hmac_only(units: Units) -> None:
    dossier_id = new_id()
    token = a_link(units, dossier_id)
    assert len(token) * 6 >= 128
    with units.read() as uow:
        assert dossier_of_link(uow, token) == dossier_id
        stored = uow.session.scalars(select(CitizenLinkRow.token_hash)).one()
        assert dossier_of_link(uow, stored) is None
        assert dossier_of_link(uow, token[:-1]) is None
        assert dossier_of_link(uow, "") is None
    assert token not in stored


def test_no_two_links_are_alike_and_older_slips_stay_good(units: Units) -> None:
    dossier_id = new_id()
    tokens = {a_link(units, dossier_id) for _ in range(20)}
    assert len(tokens) == 20
    with units.read() as uow:
        assert {dossier_of_link(uow, token) for token in tokens} == {dossier_id}


def test_revoked_links_open_nothing(units: Units) -> None:
    mine, other = new_id(), new_id()
    token, kept = a_link(units, mine), a_link(units, other)
    with units.write() as uow:
        assert revoke_citizen_links(uow, mine) == 1
        uow.commit()
    with units.read() as uow:
        assert dossier_of_link(uow, token) is None
        assert dossier_of_link(uow, kept) == other


def test_a_link_outlives_the_rotation_of_its_key() -> None:
    ring = KeyRing.fresh()
    before = keyed_hashes(ring, Purpose.BLIND_INDEX, "citizen_link", "token")[0]
    added, key_id = ring.add(Purpose.BLIND_INDEX)
    rotated = added.activate(key_id)
    after = keyed_hashes(rotated, Purpose.BLIND_INDEX, "citizen_link", "token")
    assert before in after
    assert after[0] != before


def test_a_hand_over_code_is_used_once(units: Units) -> None:
    item_id = new_id()
    code = a_code(units, item_id)
    assert len(code) == 6
    assert not uses(units, new_id(), code), "another item's"
    assert uses(units, item_id, f" {code} ")
    assert not uses(units, item_id, code)


def test_a_copy_of_the_database_alone_cannot_check_a_code(units: Units) -> None:
    first, _ = a_code(units, new_id()), a_code(units, new_id())
    with units.read() as uow:
        rows = uow.session.scalars(select(OneTimeCodeRow)).all()
    assert len({row.salt for row in rows}) == 2
    with pytest.raises(KeyUnusable):
        is_code(KeyRing.fresh(), rows[0].code_hash, first, rows[0].salt)


def test_after_five_wrong_tries_even_the_right_code_is_refused(units: Units) -> None:
    item_id = new_id()
    code = a_code(units, item_id)
    for _ in range(MOST_TRIES):
        assert not uses(units, item_id, other_than(code))
    assert not uses(units, item_id, code)


def test_four_wrong_tries_leave_one_right_one(units: Units) -> None:
    item_id = new_id()
    code = a_code(units, item_id)
    for _ in range(MOST_TRIES - 1):
        assert not uses(units, item_id, other_than(code))
    assert uses(units, item_id, code)


def test_a_new_code_buys_no_new_tries_within_the_hour(units: Units) -> None:
    item_id = new_id()
    code = a_code(units, item_id)
    for _ in range(MOST_TRIES):
        uses(units, item_id, other_than(code))
    fresh = a_code(units, item_id)
    assert not uses(units, item_id, fresh)
    grow_older(units, timedelta(hours=1, seconds=1))
    assert uses(units, item_id, fresh)


def test_a_new_code_replaces_the_one_before(units: Units) -> None:
    item_id = new_id()
    first = a_code(units, item_id)
    second = a_code(units, item_id)
    assert first == second or not uses(units, item_id, first)
    assert uses(units, item_id, second)


def test_a_wrong_try_stays_counted_when_the_hand_over_is_refused(units: Units) -> None:
    item_id = new_id()
    code = a_code(units, item_id)
    for _ in range(MOST_TRIES):
        assert not try_hand_over_code(item_id, other_than(code), actor=JOB, units=units)
        with units.write() as uow:
            check_hand_over_code(uow, item_id, other_than(code))  # refused: nothing committed
    assert not uses(units, item_id, code)


def test_trying_the_right_code_does_not_use_it_up(units: Units) -> None:
    item_id = new_id()
    code = a_code(units, item_id)
    assert try_hand_over_code(item_id, code, actor=JOB, units=units)
    assert uses(units, item_id, code)


def test_a_hand_over_code_runs_out(units: Units) -> None:
    item_id = new_id()
    code = a_code(units, item_id)
    grow_older(units, timedelta(days=30))
    assert not uses(units, item_id, code)


def signs_in(units: Units, dossier_id: UUID, code: str) -> bool:
    with units.write() as uow:
        is_right = check_sign_in_code(uow, dossier_id, code)
        uow.commit()
    return is_right


def test_a_sign_in_code_goes_to_the_owners_phone_and_lives_ten_minutes(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    owner = a_party(units, dossier_id)
    with units.write() as uow:
        sent = mint_sign_in_code(uow, dossier_id)
        uow.commit()
    assert sent is not None
    assert (sent.party_id, sent.phone) == (owner, "+84912345678")
    assert sent.code not in repr(sent)
    assert not signs_in(units, new_id(), sent.code)
    assert signs_in(units, dossier_id, sent.code)
    assert not signs_in(units, dossier_id, sent.code)
    with units.write() as uow:
        late = mint_sign_in_code(uow, dossier_id)
        uow.commit()
    grow_older(units, timedelta(minutes=10))
    assert late is not None
    assert not signs_in(units, dossier_id, late.code)


@pytest.mark.parametrize(
    "change", [{"is_phone_shared": True}, {"phone": None}, {"phone": "0243 825 2900"}]
)
def test_shared_missing_and_landline_phones_get_no_code(
    units: Units, change: dict[str, object]
) -> None:
    dossier_id = a_dossier_id(units)
    a_party(units, dossier_id, **change)
    with units.write() as uow:
        assert mint_sign_in_code(uow, dossier_id) is None


def test_the_code_goes_past_a_shared_phone_to_the_next_person(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    a_party(units, dossier_id, is_phone_shared=True)
    a_party(units, dossier_id, role=PartyRole.PAYER, phone="0987654321", id_number=None)
    other = a_party(units, dossier_id, role=PartyRole.RECIPIENT, phone="0987654322", id_number=None)
    with units.write() as uow:
        sent = mint_sign_in_code(uow, dossier_id)
    assert sent is not None
    assert sent.party_id == other


def test_codes_cannot_be_asked_for_without_end(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    a_party(units, dossier_id)
    with units.write() as uow:
        for _ in range(MOST_CODES_AN_HOUR):
            mint_sign_in_code(uow, dossier_id)
        with pytest.raises(TooManyCodes):
            mint_sign_in_code(uow, dossier_id)
