"""S4: whoever opens a dossier's personal data leaves one look, kept before he sees anything."""

from pathlib import Path
from uuid import UUID

import pytest

from postal_bridge.counter.desk_dossier import open_desk_dossier
from postal_bridge.counter.dossier_page import LookReason, OpenDossier, open_dossier_page
from postal_bridge.directory.service import section_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import looks_of
from tests.builders.counter import hand_in, home_delivery
from tests.builders.directory import Place
from tests.builders.people import a_clerk, an_officer


def test_each_way_to_a_dossier_leaves_its_look_and_a_refused_one_none(
    units: Units, long_my: Place, clerk: Actor, tmp_path: Path
) -> None:
    slip = hand_in(units, tmp_path, home_delivery(long_my), clerk=clerk)
    dossier_id = UUID(slip["dossier_id"])
    with units.read() as uow:
        section = section_view(uow, long_my.link.section_id).key
    officer = an_officer(units, section)

    def looks() -> list[tuple[str, str]]:
        with units.read() as uow:
            return [(look.actor_id, look.reason) for look in looks_of(uow, dossier_id)]

    before, page = looks(), OpenDossier(dossier_id, LookReason.CHECK)
    open_dossier_page(page, actor=clerk, units=units)
    open_desk_dossier(dossier_id, actor=officer, units=units)
    seen = [*before, (clerk.id, "check"), (officer.id, "agency_work")]
    assert looks() == seen

    stranger = a_clerk(units, "chi-ne")
    with pytest.raises(NotFound):
        open_dossier_page(page, actor=stranger, units=units)
    with pytest.raises(NotFound):
        open_desk_dossier(dossier_id, actor=stranger, units=units)
    assert looks() == seen
