"""A row of a phone's own stream, on plain values: its form, its signature, its place."""

from dataclasses import replace

import pytest

from postal_bridge.people.device_rows import (
    ChainState,
    Neighbours,
    PublicKeyWrong,
    RowUnreadable,
    chain_state,
    check_public_key,
    is_signed,
    missing_before,
    read_row,
)
from tests.builders.phones import AT, Phone

HERE = Neighbours(3, frozenset(), frozenset(), frozenset())


def phone() -> Phone:
    return Phone("a1b2", "0199-staff")


def test_a_row_says_what_the_phone_wrote() -> None:
    own = phone()
    sent = own.row("door.failed", {"codes": {"reason": "absent"}})
    fact = read_row(sent.text)
    assert (fact.device_id, fact.seq, fact.kind) == ("a1b2", 1, "door.failed")
    assert (fact.occurred_at, fact.hash, fact.staff_id) == (AT, own.last, "0199-staff")
    assert is_signed(sent.text, sent.signature, own.public_key)


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": True},
        {"seq": 1.0},
        {"version": 2},
        {"stream": "dossier:a1b2"},
        {"stream": "device:a b"},
        {"kind": "Door"},
        {"prev_hash": "0" * 63},
        {"occurred_at": "2026-11-22T03:42:11Z"},
        {"recorded_at": AT},
        {"actor": {}},
        {"actor": None},
        {"body": []},
        {"more": 1},
    ],
)
def test_what_is_no_row_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(RowUnreadable):
        phone().row("door.failed", {}, **change)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 6_000, '{"a":1}'])
def test_what_is_no_json_of_a_row_is_refused(text: str) -> None:
    with pytest.raises(RowUnreadable):
        read_row(text)


def test_a_row_has_one_byte_form() -> None:
    text = phone().row("door.failed", {"b": 1, "a": 2}).text
    with pytest.raises(RowUnreadable):
        read_row(text.replace(",", ", ", 1))
    with pytest.raises(RowUnreadable):
        read_row(text.replace('{"a":2,"b":1}', '{"b":1,"a":2}'))


def test_only_the_very_bytes_and_the_very_key_are_signed() -> None:
    own, other = phone(), phone()
    sent = own.row("door.failed", {"codes": {"reason": "absent"}})
    assert not is_signed(sent.text.replace("absent", "refused"), sent.signature, own.public_key)
    assert not is_signed(sent.text, sent.signature, other.public_key)
    for wrong in ("", "?", sent.signature[:-8], "AA" + sent.signature, own.public_key):
        assert not is_signed(sent.text, wrong, own.public_key)


@pytest.mark.parametrize(
    "key", ["", "?", "AAAA", "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="]
)
def test_a_key_is_on_p_256_or_none(key: str) -> None:
    with pytest.raises(PublicKeyWrong):
        check_public_key(key)
    check_public_key(phone().public_key)


def test_where_a_row_stands() -> None:
    own = phone()
    one, two = (read_row(own.row("door.failed", {}).text) for _ in range(2))
    none = frozenset[str]()
    assert chain_state(one, Neighbours(0, none, none, none)) is ChainState.IN_ORDER
    assert chain_state(two, Neighbours(1, none, frozenset({one.hash}), none)) is ChainState.IN_ORDER
    assert chain_state(two, Neighbours(0, none, none, none)) is ChainState.GAP
    assert chain_state(two, Neighbours(9, none, none, none)) is ChainState.GAP
    assert (
        chain_state(one, Neighbours(2, none, none, frozenset({two.prev_hash}))) is ChainState.LATE
    )


def test_what_contradicts_a_row_that_is_here_is_a_fork() -> None:
    own = phone()
    one, two = (read_row(own.row("door.failed", {}).text) for _ in range(2))
    other = frozenset({"f" * 64})
    assert chain_state(two, replace(HERE, beside=other)) is ChainState.FORK
    assert chain_state(two, replace(HERE, before=other)) is ChainState.FORK
    assert chain_state(two, replace(HERE, before=frozenset({one.hash}), after=other)) is (
        ChainState.FORK
    )
    first = phone()
    first.last = "f" * 64  # the first row of a device follows nothing
    assert chain_state(read_row(first.row("door.failed", {}).text), HERE) is ChainState.FORK


def test_the_numbers_that_did_not_come() -> None:
    assert missing_before(frozenset()) == ()
    assert missing_before(frozenset({1, 2, 3})) == ()
    assert missing_before(frozenset({3, 4, 7})) == ((1, 2), (5, 6))
