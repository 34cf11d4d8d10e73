"""The officer prints the agency's numbered forms from the dossier's page."""

import re

from postal_bridge.dossiers.service import ask_supplement
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.ids import new_id
from postal_bridge.people.service import actor_of_token, looks_of
from tests.builders.dossiers import counter, processing
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
