"""Citizens' fields are sealed, found blind, and every look at them leaves a row (S3, S4)."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.keys import KeyUnusable
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.kernel.vault import Erased
from postal_bridge.people.identity import IdNumberImplausible, NameNotAccepted, PhoneNotAccepted
from postal_bridge.people.parties import AddressMissing
from postal_bridge.people.party_checks import verify_people
from postal_bridge.people.service import (
    IdKind,
    NewConsent,
    PartyRole,
    change_recipient_address,
    consents_of,
    find_dossiers_by_person,
    forget_people,
    looks_of,
    may_receive,
    parties_of,
    party_view,
    record_consent,
    record_look,
    revoke_party,
    withdraw_consent,
)
from postal_bridge.people.tables import LookRow, PartyIndexRow, PartyRow
from tests.builders.directory import a_place
from tests.builders.people import a_clerk, a_dossier_id, a_new_party, a_party

ON = date(2026, 3, 2)
JOB = Actor.job("test")
SECRETS = ("Nguyễn Thị Hoa", "912345678", "093099012345", "Ấp 3", "hoa@example.vn", "con gái")


def everything_stored(units: Units) -> bytes:
    """All rows of people's tables as bytes."""
    with units.read() as uow:
        return b"".join(
            repr(tuple(row)).encode() + b"".join(cell for cell in row if isinstance(cell, bytes))
            for table in (PartyRow.__table__, PartyIndexRow.__table__)
            for row in uow.session.execute(select(table))
        )


def test_a_party_reads_back_as_given_and_normalised(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    party_id = a_party(units, dossier_id, email="hoa@example.vn", relation="con gái")
    with units.read() as uow:
        (party,) = parties_of(uow, dossier_id)
        assert party_view(uow, party_id) == party
    assert (party.full_name, party.phone) == ("Nguyễn Thị Hoa", "+84912345678")
    assert (party.id_number, party.id_kind) == ("093099012345", IdKind.PERSONAL_ID)
    assert (party.email, party.relation) == ("hoa@example.vn", "con gái")
    assert party.masked_id_number == "0930******45"


def test_no_personal_field_stands_readable_in_the_database_or_a_repr(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    given = {"email": "hoa@example.vn", "relation": "con gái"}
    a_party(units, dossier_id, **given)
    stored = everything_stored(units)
    with units.read() as uow:
        (party,) = parties_of(uow, dossier_id)
    shown = repr(party) + repr(a_new_party(dossier_id, **given))
    for secret in SECRETS:
        assert secret.encode() not in stored
        assert secret not in shown


def test_a_sealed_field_does_not_open_in_another_row(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    one = a_party(units, dossier_id)
    two = a_party(units, dossier_id, full_name="Y Blăk", phone=None, id_number=None)
    with units.write() as uow:
        rows = {row.id: row for row in uow.session.scalars(select(PartyRow))}
        rows[two].full_name = rows[one].full_name
        uow.commit()
    with units.read() as uow, pytest.raises(KeyUnusable):
        party_view(uow, two)


def test_destroying_the_key_erases_the_people(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    party_id = a_party(units, dossier_id)
    with units.write() as uow:
        forget_people(uow, dossier_id)
        uow.vault.destroy(dossier_id)
        uow.commit()
    with units.read() as uow:
        with pytest.raises(Erased):
            party_view(uow, party_id)
        assert not find_dossiers_by_person(uow, "0912345678")


def test_without_a_data_key_nobody_can_be_stored(units: Units) -> None:
    with pytest.raises(Erased):
        a_party(units, UUID(int=1))


@pytest.mark.parametrize(
    "asked", ["0912345678", "+84 912 345 678", "093099012345", " 093 099 012 345 "]
)
def test_a_person_is_found_by_phone_or_number_however_written(units: Units, asked: str) -> None:
    first, second, other = (a_dossier_id(units) for _ in range(3))
    a_party(units, first)
    a_party(units, second, role=PartyRole.RECIPIENT)
    a_party(units, other, phone="0987654321", id_number="001 300 123456")
    with units.read() as uow:
        assert find_dossiers_by_person(uow, asked) == {first, second}


@pytest.mark.parametrize("asked", ["", "345678", "0912%", "093099012346", "Nguyễn Thị Hoa", "%"])
def test_parts_wildcards_and_names_find_nobody(units: Units, asked: str) -> None:
    a_party(units, a_dossier_id(units))
    with units.read() as uow:
        assert not find_dossiers_by_person(uow, asked)


def test_a_passport_number_is_found_as_written(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    a_party(units, dossier_id, id_number="c 1234567", id_kind=IdKind.PASSPORT)
    with units.read() as uow:
        assert find_dossiers_by_person(uow, "C1234567") == {dossier_id}


@pytest.mark.parametrize("name", ["Hoa", "Y Blăk", "H'Hen", "Danh Sóc Kha"])
def test_any_whole_name_passes(units: Units, name: str) -> None:
    dossier_id = a_dossier_id(units)
    a_party(units, dossier_id, full_name=name)
    with units.read() as uow:
        assert parties_of(uow, dossier_id)[0].full_name == name


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"full_name": "  "}, NameNotAccepted),
        ({"phone": "12"}, PhoneNotAccepted),
        ({"id_number": "12345"}, IdNumberImplausible),
        ({"id_number": "999099012345"}, IdNumberImplausible),
    ],
)
def test_what_cannot_be_is_refused(
    units: Units, change: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        a_party(units, a_dossier_id(units), **change)


def test_a_changed_address_is_the_one_from_now_on(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    party_id = a_party(units, dossier_id)
    with units.write() as uow:
        with pytest.raises(AddressMissing):
            change_recipient_address(uow, party_id, "  ", actor=JOB)
        change_recipient_address(uow, party_id, "Khu vực 5", "31473", actor=JOB)
        uow.commit()
    with units.read() as uow:
        party = party_view(uow, party_id)
    assert (party.address_text, party.commune_code) == ("Khu vực 5", "31473")


def test_who_may_receive_are_owner_and_whoever_was_named_while_it_holds(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    plain = {"phone": None, "id_number": None}
    owner = a_party(units, dossier_id)
    a_party(units, dossier_id, role=PartyRole.SUBMITTER, **plain)
    a_party(units, dossier_id, role=PartyRole.PAYER, **plain)
    named = a_party(units, dossier_id, role=PartyRole.MAY_RECEIVE, **plain)
    proxy = a_party(units, dossier_id, role=PartyRole.PROXY, authority_until=ON, **plain)
    a_party(units, dossier_id, role=PartyRole.PROXY, authority_until=date(2026, 3, 1), **plain)
    with units.read() as uow:
        assert {party.id for party in may_receive(uow, dossier_id, ON)} == {owner, named, proxy}
    with units.write() as uow:
        revoke_party(uow, named, actor=JOB)
        uow.commit()
    with units.read() as uow:
        assert {party.id for party in may_receive(uow, dossier_id, ON)} == {owner, proxy}


def test_a_look_of_a_clerk_is_one_row_with_the_name(units: Units) -> None:
    a_place(units)
    clerk, dossier_id = a_clerk(units), a_dossier_id(units)
    with units.write() as uow:
        record_look(uow, dossier_id, actor=clerk, reason="counter")
        uow.commit()
    with units.read() as uow:
        (look,) = looks_of(uow, dossier_id)
    assert (look.name, look.reason, look.unit_id) == ("Lê Thị Mai", "counter", clerk.unit_id)


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (ActorKind.API_CLIENT, 1),
        (ActorKind.DEVICE, 1),
        (ActorKind.OPERATOR, 1),
        (ActorKind.CITIZEN, 0),
        (ActorKind.SYSTEM, 0),
    ],
)
def test_citizens_and_jobs_leave_no_look(units: Units, kind: ActorKind, rows: int) -> None:
    dossier_id = a_dossier_id(units)
    with units.write() as uow:
        actor = Actor(kind, "who", Scope(dossier_id=dossier_id))
        record_look(uow, dossier_id, actor=actor, reason="page")
        uow.commit()
    with units.read() as uow:
        assert len(looks_of(uow, dossier_id)) == rows


@pytest.mark.parametrize("change", ["UPDATE looks SET reason = 'none'", "DELETE FROM looks"])
def test_looks_cannot_be_changed_or_removed(units: Units, change: str) -> None:
    dossier_id = a_dossier_id(units)
    with units.write() as uow:
        record_look(uow, dossier_id, actor=Actor.operator(), reason="support")
        uow.commit()
    with units.write() as uow, pytest.raises(DBAPIError, match="insert_only"):
        uow.session.execute(text(change))
    with units.read() as uow:
        assert uow.session.scalars(select(LookRow.reason)).all() == ["support"]


def test_a_consent_stands_with_version_and_can_be_withdrawn(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    party_id = a_party(units, dossier_id)
    new = NewConsent(dossier_id, party_id, "post_account_of_messages", "2026-01", "counter")
    with units.write() as uow:
        consent_id = record_consent(uow, new, actor=JOB)
        uow.commit()
    with units.write() as uow:
        assert consents_of(uow, dossier_id)[0].withdrawn_at is None
        withdraw_consent(uow, consent_id, actor=JOB)
        uow.commit()
    with units.read() as uow:
        (consent,) = consents_of(uow, dossier_id)
    assert (consent.text_version, consent.taken_by) == ("2026-01", JOB.ref)
    assert consent.withdrawn_at is not None


def test_the_chain_knows_each_person_without_saying_anything_of_them(units: Units) -> None:
    dossier_id = a_dossier_id(units)
    party_id = a_party(units, dossier_id)
    twin_id = a_party(units, dossier_id)
    with units.write() as uow:
        change_recipient_address(uow, party_id, "Ấp 4, Xã Long Trị", actor=Actor.job("test"))
        revoke_party(uow, twin_id, actor=Actor.job("test"))
        uow.commit()
    with units.read() as look:
        assert list(verify_people(look)) == []
        facts = streams.read(look, streams.dossier_stream(dossier_id))
    assert [fact.kind for fact in facts] == [
        "party.added", "party.added", "party.changed", "party.revoked"
    ]  # fmt: skip
    digests = [fact.body["digest"] for fact in facts]
    assert len(set(digests)) == 4  # the same person twice has two digests
    said = str([fact.body for fact in facts])
    assert not any(word in said for word in ("Nguyễn", "Long Trị", "912345678", "099012345"))
    with units.write() as uow:
        uow.vault.destroy(dossier_id)
        assert list(verify_people(uow)) == []  # erased people can be checked still
        uow.session.get_one(PartyRow, party_id).commune_code = "00001"
        uow.session.flush()
        assert [one.why for one in verify_people(uow)] == ["party_differs"]
