"""A step recorded by mistake: an officer asks, a supervisor answers, both see it."""

import pytest
from playwright.sync_api import expect

from postal_bridge.directory.service import section_view
from postal_bridge.dossiers.service import refuse, send_to_agency
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.builders.dossiers import accepted, brought, counter

pytestmark = pytest.mark.browser
SUPERVISOR = "gs.can-tho"
WORDS = "Bấm nhầm hồ sơ của người đến trước, hồ sơ này đủ giấy tờ và đúng thẩm quyền"


def test_asked_on_one_page_and_answered_on_another(served: Served, page_of: PageOf) -> None:
    units = served.container.units
    at = counter(units)
    with units.write() as uow:
        made, item = accepted(uow, at)
        send_to_agency(uow, made.id, actor=at.clerk)
        brought(uow, at, item.id)
        refuse(uow, made.id, "wrong_office", actor=at.officer)
        key = section_view(uow, at.link.section_id).key
        uow.commit()
    login = f"mc.{key.removeprefix('ttpvhcc-').removeprefix('mc-')}"
    officer = page_of(login, has_scripts=False)
    officer.goto(f"/mot-cua/ho-so/{made.id}")
    officer.click(f"a[href='/hoan-tac/ho-so/{made.id}']")
    officer.fill("#f-words", WORDS)
    officer.click("main button.primary")
    officer.wait_for_selector(".done")
    photograph(page_of(login), "undo-asked", f"/hoan-tac/ho-so/{made.id}")
    supervisor = page_of(SUPERVISOR)
    photograph(supervisor, "undo-list", "/hoan-tac")
    supervisor.goto("/hoan-tac")
    follow(supervisor, "main table a")
    assert WORDS in supervisor.inner_text("main")
    photograph(supervisor, "undo-one")
    supervisor.click("button[name=approves][value='1']")
    supervisor.wait_for_selector(".done")
    officer.goto(f"/mot-cua/ho-so/{made.id}")
    expect(officer.locator(f"a[href='/hoan-tac/ho-so/{made.id}']")).to_have_count(0)
