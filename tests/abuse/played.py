"""A dossier's way played through the API inside the test's own process."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import requests
from rich.console import Console

from couriers.recorded import HANDED_OVER
from couriers.service import HandOverAtDoor, hand_over_at_door
from postal_bridge.kernel.idempotency import Once
from postal_bridge.people.service import actor_of_staff
from postal_bridge.people.store import PeopleStore
from routes.commands.demo_acts import (
    a_scan,
    accept,
    door_of,
    give_to_post,
    grant,
    offer_of,
    open_shift,
    pack,
)
from routes.commands.demo_stage import Person, Stage
from routes.schemas.courier import HandOverSchema
from tests.builders.phones import a_phone
from tests.builders.site import Site, a_site
from tests.provision.working_day import TODAY

CANARY = {
    "full_name": "Huyền Trân Chim Hoàng Yến",
    "phone": "0968 713 524",
    "id_kind": "personal_id",
    "id_number": "092087650431",
    "address_text": "Số 77, hẻm Chim Yến, khu vực Bình Minh",
}
POINT = "long-my"
SECTION_OFFICER = "mc.p-long-my"


class InHouse(Person):
    """A person of the stories whose requests go to the application directly."""

    def __init__(self, site: Site, login: str) -> None:
        self.login, self._caller = login, site.api(login)
        with site.container.units.read() as uow:
            staff = PeopleStore(uow.session).staff_by_login(login)
            assert staff is not None
            self.id, self.name = str(staff.id), staff.display_name

    def _send(self, method: str, path: str, **given: Any) -> requests.Response:
        said = self.ask(method, path, **given)
        answer = requests.Response()
        answer.status_code, answer._content = said.status_code, said.get_data()
        return answer

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """The raw answer, whatever it is."""
        headers = {
            "Authorization": f"Bearer {self._caller.token}",
            "Idempotency-Key": str(uuid4()),
            **given.pop("headers", {}),
        }
        query = given.pop("params", None)
        return self._caller.client.open(
            f"/api/v1{path}", method=method, headers=headers, query_string=query, **given
        )


@dataclass(frozen=True)
class Played:
    """What the story left behind; the clerk's drawer is open, the run on the road or closed."""

    site: Site
    stage: Stage
    clerk: InHouse
    courier: InHouse
    officer: InHouse
    slip: Mapping[str, Any]
    item: Mapping[str, Any]
    run_id: str


class SilentStage(Stage):
    """Nobody watches: what is told is not printed."""

    def __init__(self, site: Site | None = None) -> None:
        units = site.container.units if site else None
        super().__init__("", units, Console(file=StringIO()))  # type: ignore[arg-type]

    def tell(self, step: str, **params: Any) -> None:
        return


def on_the_road(home: Path) -> Played:
    """A dossier was accepted, decided and packed; its envelope is with the courier at the door."""
    site = a_site(home)
    clerk, courier, officer = (
        InHouse(site, login) for login in (f"gdv.{POINT}", f"phat.{POINT}", SECTION_OFFICER)
    )
    stage = SilentStage(site)
    slip, item, run_id = ride_out(stage, clerk, courier, officer)
    return Played(site, stage, clerk, courier, officer, slip, item, run_id)


def ride_out(
    stage: Stage, clerk: Person, courier: Person, officer: Person
) -> tuple[Mapping[str, Any], Mapping[str, Any], str]:
    """The slip, the envelope with the result, and the run that is on the road with it.

    The home lives on the tests' working day.
    """
    link, _ = offer_of(clerk, POINT, "household-business")
    points = {row["id"]: row for row in clerk.get("/points")["rows"]}
    owner = {**CANARY, "commune_code": points[link["point_id"]]["commune_code"]}
    open_shift(stage, clerk)
    slip = accept(
        stage, clerk, POINT, "household-business", owner=owner, place="door", amount_vnd=None
    )
    grant(stage, officer, slip["dossier_id"], number="64A8001234", day=TODAY.isoformat())
    item = pack(stage, officer, slip)
    give_to_post(stage, officer, clerk, item)
    clerk.post("/pouches", {"link_id": link["id"]})
    asked = {"point_id": link["point_id"], "courier_id": courier.id, "day": TODAY.isoformat()}
    run_id = clerk.post("/runs", asked)["id"]
    clerk.post(f"/runs/{run_id}/publication")
    courier.post(f"/runs/{run_id}/load", {"scanned": [{"item_number": item["number"]}]})
    courier.post(f"/runs/{run_id}/departure")
    return slip, item, run_id


def at_the_door(played: Played) -> dict[str, Any]:
    """What the courier's phone would send when the owner takes the envelope and signs."""
    stop = door_of(played.courier, played.item["number"])
    receiver = stop["may_receive"][0]
    return {
        "delivery_id": stop["delivery_id"],
        "seen_number": played.item["number"],
        "who": f"{receiver['receiver']}:{receiver['party_id']}",
        "id_kind": "personal_id",
        "id_last4": "0431",
        "signature": "handwritten",
        "no_fix_reason": "no_signal",
    }


def hand_over_by_phone(played: Played) -> None:
    """The owner signs, and the courier's own phone records and signs that he did."""
    container = played.site.container
    with container.units.read() as uow:
        courier = actor_of_staff(uow, UUID(played.courier.id))
    assert courier is not None
    said = at_the_door(played) | {"mark": f"data:image/png;base64,{a_scan()}"}
    command: HandOverAtDoor = HandOverSchema().load(said)
    fields = tuple((name, str(value).encode()) for name, value in said.items())
    phone = a_phone(container.units, courier)
    hand_over_at_door(
        command,
        actor=courier,
        once=Once("handed-over", "POST /phat", "0" * 64, lambda _: b"{}"),
        units=container.units,
        blobs=container.blobs,
        recorded=phone.recorded(HANDED_OVER, command.delivery_id, "handed-over", fields),
    )


def handed_over(home: Path) -> Played:
    """The owner has the envelope and the run is closed."""
    played = on_the_road(home)
    hand_over_by_phone(played)
    played.courier.post(f"/runs/{played.run_id}/closing", {"scanned_back": []})
    return played
