"""The result of a dossier that was filed on-line, taken in at the counter."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders.site import Site
from tests.routes.counter_pages import (
    CARRIER,
    COUNTER,
    HOA,
    assert_shown_once_beside,
    counter_site,
    dossiers,
)
from tests.routes.reading import Person, a_person


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = counter_site(tmp_path_factory.mktemp("home"))
    yield made
    made.container.units.engine.dispose()


@pytest.fixture
def clerk(site: Site) -> Person:
    return a_person(site, CARRIER)


def online(site: Site, clerk: Person, **changes: Any) -> Person:
    clerk.open(f"{COUNTER}/truc-tuyen")
    given = {
        "offer": clerk.form.options["offer"][1],
        "dossier_code": "H12.9-261119-0042",
        "received_on": "2020-01-02",
        **HOA,
    }
    return clerk.press(f"{COUNTER}/truc-tuyen", **(given | changes))


def test_a_result_of_an_online_filing_is_counted_first_and_recorded_then(
    site: Site, clerk: Person
) -> None:
    online(site, clerk, do="count")
    fare = re.search(r'Thu ngay</th><td class="num">([\d.]+)', clerk.html)
    assert fare is not None
    assert fare[1] != "0"
    clerk.press(f"{COUNTER}/truc-tuyen", do="record", amount_vnd=fare[1])
    assert clerk.status == 200
    assert "H12.9-261119-0042" in clerk.html
    assert "không có giấy tờ phải chuyển" in clerk.html
    assert "chuyển hồ sơ cho bộ phận một cửa" not in clerk.html


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dossier_code": None}, "dossier_code"),
        ({"received_on": None}, "received_on"),
        ({"received_on": "31/12/2020"}, "received_on"),
        ({"received_on": "2099-01-01"}, "received_on"),
        ({"owner.commune_text": None}, "owner.commune_text"),
        ({"amount_vnd": "1"}, "amount_vnd"),
        ({"offer": None}, "offer"),
        ({"owner.full_name": None}, "owner.full_name"),
    ],
)
def test_a_refused_online_filing_names_its_field_and_keeps_the_rest(
    site: Site, clerk: Person, changes: dict[str, Any], field: str
) -> None:
    before = dossiers(site)
    code = f"H12.9-261119-{abs(hash(field)) % 9000 + 1000}"
    online(site, clerk, **({"do": "record", "dossier_code": code, "pay": "at_door"} | changes))
    assert clerk.status in (409, 422)
    assert_shown_once_beside(clerk, field)
    assert dossiers(site) == before
    assert clerk.form.values["owner.phone"] == HOA["owner.phone"]
