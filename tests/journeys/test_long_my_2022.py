"""Long Mỹ, August 2022: one visit to the seated counter, and the paper at the citizen's door."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from couriers.service import HandOverAtDoor, Picture, hand_over_at_door
from postal_bridge.counter.desk import AcceptItems, accept_items
from postal_bridge.counter.desk_packing import (
    OfferResults,
    PackEnvelope,
    PrepareEnvelope,
    offer_results,
    pack_envelope,
    prepare_envelope,
)
from postal_bridge.custody.service import custody_line, verify_custody, who_holds
from postal_bridge.custody.types import HolderKind
from postal_bridge.delivery.proof import Receiver, Signature
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_of_dossier, verify_delivery
from postal_bridge.delivery.types import NoFixReason
from postal_bridge.dossiers.agency_desk import SetResultReady, set_result_ready
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view, verify_dossiers
from postal_bridge.dossiers.types import Result
from postal_bridge.kernel import streams
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.service import verify_ledger
from postal_bridge.people.service import parties_of
from postal_bridge.runs.service import (
    draft_run,
    load_run,
    publish_run,
    start_run,
    verify_runs,
)
from postal_bridge.runs.types import DraftRun, LoadRun, PublishRun, Scan
from tests.builders.clock import set_business_time
from tests.builders.counter import HOA, a_filing, hand_in, once_key, open_shift, to_the_door
from tests.builders.directory import a_place
from tests.builders.people import a_clerk, a_courier, an_officer

MORNING = datetime(2022, 8, 10, 1, 30, tzinfo=UTC)
NOON = datetime(2022, 8, 12, 5, 0, tzinfo=UTC)
NEXT_MORNING = datetime(2022, 8, 15, 0, 30, tzinfo=UTC)


def answered(answer: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer)
    return found


def everything_holds(units: Units) -> list[object]:
    with units.read() as uow:
        checks = (
            streams.verify,
            verify_custody,
            verify_ledger,
            verify_dossiers,
            verify_delivery,
            verify_runs,
        )
        return [finding for check in checks for finding in check(uow)]


def test_from_the_counter_to_the_door(units: Units, tmp_path: Path) -> None:
    set_business_time(units, MORNING)
    place = a_place(units, "long-my-seated-2025")
    here = place.section.commune_code or ""
    clerk, courier = a_clerk(units, "long-my-2025"), a_courier(units, "long-my-2025")
    officer = an_officer(units, "mc-tx-long-my")
    open_shift(units, clerk)
    filing = a_filing(
        place,
        "household-business",
        owner=replace(HOA, commune_code=here),
        delivery=to_the_door(here),
        amount_vnd=26_000,
    )
    slip = hand_in(units, tmp_path, filing, clerk=clerk)
    dossier_id = UUID(slip["dossier_id"])

    set_business_time(units, NOON)
    result = Result("64A8001234", date(2022, 8, 12))
    set_result_ready(
        SetResultReady(dossier_id, result), actor=officer, once=once_key(), units=units
    )
    envelope = answered(
        prepare_envelope(
            PrepareEnvelope(dossier_id, 80), actor=officer, once=once_key(), units=units
        )
    )
    with units.read() as uow:
        delivery = delivery_of_dossier(uow, dossier_id)
        assert delivery is not None
    packed = PackEnvelope(slip["dossier_code"], envelope["number"], delivery.label)
    pack_envelope(packed, actor=officer, once=once_key(), units=units)
    item_id = UUID(envelope["id"])

    def offers(result: Any) -> bytes:
        return json.dumps([str(one.id) for one in result]).encode()

    kept = replace(once_key(), render=offers)
    (offered,) = json.loads(
        offer_results(OfferResults((item_id,)), actor=officer, once=kept, units=units)
    )
    accept_items(
        AcceptItems(UUID(offered), (envelope["number"],)),
        actor=clerk,
        once=once_key(),
        units=units,
    )

    set_business_time(units, NEXT_MORNING)
    drafted = draft_run(
        DraftRun(place.point.id, UUID(courier.id), date(2022, 8, 15)),
        actor=clerk,
        once=once_key(),
        units=units,
    )
    run_id = UUID(answered(drafted)["id"])
    publish_run(PublishRun(run_id), actor=clerk, once=once_key(), units=units)
    load_run(
        LoadRun(run_id, (Scan(envelope["number"]),)), actor=courier, once=once_key(), units=units
    )
    start_run(run_id, actor=courier, once=once_key(), units=units)
    with units.read() as uow:
        owner = parties_of(uow, dossier_id)[0]
    hand_over_at_door(
        HandOverAtDoor(
            delivery_id=delivery.id,
            seen_number=envelope["number"],
            receiver=Receiver.OWNER,
            party_id=owner.id,
            signature=Signature.HANDWRITTEN,
            relation="chủ hồ sơ",
            id_kind="personal_id",
            id_last4="2345",
            mark=Picture(b"png"),
            no_fix_reason=NoFixReason.NO_SIGNAL,
        ),
        actor=courier,
        once=once_key(),
        units=units,
        blobs=Blobs(tmp_path),
    )

    with units.read() as uow:
        assert dossier_view(uow, dossier_id, clerk.scope).status is DossierStatus.RETURNED
        handed = delivery_of_dossier(uow, dossier_id)
        assert handed is not None
        assert handed.status is DeliveryStatus.HANDED_OVER
        assert who_holds(uow, item_id).kind is HolderKind.PARTY
        kinds = [step.receiver.kind for step in custody_line(uow, item_id) if step.receiver]
        assert kinds[0] is HolderKind.SECTION
        assert kinds[-2:] == [HolderKind.STAFF, HolderKind.PARTY]
    assert everything_holds(units) == []
