"""The operator publishes a contract; the supervisor reads the month's statement it leads to."""

from pathlib import Path

import pytest

from postal_bridge.delivery.rules import DeliveryAction as Do
from postal_bridge.directory.service import agency_view, section_view, unit_view
from postal_bridge.kernel.clock import local
from tests.browser.conftest import (
    PageOf,
    Served,
    assert_nothing_scrolls_sideways,
    follow,
    photograph,
)
from tests.builders.contracts import contract_csv
from tests.builders.delivery import a_scene
from tests.builders.delivery_acts import act
from tests.postal_bridge.delivery.test_contract_causes import quoted

pytestmark = pytest.mark.browser


def test_a_contract_is_looked_at_published_and_read_in_the_months_statement(
    served: Served, page_of: PageOf, tmp_path: Path
) -> None:
    units = served.container.units
    scene = a_scene(units)
    with units.read() as uow:
        section = section_view(uow, scene.at.link.section_id)
        agency, unit = agency_view(uow, section.agency_id), unit_view(uow, scene.at.link.unit_id)
        today = local(uow.now).date().isoformat()
    row = f'hd-12-2026,{unit.key},{agency.key},"Hợp đồng số 12/HĐ-BĐ","Contract 12/HĐ-BĐ",{today}'
    file = tmp_path / "hop-dong.csv"
    file.write_bytes(contract_csv(f"{row},100,5000,00008,12000,2000,3,20000"))
    page = page_of("vanhanh", has_scripts=False)
    page.goto("/hop-dong")
    page.set_input_files("#f-file", file)
    follow(page, "form[enctype] button.primary")
    assert "Chưa công bố gì" in page.inner_text(".notice")
    page.screenshot(path="screenshots/contract-look-desk-vi.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    assert_nothing_scrolls_sideways(page, "look")
    page.screenshot(path="screenshots/contract-look-phone-vi.png", full_page=True)
    follow(page, "main form button.primary")
    with units.write() as uow:
        made = quoted(uow, scene, authority=section.key)
        for action in (Do.PACK, Do.GIVE_TO_COURIER, Do.SET_OUT, Do.FAIL, Do.SET_OUT):
            act(uow, scene, made, action)
        uow.commit()
    page = page_of("vanhanh")
    photograph(page, "contracts", "/hop-dong")
    page.goto("/dieu-hanh")
    follow(page, "text=Quyết toán tháng")
    assert "44.000" in page.inner_text("table")  # 26,000 borne and 18,000 by the contract
    photograph(page, "month-statements")
    page.goto(f"/dieu-hanh/quyet-toan/agency:{agency.key}?lang=vi")
    assert "cước lẽ ra cao hơn 1.000" in page.inner_text("main")
    photograph(page, "month-statement")
