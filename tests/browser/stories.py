"""What must have happened before a page has something to show, by the service's own use cases."""

import json
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from postal_bridge.counter.commands import PayHow
from postal_bridge.counter.service import (
    AcceptPouch,
    CountEnvelope,
    OfferPouch,
    OpenPouch,
    PrepareEnvelope,
    ScanIntoPouch,
    SealPouch,
    StartPouch,
    count_envelope,
    offer_tied_pouch,
    open_and_check_pouch,
    prepare_envelope,
    scan_into_pouch,
    start_pouch,
    take_over_pouch,
    tie_pouch,
)
from postal_bridge.custody.service import items_of_dossier, papers_of_item
from postal_bridge.custody.types import ItemView
from postal_bridge.dossiers.agency_desk import (
    RegisterReceived,
    SetResultReady,
    register_received,
    set_result_ready,
)
from postal_bridge.dossiers.types import Result
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.money.errors import DrawerAlreadyOpen
from routes.schemas.desk import CountedSchema, ItemSchema
from routes.schemas.lookup import DossierSchema
from routes.schemas.pouch import PouchSchema
from tests.browser.conftest import Served
from tests.builders.counter import a_filing, hand_in, open_shift, to_the_door
from tests.builders.directory import CARRIER_LINK, a_place, today

CLERK, DRIVER, OFFICER = "gdv.long-tri", "xe.p-long-my", "mc.p-long-my"
TIE = "PB 004217"
PROCEDURE = "social-allowance"


def new_once(schema: Any) -> Once[Any]:
    """A fresh request whose answer is what the API would say."""
    return Once(
        str(uuid4()), "POST /story", "0" * 64, lambda done: json.dumps(schema.dump(done)).encode()
    )


def handed_in(served: Served, count: int = 1) -> list[ItemView]:
    """Dossiers accepted at Long Trị, each with its sealed envelope there."""
    units, clerk = served.container.units, served.actor(CLERK)
    with suppress(DrawerAlreadyOpen):  # an earlier test of the module may have opened it
        open_shift(units, clerk)
    place = a_place(units, CARRIER_LINK)
    envelopes = []
    for _ in range(count):
        filing = a_filing(
            place, PROCEDURE, delivery=to_the_door("31471"), pay=PayHow.AT_DOOR, amount_vnd=0
        )
        slip = hand_in(units, served.container.home.blobs, filing, clerk=clerk)
        with units.read() as uow:
            envelopes.append(items_of_dossier(uow, UUID(slip["dossier_id"]))[0])
    return envelopes


def tied_pouch(served: Served, envelopes: list[ItemView]) -> UUID:
    """A tied pouch at Long Trị with these envelopes in it."""
    link_id = a_place(served.container.units, CARRIER_LINK).link.id
    pouch = _do(served, CLERK, start_pouch, StartPouch(link_id), PouchSchema())
    pouch_id = UUID(pouch["id"])
    for one in envelopes:
        _do(served, CLERK, scan_into_pouch, ScanIntoPouch(pouch_id, one.number), PouchSchema())
    _do(served, CLERK, tie_pouch, SealPouch(pouch_id, TIE, TIE), PouchSchema())
    return pouch_id


def offered_to_driver(served: Served, envelopes: list[ItemView]) -> UUID:
    pouch_id = tied_pouch(served, envelopes)
    driver = UUID(served.actor(DRIVER).id)
    _do(served, CLERK, offer_tied_pouch, OfferPouch(pouch_id, driver), PouchSchema())
    return pouch_id


def offered_to_section(served: Served, envelopes: list[ItemView]) -> UUID:
    """The driver has brought it and waits for the officer."""
    pouch_id = offered_to_driver(served, envelopes)
    taken = AcceptPouch(pouch_id, TIE, len(envelopes))
    _do(served, DRIVER, take_over_pouch, taken, PouchSchema())
    _do(served, DRIVER, offer_tied_pouch, OfferPouch(pouch_id), PouchSchema())
    return pouch_id


def opened_at_section(served: Served, envelopes: list[ItemView]) -> UUID:
    pouch_id = offered_to_section(served, envelopes)
    taken = AcceptPouch(pouch_id, TIE, len(envelopes))
    _do(served, OFFICER, take_over_pouch, taken, PouchSchema())
    found = tuple(one.number for one in envelopes)
    _do(served, OFFICER, open_and_check_pouch, OpenPouch(pouch_id, found), PouchSchema())
    return pouch_id


def counted(served: Served, envelope: ItemView) -> None:
    """The officer counted what the list says."""
    with served.container.units.read() as uow:
        counts = papers_of_item(uow, envelope.id)
    _do(served, OFFICER, count_envelope, CountEnvelope(envelope.id, counts), CountedSchema())


def at_work(served: Served, envelope: ItemView) -> UUID:
    """Counted in, registered under the section's next code, being processed."""
    counted(served, envelope)
    assert envelope.dossier_id is not None
    code = _code(served)
    register = RegisterReceived(envelope.dossier_id, code)
    _do(served, OFFICER, register_received, register, DossierSchema())
    return envelope.dossier_id


def with_result(served: Served, envelope: ItemView) -> UUID:
    dossier_id = at_work(served, envelope)
    result = Result(f"{str(uuid4())[:4]}/QĐ-UBND", today(served.container.units))
    _do(served, OFFICER, set_result_ready, SetResultReady(dossier_id, result), DossierSchema())
    return dossier_id


def with_envelope(served: Served, envelope: ItemView) -> tuple[UUID, dict[str, Any]]:
    """The result's own envelope is prepared at the section."""
    dossier_id = with_result(served, envelope)
    prepare = PrepareEnvelope(dossier_id, 60)
    made = _do(served, OFFICER, prepare_envelope, prepare, ItemSchema())
    return dossier_id, made


def _code(served: Served) -> str:
    day = today(served.container.units)
    return f"H12.3-{day:%y%m%d}-{uuid4().int % 9000 + 1000}"


def _do(served: Served, login: str, use_case: Any, command: Any, schema: Any) -> dict[str, Any]:
    actor: Actor = served.actor(login)
    units = served.container.units
    answer: dict[str, Any] = json.loads(
        use_case(command, actor=actor, once=new_once(schema), units=units)
    )
    return answer
