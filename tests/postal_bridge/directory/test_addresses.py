"""Communes by what was written, as rooms ask for them."""

from datetime import date

import pytest

from config.register import load_register
from geo.address_answer import Asked
from postal_bridge.directory.addresses import commune_or_heirs, communes_meant

BEFORE, AFTER = date(2025, 6, 30), date(2026, 11, 22)
OLD_FORM = "Ấp 3, xã Long Trị, thị xã Long Mỹ, Hậu Giang"


@pytest.mark.parametrize(("on", "code"), [(BEFORE, "31477"), (AFTER, "31471")])
def test_an_address_is_taken_to_the_commune_of_the_day(on: date, code: str) -> None:
    meant = communes_meant(load_register(), OLD_FORM, on)
    assert [one.unit.code for one in meant.communes] == [code]
    assert meant.asks is None


def test_the_old_commune_it_was_found_by_is_told() -> None:
    (one,) = communes_meant(load_register(), OLD_FORM, AFTER).communes
    assert one.before is not None
    assert one.before.code == "31477"


def test_several_communes_come_with_what_to_ask() -> None:
    meant = communes_meant(load_register(), "phường Trung Thành, Thái Nguyên", AFTER)
    assert {one.unit.code for one in meant.communes} == {"05500", "05899"}
    assert meant.asks == Asked.OLD_DISTRICT


def test_two_old_communes_that_became_one_are_one_place_today() -> None:
    meant = communes_meant(load_register(), "phường 1, quận Bình Thạnh, TP HCM", AFTER)
    assert (len(meant.communes), meant.asks) == (1, None)


@pytest.mark.parametrize("text", ["", "%", "x" * 5000, "12 Nguyễn Trãi"])
def test_what_names_no_commune_means_none(text: str) -> None:
    assert communes_meant(load_register(), text, AFTER).communes == ()


@pytest.mark.parametrize(
    ("code", "on", "heirs"),
    [
        ("31471", AFTER, ["31471"]),  # it stands
        ("31477", AFTER, ["31471"]),  # old Long Trị has no code of today
        ("31477", BEFORE, ["31477"]),
        ("92", AFTER, []),  # a province
        ("99999", AFTER, []),
        ("", AFTER, []),
    ],
)
def test_a_code_names_its_commune_or_what_that_became(
    code: str, on: date, heirs: list[str]
) -> None:
    found = commune_or_heirs(load_register(), code, on)
    assert [unit.code for unit in found] == heirs


def test_an_old_commune_whose_people_went_several_ways_has_several_heirs() -> None:
    register = load_register()
    split = [
        unit.code
        for unit in register.communes(BEFORE)
        if len(register.successors(unit.code)) > 1
        and not any(one.takes_people for one in register.successors(unit.code))
        and not any(one.code == unit.code for one in register.communes(AFTER))
    ]
    for code in split[:20]:
        found = {unit.code for unit in commune_or_heirs(register, code, AFTER)}
        assert found == {one.new_code for one in register.successors(code)}
    assert split
