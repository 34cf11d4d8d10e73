"""An address that is given now lies in a commune that stands; what was given before stays."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from postal_bridge.counter.changes import RedirectTo, redirect_once
from postal_bridge.counter.commands import AcceptDossier, CompleteOnlineFiling
from postal_bridge.counter.rules import CommuneEnded
from postal_bridge.counter.service import complete_online_filing
from postal_bridge.delivery.types import Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import party_view
from tests.builders.counter import HOA, a_filing, hand_in, once_key, open_shift, to_the_door
from tests.builders.directory import a_place
from tests.builders.doors import PostOffice, post_office, waiting
from tests.builders.people import a_clerk
from tests.builders.registers import LONG_BINH, LONG_MY, merged, publish

BINH = replace(HOA, full_name="Trần Văn Bình", commune_code=LONG_BINH)


GIVEN_AS: tuple[Callable[[AcceptDossier], AcceptDossier], ...] = (
    lambda filing: replace(filing, owner=HOA),
    lambda filing: replace(filing, submitter=HOA),
    lambda filing: replace(filing, delivery=replace(to_the_door(""), recipient=HOA)),
    lambda filing: replace(filing, delivery=replace(to_the_door(""), may_receive=(HOA,))),
)


def test_nobody_is_taken_in_at_an_address_whose_commune_is_no_more(
    units: Units, tmp_path: Path
) -> None:
    place = a_place(units, "long-my-commune")
    clerk = a_clerk(units, "long-my")
    open_shift(units, clerk)
    publish(units, *merged(units))
    filing = a_filing(place, "civil-extract", owner=BINH, amount_vnd=1)
    for given in GIVEN_AS:
        with pytest.raises(CommuneEnded) as refused:
            hand_in(units, tmp_path, given(filing), clerk=clerk)
        assert refused.value.params["commune"] == LONG_MY
        assert f"({LONG_BINH})" in str(refused.value.params["became"])


def test_neither_is_the_result_of_an_online_filing_brought_there(units: Units) -> None:
    place = a_place(units, "long-my-province-result")
    clerk = a_clerk(units, "long-my")
    open_shift(units, clerk)
    publish(units, *merged(units))
    with units.read() as uow:
        now = uow.now
    filing = CompleteOnlineFiling(
        link_id=place.link.id,
        procedure_id=place.procedure("driving-licence-exchange").id,
        dossier_code="H13.5-261110-0042",
        received_at=now,
        owner=HOA,
        delivery=to_the_door(LONG_MY),
        amount_vnd=30_000,
    )
    with pytest.raises(CommuneEnded):
        complete_online_filing(filing, actor=clerk, once=once_key(), units=units)


@pytest.fixture
def office(units: Units) -> PostOffice:
    return post_office(units, "long-my")


def redirected(
    units: Units, delivery: DeliveryView, commune_code: str | None, *, actor: Actor
) -> None:
    command = RedirectTo(delivery.id, True, "7 Trần Phú", commune_code)
    once: Once[DeliveryView] = once_key()
    redirect_once(command, actor=actor, once=once, units=units)


def test_a_result_is_redirected_to_no_such_commune_but_within_its_own_it_is(
    units: Units, office: PostOffice
) -> None:
    assert office.commune == LONG_MY
    with units.write() as uow:
        delivery = waiting(uow, office, 8_501, is_quoted_only=True).delivery
        uow.commit()
    publish(units, *merged(units))
    with pytest.raises(CommuneEnded):
        redirected(units, delivery, LONG_MY, actor=office.clerk)
    redirected(units, delivery, None, actor=office.clerk)
    with units.read() as uow:
        recipient = party_view(uow, delivery.recipient_party_id)
    assert (recipient.address_text, recipient.commune_code) == ("7 Trần Phú", LONG_MY)
    assert delivery.place is Place.DOOR
