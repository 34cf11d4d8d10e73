"""One visit, one fare: a result comes along with another, from the counter to the quote's page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from postal_bridge.counter.ending import Withdraw, withdraw_dossier
from postal_bridge.delivery.rules import DeliveryAction
from postal_bridge.delivery.service import delivery_of_dossier, verify_delivery
from postal_bridge.delivery.store import find, move
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.service import dossier_by_number
from postal_bridge.money.service import quote_view, verify_ledger
from tests.builders.counter import once_key
from tests.builders.directory import SEATED_LINK, a_place
from tests.builders.site import Site
from tests.routes.counter_pages import (
    CARRIER,
    SEATED,
    accept,
    actor_of,
    assert_shown_once_beside,
    counter_site,
    dossiers,
    due_vnd,
    filled,
    offer,
    paid_text,
)
from tests.routes.reading import Person, a_person

FULL = "26.000"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = counter_site(tmp_path_factory.mktemp("home"))
    yield made
    made.container.units.engine.dispose()


@pytest.fixture
def clerk(site: Site) -> Person:
    return a_person(site, SEATED)


def house(number: int) -> dict[str, str]:
    """Another member of the family of this house."""
    return {"owner.full_name": f"Trần Thị Lan {'ABCDEFGHIJ'[number]}", "owner.id_number": ""} | {
        "owner.address_text": f"{900 + number} Trần Hưng Đạo"
    }


def served(site: Site, clerk: Person, **typed: Any) -> Person:
    """The form of a result that is brought home, filled in and counted."""
    return filled(clerk, offer(site, "social-allowance", SEATED_LINK), **typed)


def handed_in(site: Site, clerk: Person, **typed: Any) -> str:
    """Accepted for what is due; returns the acceptance number."""
    served(site, clerk, **typed)
    accept(clerk, amount_vnd=due_vnd(clerk), **typed)
    assert clerk.status == 200, clerk.html
    return number_on(clerk)


def number_on(clerk: Person) -> str:
    found = re.search(r'class="big">([^<]+)<', clerk.html)
    assert found is not None, clerk.html
    return found[1].strip()


def delivery_of(site: Site, number: str) -> DeliveryView:
    with site.container.units.read() as uow:
        dossier = dossier_by_number(uow, number, actor_of(site, SEATED).scope)
        assert dossier is not None
        found = delivery_of_dossier(uow, dossier.id)
    assert found is not None
    return found


def do(site: Site, number: str, action: DeliveryAction) -> None:
    """The delivery of this dossier has moved on."""
    with site.container.units.write() as uow:
        row = find(uow, delivery_of(site, number).id, actor_of(site, SEATED).scope)
        move(uow, row, action, actor=actor_of(site, SEATED))
        uow.commit()


def quoted(site: Site, number: str) -> Any:
    delivery = delivery_of(site, number)
    assert delivery.quote_id is not None
    with site.container.units.read() as uow:
        return quote_view(uow, delivery.quote_id, actor=actor_of(site, SEATED))


def test_a_result_for_the_same_house_is_offered_and_comes_for_what_it_adds(
    site: Site, clerk: Person
) -> None:
    first = handed_in(site, clerk, **house(0))
    typed = house(0) | {"owner.full_name": "Trần Văn Nam"}
    served(site, clerk, **typed)
    assert due_vnd(clerk) == FULL
    assert f"Đi cùng chuyến với hồ sơ {first}" in clerk.html
    clerk.press(f"{clerk.path}/luu", joins_offered=first, **typed)
    assert due_vnd(clerk) == "1.000"
    assert "đi cùng chuyến với một kết quả khác về cùng nhà" in clerk.html
    accept(clerk, amount_vnd="1.000", joins_offered=first, **typed)
    assert paid_text(clerk) == "1.000\u00a0đ"
    second = number_on(clerk)
    made = quoted(site, second)
    assert made.citizen_vnd == 1_000

    said = clerk.open(f"/bao-gia/{made.id}").html
    assert "đi cùng chuyến với một kết quả khác về cùng nhà (một chuyến, một cước)" in said
    for told in (first, "Trần Thị Lan"):
        assert told not in said
        assert told not in made.explanation_vi


def test_a_number_that_is_typed_shows_the_same_choice_as_one_that_was_ticked(
    site: Site, clerk: Person
) -> None:
    first = handed_in(site, clerk, **house(9))
    served(site, clerk, **house(9))
    clerk.press(f"{clerk.path}/luu", joins_typed=f" {first.lower()} ", **house(9))
    assert due_vnd(clerk) == "1.000"
    chosen = re.findall(r'name="joins_offered" value="([^"]*)" checked', clerk.html)
    assert chosen == [first]


def test_nobody_of_another_house_is_offered(site: Site, clerk: Person) -> None:
    handed_in(site, clerk, **house(1))
    served(site, clerk, **house(2))
    assert "joins_offered" not in clerk.html


def test_a_number_that_is_typed_shares_the_visit_to_the_hamlet(site: Site, clerk: Person) -> None:
    first = handed_in(site, clerk, **house(3))
    second = handed_in(site, clerk, joins_typed=first.lower(), **house(4))
    assert "cùng thôn, ấp" in quoted(site, second).explanation_vi
    assert quoted(site, second).citizen_vnd == 1_000


def test_the_other_keeps_its_price_when_the_first_is_cancelled(site: Site, clerk: Person) -> None:
    first = handed_in(site, clerk, **house(5))
    second = handed_in(site, clerk, joins_typed=first, **house(5))
    before = quoted(site, second)
    gone = Withdraw(delivery_of(site, first).dossier_id)
    withdraw_dossier(
        gone, actor=actor_of(site, SEATED), once=once_key(), units=site.container.units
    )
    assert quoted(site, second) == before
    with site.container.units.read() as uow:
        assert list(verify_ledger(uow)) == []
        assert list(verify_delivery(uow)) == []
    served(site, clerk, **house(5))
    accept(clerk, amount_vnd=due_vnd(clerk), joins_typed=second, **house(5))
    assert_shown_once_beside(clerk, "joins_typed")
    assert "lần đến đó chưa trả cước" in clerk.html


@pytest.fixture(scope="module")
def waiting(site: Site) -> str:
    """A result of this office that waits for a home."""
    return handed_in(site, a_person(site, SEATED), **house(6))


@pytest.fixture(scope="module")
def foreign(site: Site) -> str:
    """A result of another office that waits for a home."""
    elsewhere = a_person(site, CARRIER)
    filled(elsewhere, offer(site, "social-allowance"))
    accept(elsewhere, amount_vnd=due_vnd(elsewhere))
    return number_on(elsewhere)


@pytest.fixture(scope="module")
def packed(site: Site) -> str:
    number = handed_in(site, a_person(site, SEATED), **house(7))
    do(site, number, DeliveryAction.PACK)
    return number


ELSEWHERE = {"owner.commune_text": "(32188)"}
REFUSALS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "unknown": ("KHONG-CO-1", {}, "vi", "Không có hồ sơ số KHONG-CO-1"),
    "of another office": ("foreign", {}, "vi", "Không có hồ sơ số"),
    "packed": ("packed", {}, "en", "does not wait to be packed"),
    "another commune": ("waiting", ELSEWHERE, "vi", "khác nơi, khác ngày"),
    "fetched": ("waiting", {"delivery.place": "point"}, "en", "Only a result that is brought home"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_come_along_is_refused_beside_the_number(
    site: Site, request: pytest.FixtureRequest, case: str
) -> None:
    named, changes, language, sentence = REFUSALS[case]
    known = named in ("foreign", "packed", "waiting")
    number = request.getfixturevalue(named) if known else named
    before = dossiers(site, SEATED)
    clerk = served(site, a_person(site, SEATED, language), **house(8))
    accept(clerk, amount_vnd=due_vnd(clerk), joins_typed=number, **(house(8) | changes))
    assert clerk.status in (409, 422)
    assert_shown_once_beside(clerk, "joins_typed")
    assert sentence in clerk.html
    assert dossiers(site, SEATED) == before


def test_the_interface_says_what_the_shared_fare_would_be_or_why_there_is_none(
    site: Site, waiting: str, foreign: str, packed: str
) -> None:
    place = a_place(site.container.units, SEATED_LINK)
    caller = site.api(SEATED)

    def said(number: str) -> Any:
        asked = {
            "link_id": str(place.link.id),
            "procedure_id": str(place.procedure("social-allowance").id),
            "service_form": "receive",
            "place": "door",
            "recipient_commune": "31471",
            "joins_dossier": number,
        }
        return caller.post("/api/v1/quotes", asked, f"asked-{number}").get_json()

    assert said(waiting)["fare_vnd"] == 1_000
    refused = [said("0"), said(foreign), said(packed)]
    assert [one["refusal"] for one in refused] == [
        "visit_not_found",
        "visit_not_found",
        "visit_not_open",
    ]
