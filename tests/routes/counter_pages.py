"""The counter as a clerk without scripts uses it: begin, fill in, accept, read the errors."""

import re
from pathlib import Path
from typing import Any

from postal_bridge.dossiers.service import dossiers_for
from postal_bridge.dossiers.types import DossierFilter
from postal_bridge.kernel.actor import Actor
from postal_bridge.people.service import actor_of_staff
from postal_bridge.people.store import PeopleStore
from tests.builders.counter import open_shift
from tests.builders.directory import CARRIER_LINK, Place, a_place
from tests.builders.site import Site, a_site
from tests.routes.reading import Person

CARRIER, SEATED, SHUT = "gdv.long-tri", "gdv.long-my", "gdv.binh-thanh"
COUNTER = "/quay-giao-dich"
HOA: dict[str, Any] = {
    "owner.full_name": "Nguyễn Thị Hoa",
    "owner.phone": "0912 345 678",
    "owner.id_number": "093099012345",
    "owner.address_text": "12 Nguyễn Huệ",
    "owner.commune_text": "(31471)",
}


def counter_site(home: Path) -> Site:
    """A service whose clerks of Long Trị and Long Mỹ have opened their drawers; others have not."""
    made = a_site(home)
    for login in (CARRIER, SEATED):
        open_shift(made.container.units, actor_of(made, login))
    return made


def actor_of(site: Site, login: str) -> Actor:
    with site.container.units.read() as uow:
        row = PeopleStore(uow.session).staff_by_login(login)
        assert row is not None
        actor = actor_of_staff(uow, row.id)
    assert actor is not None
    return actor


def offer(site: Site, key: str, link: str = CARRIER_LINK) -> str:
    place: Place = a_place(site.container.units, link)
    return f"{place.link.id}:{place.procedure(key).id}"


def dossiers(site: Site, login: str = CARRIER) -> set[Any]:
    with site.container.units.read() as uow:
        page = dossiers_for(uow, actor_of(site, login).scope, DossierFilter(), None, limit=100)
    return {one.id for one in page.rows}


def begin(clerk: Person, offered: str, **typed: Any) -> Person:
    """The next number is served and its procedure chosen; the rest of the form appears."""
    clerk.open(COUNTER).press(f"{COUNTER}/so")
    return clerk.press(f"{clerk.path}/luu", offer=offered, **typed)


def count(clerk: Person) -> Person:
    """Every required paper is there as the list asks."""
    rows = re.findall(r"<tr data-paper data-required.*?</tr>", clerk.html, re.S)
    counted: dict[str, str] = {}
    for row in rows:
        name, asked = re.findall(r'name="(papers\.\d+)\.tally".*?data-asked="(\w+)"', row, re.S)[0]
        number = re.findall(r'data-count="([1-9]\d*)"', row) or ["1"]
        is_copy = asked in ("certified_copy", "photocopy")
        part = "copies" if is_copy else "originals"
        counted |= {f"{name}.tally": asked, f"{name}.{part}": number[0]}
    return clerk.press(f"{clerk.path}/luu", **counted)


def accept(clerk: Person, **changes: Any) -> Person:
    return clerk.press(f"{clerk.path.removesuffix('/tiep-nhan')}/tiep-nhan", **(HOA | changes))


def due_vnd(clerk: Person) -> str:
    """The amount beside the field, as the clerk reads it."""
    found = re.search(r'data-take="([\d.]+)', clerk.html)
    assert found is not None
    return found[1]


def filled(clerk: Person, offered: str, **changes: Any) -> Person:
    """Everything is typed and the fare counted; only accepting is left."""
    count(begin(clerk, offered))
    clerk.press(f"{clerk.path}/luu", **(HOA | changes))
    return clerk


def error_fields(clerk: Person) -> list[str]:
    return [link.removeprefix("#f-") for link in clerk.form.links if link.startswith("#f-")]


def assert_shown_once_beside(clerk: Person, field: str) -> None:
    """In the list at the top, linked to a field that is there, and beside that field."""
    assert error_fields(clerk) == [field]
    assert f"f-{field}" in clerk.form.ids
    assert f"e-{field}" in clerk.form.ids


def paid_text(clerk: Person) -> str:
    found = re.search(r"Đã thu</dt><dd>([\d.]+.đ)", clerk.html)
    assert found is not None
    return found[1]
