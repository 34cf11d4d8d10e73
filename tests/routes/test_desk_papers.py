"""The officer prints the agency's numbered forms from the dossier's page."""

import re
from pathlib import Path

from postal_bridge.counter.citizen import citizen_of, citizen_page
from postal_bridge.dossiers.service import ask_supplement
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.ids import new_id
from postal_bridge.people.service import actor_of_token, looks_of
from tests.browser.conftest import Served
from tests.browser.stories import at_work, handed_in, opened_at_section
from tests.builders.dossiers import counter, processing
from tests.postal_bridge.dossiers.test_printing import words
from tests.routes.conftest import Service


def test_the_page_leads_to_form_02_and_printing_it_is_a_look(service: Service) -> None:
    units = service.container.units
    officer = actor_of_token(service.tokens[Role.OFFICER], units=units)
    assert officer is not None
    at = counter(units, "long-tri")
    assert at.link.section_id in officer.scope.sections
    with units.write() as uow:
        made, _ = processing(uow, at, code="H13.99-261121-7001")
        ask_supplement(uow, made.id, (1,), "paper_unreadable", actor=officer)
        uow.commit()

    browser = service.page_client(Role.OFFICER)
    page = browser.get(f"/mot-cua/ho-so/{made.id}").get_data(as_text=True)
    (path,) = re.findall(r'href="(/mot-cua/ho-so/[^"]+/thong-bao/[^"]+\.pdf)"', page)
    printed = browser.get(path)
    assert printed.mimetype == "application/pdf"
    assert printed.data.startswith(b"%PDF")
    with units.read() as uow:
        assert looks_of(uow, made.id)[-1].reason == "print_agency_notice"

    other = path.replace(path.rpartition("/")[2], f"{new_id()}.pdf")
    assert browser.get(other).status_code == 404
    assert service.page_client(Role.CLERK).get(path).status_code == 403
    assert service.page_client(None).get(path).status_code in (302, 303, 401)


def test_the_officer_apologises_and_prints_forms_01_04_and_06(
    service: Service, tmp_path: Path
) -> None:
    units = service.container.units
    office = Served("", service.app, service.container, service.people)
    (envelope,) = handed_in(office)
    opened_at_section(office, [envelope])
    dossier_id = at_work(office, envelope)
    browser = service.page_client(Role.OFFICER)
    address = f"/mot-cua/ho-so/{dossier_id}"
    form = {"_key": "late", "working_days": "3", "reason": "field_check"}
    assert browser.post(f"{address}/xin-loi", data={**form, "working_days": "0"}).status_code == 422
    assert browser.post(f"{address}/xin-loi", data=form).status_code == 303
    page = browser.get(address).get_data(as_text=True)
    paths = re.findall(r'href="(/mot-cua/ho-so/[^"]+\.pdf)"', page)
    assert [path.rpartition("/")[2] for path in paths][1:] == [
        "giay-hen.pdf",
        "phieu-kiem-soat.pdf",
    ]
    printed = {}
    for path in paths:
        answer = browser.get(path)
        assert answer.mimetype == "application/pdf"
        printed[path] = words(answer.data, tmp_path)
        assert service.page_client(Role.CLERK).get(path).status_code == 403
    control = printed[paths[2]]
    for said in ("PHIẾU KIỂM SOÁT", "Mẫu số 06", "Hai bên xác nhận",
                 "Cần kiểm tra, xác minh thực tế", "Quyết định 45/2016/QĐ-TTg"):  # fmt: skip
        assert said in control, said
    with units.read() as uow:
        looks = [one.reason for one in looks_of(uow, dossier_id)]
    told = citizen_page("vi", actor=citizen_of(dossier_id), units=units)
    assert {"print_appointment", "print_control_slip"} <= set(looks)
    assert told.asked_until is not None
