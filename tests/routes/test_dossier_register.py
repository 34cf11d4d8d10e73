"""The section's register of dossiers, on the screen and as form 07."""

import re
from datetime import timedelta
from pathlib import Path

from postal_bridge.kernel.actor import Role
from postal_bridge.people.service import actor_of_token, looks_of
from tests.builders.directory import today
from tests.builders.dossiers import counter, processing
from tests.postal_bridge.dossiers.test_printing import words
from tests.routes.conftest import Service

BOOK = "/mot-cua/so-theo-doi"


def test_the_register_lists_a_period_and_printing_it_is_a_look_at_each(
    service: Service, tmp_path: Path
) -> None:
    units = service.container.units
    officer = actor_of_token(service.tokens[Role.OFFICER], units=units)
    assert officer is not None
    at, other = counter(units, "long-tri"), counter(units, "chi-ne")
    assert at.link.section_id in officer.scope.sections
    assert other.link.section_id not in officer.scope.sections
    with units.write() as uow:
        ours, _ = processing(uow, at, code="H13.99-261121-7101", owner="Trần Thị Ba")
        theirs, _ = processing(uow, other, code="H13.99-261121-7102")
        uow.commit()

    browser = service.page_client(Role.OFFICER)
    page = browser.get(BOOK).get_data(as_text=True)
    assert "H13.99-261121-7101" in page
    assert "H13.99-261121-7102" not in page
    assert "Trần Thị Ba" not in page  # nobody is named before it is printed
    (path,) = re.findall(rf'href="({BOOK}/mau-07.pdf[^"]*)"', page)
    printed = browser.get(path)
    said = words(printed.data, tmp_path)
    owner = ("Trần Thị Ba", "0912 345 678")
    for word in ("SỔ THEO DÕI HỒ SƠ", "Mẫu số 07", "H13.99-261121-7101", *owner):
        assert word in said, word
    assert "7102" not in said
    with units.read() as uow:
        assert looks_of(uow, ours.id)[-1].reason == "print_register"
        assert not looks_of(uow, theirs.id)

    yesterday = (today(units) - timedelta(days=1)).isoformat()
    past = browser.get(BOOK, query_string={"tu": yesterday, "den": yesterday})
    assert "H13.99-261121-7101" not in past.get_data(as_text=True)
    wrong = browser.get(BOOK, query_string={"tu": today(units).isoformat(), "den": yesterday})
    assert wrong.status_code == 422
    assert "Ngày cuối đứng trước ngày đầu" in wrong.get_data(as_text=True)
    english = browser.get(BOOK, query_string={"lang": "en", "con": "1"})
    assert "Register of dossiers" in english.get_data(as_text=True)
    foreign = {"mot-cua": str(other.link.section_id)}
    assert browser.get(BOOK, query_string=foreign).status_code == 404
    assert browser.get(f"{BOOK}/mau-07.pdf", query_string=foreign).status_code == 404
    assert service.page_client(Role.CLERK).get(BOOK).status_code == 403
