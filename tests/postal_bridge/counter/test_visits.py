"""A result that adds no weight step to a visit comes along for nothing, and the books are right."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from postal_bridge.delivery.service import delivery_of_dossier, verify_delivery
from postal_bridge.delivery.types import Clearance
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.service import verify_ledger
from tests.builders.counter import a_filing, hand_in, open_shift, to_the_door
from tests.builders.directory import SEATED_LINK, a_place
from tests.builders.people import a_clerk

LIGHT = to_the_door("31471", result_weight_g=50)


def test_what_adds_no_weight_step_comes_along_for_nothing(units: Units, tmp_path: Path) -> None:
    place = a_place(units, SEATED_LINK)
    clerk = a_clerk(units, "long-my")
    open_shift(units, clerk)
    first = a_filing(place, "social-allowance", delivery=LIGHT, amount_vnd=26_000)
    number = hand_in(units, tmp_path, first, clerk=clerk)["acceptance_number"]
    second = replace(first, amount_vnd=0, joins_dossier=number)
    made = hand_in(units, tmp_path, second, clerk=clerk)
    assert (made["paid_vnd"], made["payment_id"]) == ("0", "None")
    with units.read() as uow:
        delivery = delivery_of_dossier(uow, UUID(made["dossier_id"]))
        assert delivery is not None
        assert delivery.clearance is Clearance.NOTHING_DUE
        assert [*verify_ledger(uow), *verify_delivery(uow)] == []
