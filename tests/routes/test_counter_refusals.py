"""Each refusal at the counter stands beside its field; nothing is recorded, nothing is lost."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from postal_bridge.people.samples import SANDBOX_PASSWORD
from tests.builders.site import Site
from tests.routes.counter_pages import (
    CARRIER,
    COUNTER,
    HOA,
    SHUT,
    accept,
    assert_shown_once_beside,
    begin,
    counter_site,
    dossiers,
    due_vnd,
    error_fields,
    filled,
    offer,
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


# --- each refusal: beside its field, nothing recorded, nothing lost ---

REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"owner.full_name": None}, "owner.full_name"),
    "wrong phone": ({"owner.phone": "12"}, "owner.phone"),
    "wrong personal number": ({"owner.id_number": "000"}, "owner.id_number"),
    "no such commune": ({"owner.commune_text": "Xyzzy"}, "owner.commune_text"),
    "several communes": ({"owner.commune_text": "Tân An"}, "owner.commune_text"),
    "no commune for a door": ({"owner.commune_text": None}, "owner.commune_text"),
    "a paper missing": ({"papers.0.tally": ""}, "papers"),
    "papers that are no number": ({"papers.2.originals": "x"}, "papers.2.originals"),
    "no sets": ({"sets": "0"}, "sets"),
    "a weight in words": ({"weight_g": "nhẹ"}, "weight_g"),
    "a wrong amount": ({"amount_vnd": "1.000"}, "amount_vnd"),
    "an amount in words": ({"amount_vnd": "ba chục"}, "amount_vnd"),
    "relief without its proof": ({"relief_code": "poor_household"}, "is_relief_proof_seen"),
    "a relief that is none": ({"relief_code": "?", "is_relief_proof_seen": "1"}, "relief_code"),
    "a fingerprint without witness": (
        {"signature.how": "fingerprint"},
        "signature.witness_name",
    ),
    "no receiver named": (
        {"delivery.who_may_receive": "household_member"},
        "delivery.may_receive.0.full_name",
    ),
    "paying at a door where nobody comes": (
        {"delivery.place": "point", "pay": "at_door", "amount_vnd": None},
        "pay",
    ),
    "an authority that has agreed to nothing": (
        {"pay": "authority", "amount_vnd": None},
        "second_login",
    ),
    "a second person nobody knows": (
        {"pay": "authority", "amount_vnd": None, "second_login": SHUT, "second_password": "?"},
        "second_login",
    ),
    "a tally that is none": ({"papers.0.tally": "borrowed"}, "papers.0.tally"),
    "a service form that is none": ({"service_form": "fly"}, "service_form"),
    "a signature that is no picture": (
        {"signature.image_data": "data:image/png;base64,%%%"},
        "signature.how",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_stands_beside_its_field_and_nothing_is_recorded(
    site: Site, clerk: Person, case: str
) -> None:
    changes, field = REFUSALS[case]
    before = dossiers(site)
    filled(clerk, offer(site, "social-allowance"), **{"delivery.note": "cổng xanh"})
    accept(clerk, **({"amount_vnd": due_vnd(clerk)} | changes))
    assert clerk.status in (409, 422)
    assert_shown_once_beside(clerk, field)
    assert dossiers(site) == before
    assert clerk.form.values["delivery.note"] == "cổng xanh"
    corrected = {name: HOA.get(name, clerk.form.values.get(name)) for name in HOA}
    assert corrected == HOA


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_refusal_speaks_the_language_of_the_clerk(site: Site, language: str) -> None:
    clerk = a_person(site, CARRIER, language)
    filled(clerk, offer(site, "social-allowance"))
    accept(clerk, **{"owner.phone": "12", "amount_vnd": due_vnd(clerk)})
    sentence = {"vi": "Số điện thoại không đúng", "en": "phone number"}[language]
    assert sentence in clerk.html.partition('id="errors"')[2].partition("</ul>")[0]


def test_without_an_open_drawer_no_cash_is_taken(site: Site) -> None:
    clerk = a_person(site, SHUT)
    link = "binh-thanh-commune"
    filled(clerk, offer(site, "social-allowance", link))
    accept(clerk, amount_vnd=due_vnd(clerk))
    assert clerk.status == 409
    assert_shown_once_beside(clerk, "pay")
    assert "/quy" in clerk.form.links


def test_two_people_let_an_authority_pay_and_no_password_is_kept(site: Site, clerk: Person) -> None:
    before = dossiers(site)
    filled(clerk, offer(site, "social-allowance"))
    two = {"pay": "authority", "amount_vnd": None, "second_login": SHUT,
           "second_password": SANDBOX_PASSWORD}  # fmt: skip
    accept(clerk, **two)
    assert clerk.status == 422
    assert_shown_once_beside(clerk, "borne_reason")
    assert SANDBOX_PASSWORD not in clerk.html
    assert clerk.form.values["second_login"] == ""
    accept(clerk, **two, borne_reason="công văn 12")
    assert len(dossiers(site) - before) == 1


def test_without_a_procedure_only_the_procedure_is_asked_for(clerk: Person) -> None:
    clerk.open(COUNTER).press(f"{COUNTER}/so")
    clerk.press(f"{clerk.path}/tiep-nhan", **HOA)
    assert clerk.status == 422
    assert_shown_once_beside(clerk, "offer")


def test_an_online_only_procedure_is_refused_with_the_way_to_file(
    site: Site, clerk: Person
) -> None:
    offered = online_only(site, clerk)
    begin(clerk, offered)
    assert "Cổng Dịch vụ công" in clerk.html
    assert any("/quay-giao-dich/truc-tuyen" in link for link in clerk.form.links)
    assert "papers.0.tally" not in clerk.form.values
    rows = {"papers.0.paper_no": "1", "papers.0.tally": "original_kept", "papers.0.originals": "1"}
    given = {"service_form": "send", "signature.how": "handwritten", "papers_of": offered}
    before = dossiers(site)
    accept(clerk, **rows, **given)
    assert clerk.status == 422
    assert error_fields(clerk) == ["offer"]
    assert dossiers(site) == before


def online_only(site: Site, clerk: Person) -> str:
    clerk.open(COUNTER).press(f"{COUNTER}/so")
    found = re.search(r'value="([0-9a-f:-]{73})"[^>]*>[^<]*chỉ nộp trực tuyến', clerk.html)
    assert found is not None
    clerk.press(f"{clerk.path}/bo")
    return found[1]


@pytest.mark.parametrize(
    "offered",
    ["x", ":", "00000000-0000-0000-0000-000000000000:00000000-0000-0000-0000-000000000000"],
)
def test_a_procedure_that_is_not_offered_here_is_not_taken(
    site: Site, clerk: Person, offered: str
) -> None:
    begin(clerk, offered)
    assert clerk.status == 200
    accept(clerk)
    assert clerk.status in (404, 422)


@pytest.mark.parametrize(
    "name", ["papers.x.tally", "papers..tally", "papers.².tally", "papers.0", "owner", "unheard"]
)
def test_a_field_nobody_knows_is_refused_not_followed(site: Site, clerk: Person, name: str) -> None:
    before = dossiers(site)
    filled(clerk, offer(site, "social-allowance"))
    accept(clerk, amount_vnd=due_vnd(clerk), **{name: "²"})
    assert clerk.status in (200, 422)
    assert len(dossiers(site) - before) == (clerk.status == 200)
