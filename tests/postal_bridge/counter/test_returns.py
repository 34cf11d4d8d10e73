"""A held result goes back to its issuer: two invitations, given up, offered, signed for."""

import pytest

from postal_bridge.counter.desk import EnvelopeDiffers, TakeBack, take_back
from postal_bridge.counter.returns import OfferReturn, offer_return
from postal_bridge.custody.errors import OfferOpen, OneSided
from postal_bridge.custody.service import custody_line, item_view, who_holds
from postal_bridge.custody.types import Holder
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import delivery_view
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Forbidden, MoveNotOpen, NotFound
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.counter import once_key
from tests.builders.delivery import Scene, a_scene
from tests.builders.delivery_acts import act, held, invited_again


def returning(units: Units, scene: Scene) -> DeliveryView:
    """Held, invited twice a week apart, given up and set out for its issuer."""
    with units.write() as uow:
        made = held(uow, scene)
        uow.commit()
    invited_again(units, scene, made, after_days=7)
    with units.write() as uow:
        act(uow, scene, made, DeliveryAction.GIVE_UP)
        made = act(uow, scene, made, DeliveryAction.SEND_BACK)
        uow.commit()
    assert made.item_id is not None
    return made


def offered(units: Units, scene: Scene, made: DeliveryView, *, key: str = "offer") -> None:
    command = OfferReturn(made.id)
    offer_return(command, actor=scene.clerk, once=once_key(key), units=units)


def taken(units: Units, made: DeliveryView, number: str, actor: Actor, key: str = "take") -> None:
    command = TakeBack(made.id, number)
    take_back(command, actor=actor, once=once_key(key), units=units)


def number_of(units: Units, made: DeliveryView) -> str:
    assert made.item_id is not None
    with units.read() as uow:
        return item_view(uow, made.item_id).number


def status(units: Units, scene: Scene, made: DeliveryView) -> DeliveryStatus:
    with units.read() as uow:
        return delivery_view(uow, made.id, scene.clerk.scope).status


def holder(units: Units, made: DeliveryView) -> Holder | None:
    assert made.item_id is not None
    with units.read() as uow:
        return who_holds(uow, made.item_id)


def test_an_offered_return_is_with_its_issuer_once_the_officer_reads_its_number(
    units: Units,
) -> None:
    scene = a_scene(units)
    made = returning(units, scene)
    offered(units, scene, made)
    assert holder(units, made) == scene.at.point  # an offer moves nothing
    assert status(units, scene, made) is DeliveryStatus.RETURNING
    taken(units, made, number_of(units, made), scene.at.officer)
    assert status(units, scene, made) is DeliveryStatus.RETURNED_TO_ISSUER
    assert holder(units, made) == scene.at.section
    assert made.item_id is not None
    with units.read() as uow:
        last = custody_line(uow, made.item_id)[-1]
        assert item_view(uow, made.item_id).offered_in is None
    assert (last.giver, last.receiver) == (scene.at.point, scene.at.section)


def test_the_officer_does_not_take_what_the_post_has_not_offered(units: Units) -> None:
    scene = a_scene(units)
    made = returning(units, scene)
    with pytest.raises(OneSided):
        taken(units, made, number_of(units, made), scene.at.officer)
    assert holder(units, made) == scene.at.point


def test_another_envelope_is_not_signed_for(units: Units) -> None:
    scene = a_scene(units)
    made = returning(units, scene)
    offered(units, scene, made)
    with pytest.raises(EnvelopeDiffers):
        taken(units, made, "RR000000005VN", scene.at.officer)
    assert status(units, scene, made) is DeliveryStatus.RETURNING


def test_the_post_does_not_sign_for_the_issuer(units: Units) -> None:
    scene = a_scene(units)
    made = returning(units, scene)
    offered(units, scene, made)
    with pytest.raises(NotFound):
        taken(units, made, number_of(units, made), scene.clerk)
    assert holder(units, made) == scene.at.point


def test_a_return_is_offered_once_and_by_a_clerk(units: Units) -> None:
    scene = a_scene(units)
    made = returning(units, scene)
    offered(units, scene, made)
    offered(units, scene, made)  # the same form sent twice
    with pytest.raises(OfferOpen):
        offered(units, scene, made, key="again")
    command = OfferReturn(made.id)
    with pytest.raises(Forbidden):
        offer_return(command, actor=scene.at.officer, once=once_key(), units=units)


def test_a_result_that_still_waits_is_not_offered_to_its_issuer(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = held(uow, scene)
        uow.commit()
    with pytest.raises(MoveNotOpen):
        offered(units, scene, made)
