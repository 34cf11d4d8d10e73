"""What the bench asks for: acceptances as clerks send them, and citizens who look."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from postal_bridge.counter.service import CounterSeat, Offer, SlipAsk, preview_slip, seat
from postal_bridge.delivery.types import Place
from postal_bridge.directory.rules import ServiceForm
from postal_bridge.directory.service import link_view, section_view
from postal_bridge.directory.views import ProcedureView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.money.service import OpenDrawer, open_drawer
from postal_bridge.people.service import SignIn, actor_of_token, sign_in
from routes.commands.bench_bare import slip
from routes.commands.bench_stage import BARE_ROWS, Stage
from routes.web import build

FLOAT_VND = 500_000
ACCEPT, TRACK = "/api/v1/dossiers", "/tra-cuu/{token}"
Asked = dict[str, Any]
"""method, path, headers and body of one request."""


@dataclass(frozen=True, slots=True)
class Clerk:
    token: str
    actor: Actor
    place: CounterSeat


def acceptances(stage: Stage) -> list[Asked]:
    """One acceptance for each sample counter that takes dossiers in: paid in cash, to the door."""
    return [
        {
            "method": "POST",
            "path": ACCEPT,
            "headers": {"Authorization": f"Bearer {clerk.token}"},
            "body": json.dumps(_filing(stage, clerk, offer), ensure_ascii=False),
        }
        for clerk in _clerks(stage)
        for offer in _offers(clerk.place)
    ]


def bare_acceptances() -> list[Asked]:
    body = json.dumps(slip(1), ensure_ascii=False)
    return [{"method": "POST", "path": "/slips", "body": body}]


def looks(stage: Stage, asked: list[Asked], count: int) -> list[Asked]:
    """So many dossiers are accepted; each is then looked at by its citizen."""
    client = client_of(stage)
    found = []
    for one in islice(cycle(asked), count):
        answer = client.post(
            one["path"],
            data=one["body"].encode(),
            content_type="application/json",
            headers={**one["headers"], "Idempotency-Key": str(uuid4())},
        )
        if answer.status_code != 201:
            raise NotFound
        path = TRACK.format(token=answer.get_json()["citizen_link"])
        found.append({"method": "GET", "path": path})
    return found


def bare_looks() -> list[Asked]:
    return [{"method": "GET", "path": f"/slips/{number}"} for number in range(1, BARE_ROWS + 1)]


def client_of(stage: Stage) -> FlaskClient:
    """A client of the service inside this process."""
    return build(stage.container).test_client()


def _clerks(stage: Stage) -> Iterator[Clerk]:
    """The sample clerks, one for each office, with open drawers: offices do not queue for each
    other, and neither would the offices of a country."""
    units, machine = stage.container.units, stage.container.machine
    offices = set()
    for person in stage.clerks:
        known = SignIn(person.login, person.password)
        token = sign_in(known, units=units, machine=machine).token
        actor = actor_of_token(token, units=units)
        if actor is None or actor.unit_id in offices:
            continue
        place = seat(actor=actor, units=units)
        if _offers(place):
            offices.add(actor.unit_id)
            open_drawer(OpenDrawer(FLOAT_VND), actor=actor, units=units)
            yield Clerk(token, actor, place)


def _offers(place: CounterSeat) -> list[Offer]:
    """The first procedure of the counter that may go both ways by post."""
    return [
        offer
        for offer in place.offers
        if ServiceForm.BOTH in offer.service_forms
        and offer.procedure.bcci_allowed
        and offer.procedure.online_only_from is None
    ][:1]


def _filing(stage: Stage, clerk: Clerk, offer: Offer) -> Asked:
    commune = _commune_of(stage, offer) or clerk.place.point.commune_code
    asked = SlipAsk(
        link_id=offer.link_id,
        procedure_id=offer.procedure.id,
        service_form=ServiceForm.BOTH,
        place=Place.DOOR,
        recipient_commune=commune,
    )
    shown = preview_slip(asked, actor=clerk.actor, units=stage.container.units)
    return {
        "link_id": str(offer.link_id),
        "procedure_id": str(offer.procedure.id),
        "service_form": ServiceForm.BOTH.value,
        "owner": {
            "full_name": "Nguyễn Thị Hoa",
            "phone": "0912 345 678",
            "id_number": "093099012345",
            "address_text": "12 Nguyễn Huệ, ấp 3",
            "commune_code": commune,
        },
        "papers": _tally(offer.procedure),
        "signature": {"how": "handwritten"},
        "delivery": {"place": Place.DOOR.value, "who_may_receive": "owner"},
        "pay": "cash",
        "amount_vnd": shown.payable_now_vnd,
    }


def _commune_of(stage: Stage, offer: Offer) -> str | None:
    """The section's own commune: the citizen lives where the section is."""
    with stage.container.units.read() as uow:
        link = link_view(uow, offer.link_id, uow.now.date())
        return section_view(uow, link.section_id).commune_code


def _tally(procedure: ProcedureView) -> list[Asked]:
    """Every needed paper, counted as the published list asks."""
    return [
        {
            "paper_no": paper.no,
            "tally": paper.default_tally,
            "originals": paper.originals or int(paper.default_tally == "original_seen"),
            "copies": paper.copies,
            "sheets": 1,
        }
        for paper in procedure.papers
        if paper.is_required
    ]
