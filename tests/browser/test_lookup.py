"""Staff find a dossier by whatever they have; opening it is a look with a reason."""

from uuid import UUID

import pytest

from postal_bridge.counter.citizen import citizen_of
from postal_bridge.counter.citizen_door import AnswerDoor, answer_door, door_page
from tests.browser import stories
from tests.browser.conftest import (
    SCREENSHOTS,
    PageOf,
    Served,
    assert_accessible,
    follow,
    photograph,
)
from tests.browser.stories import CLERK, OFFICER

pytestmark = pytest.mark.browser


@pytest.fixture
def dossier_id(served: Served) -> str:
    (envelope,) = stories.handed_in(served)
    stories.opened_at_section(served, [envelope])
    return str(stories.at_work(served, envelope))


@pytest.mark.parametrize("text", ["nguyen thi hoa", "0912345678", "093099012345"])
def test_a_dossier_is_found_and_opened_with_its_reason(
    served: Served, page_of: PageOf, dossier_id: str, text: str
) -> None:
    page = page_of(CLERK, has_scripts=False)
    page.goto("/tra-cuu-ho-so")
    page.fill("#f-q", text)
    page.select_option("#f-reason", "complaint")
    follow(page, "main button.primary")
    assert "Nguyễn Thị Hoa" not in page.inner_text("table")
    page.goto(f"/ho-so/{dossier_id}?ly-do=complaint")
    assert "Nguyễn Thị Hoa" in page.inner_text("main")
    assert "Khiếu nại" in page.inner_text("section[aria-labelledby=h-looks]")


def test_without_a_reason_nothing_of_a_person_is_shown(
    served: Served, page_of: PageOf, dossier_id: str
) -> None:
    page = page_of(OFFICER)
    page.goto(f"/ho-so/{dossier_id}")
    assert "Nguyễn Thị Hoa" not in page.inner_text("main")
    photograph(page, "lookup-reason")
    page.goto(f"/ho-so/{dossier_id}?ly-do=check")
    assert "Nguyễn Thị Hoa" in page.inner_text("main")


def test_a_door_is_forgotten_at_the_counter_when_the_recipient_says_so(
    served: Served, page_of: PageOf, dossier_id: str
) -> None:
    citizen, units = citizen_of(UUID(dossier_id)), served.container.units
    answer_door(AnswerDoor(is_allowed=True), actor=citizen, units=units)
    page = page_of(CLERK, has_scripts=False)
    page.goto(f"/ho-so/{dossier_id}?ly-do=citizen_asks")
    page.screenshot(path=SCREENSHOTS / "lookup-door-desk-vi.png", full_page=True)
    follow(page, "text=Người nhận rút lại: xóa vị trí")
    assert "Người nhận rút lại" not in page.inner_text("main")
    assert door_page(actor=citizen, units=units).since is None


def test_the_pages_of_looking_up_are_photographed(
    served: Served, page_of: PageOf, dossier_id: str
) -> None:
    page = page_of(CLERK)
    photograph(page, "lookup-empty", "/tra-cuu-ho-so")
    page.goto("/tra-cuu-ho-so")
    page.fill("#f-q", "0912345678")
    follow(page, "main button.primary")
    assert "0912345678" not in page.url
    assert_accessible(page)
    page.screenshot(path=SCREENSHOTS / "lookup-phone-en.png", full_page=True)
    photograph(page, "dossier", f"/ho-so/{dossier_id}?ly-do=citizen_asks")


def test_a_reprint_is_a_pdf_that_the_timeline_names(
    served: Served, page_of: PageOf, dossier_id: str
) -> None:
    page = page_of(CLERK)
    page.goto(f"/ho-so/{dossier_id}?ly-do=citizen_asks")
    form = page.locator("aside form")
    token = form.locator("input[name=csrf_token]").get_attribute("value") or ""
    address = form.get_attribute("action") or ""
    answer = page.request.post(f"{served.url}{address}", form={"csrf_token": token})
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")
    page.reload()
    assert "In phiếu hồ sơ" in page.inner_text("main")
