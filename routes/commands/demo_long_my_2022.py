"""Long Mỹ, August 2022: one visit to a seated counter, and the result at the citizen's door."""

from datetime import datetime
from typing import Any

from routes.commands.demo_acts import (
    accept,
    close_shift,
    give_out,
    give_to_post,
    grant,
    hand_over,
    open_shift,
    pack,
    ride,
    steps_of,
)
from routes.commands.demo_stage import Person, Stage, moment

POINT = "long-my-2025"
OWNER = {
    "full_name": "Trần Thị Bé Sáu",
    "phone": "0939 000 001",
    "id_kind": "personal_id",
    "id_number": "093080000017",
    "address_text": "Số 14, đường Nguyễn Trung Trực",
}
NEIGHBOUR = {
    "full_name": "Lê Văn Út",
    "phone": "0939 000 002",
    "is_phone_shared": True,
    "id_kind": "personal_id",
    "id_number": "093075000021",
    "address_text": "Ấp 2, cạnh trạm y tế",
}


def long_my_2022(stage: Stage) -> None:
    """A household business is registered in one visit; a land dossier waits in the same queue."""
    stage.title("long_my_2022")
    stage.cast()
    stage.advance(2022, 8, 8, 7, 30)
    clerk = stage.person(f"gdv.{POINT}")
    officer = stage.person("mc.tx-long-my")
    open_shift(stage, clerk)
    slip, land = _morning(stage, clerk)
    close_shift(stage, clerk, [slip, land], moment(2022, 8, 8))

    stage.advance(2022, 8, 10, 14, 0)
    grant(stage, officer, slip["dossier_id"], number="64A8001234", day="2022-08-10")
    stage.tell("business_granted")
    item = pack(stage, officer, slip)
    stage.tell("packed", number=item["number"])
    stage.advance(2022, 8, 10, 15, 30)
    give_to_post(stage, officer, clerk, item)
    stage.tell("taken_by_post")
    _to_the_door(stage, clerk, item)
    _tell_way(stage, clerk, slip)

    stage.advance(2022, 8, 15, 9, 0)
    grant(stage, officer, land["dossier_id"], number="CS 08150", day="2022-08-15")
    envelope = pack(stage, officer, land)
    stage.advance(2022, 8, 15, 14, 20)
    give_out(officer, land, seen_number=envelope["number"])
    stage.tell("neighbour_collects")


def _morning(stage: Stage, clerk: Person) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two citizens, one after the other, at the seated counter."""
    commune = stage.commune_of(POINT)
    stage.advance(2022, 8, 8, 7, 42)
    slip = accept(
        stage,
        clerk,
        POINT,
        "household-business",
        owner={**OWNER, "commune_code": commune},
        place="door",
        amount_vnd=26_000,
    )
    stage.tell(
        "accepted_with_code",
        code=slip["dossier_code"],
        paid_vnd=slip["paid_vnd"],
        due_at=datetime.fromisoformat(slip["due_at"]),
    )
    stage.advance(2022, 8, 8, 7, 55)
    land = accept(
        stage,
        clerk,
        POINT,
        "land-change",
        owner={**NEIGHBOUR, "commune_code": commune},
        place="section",
        form="none",
        amount_vnd=0,
    )
    stage.tell("neighbour_accepted", code=land["dossier_code"])
    return slip, land


def _to_the_door(stage: Stage, clerk: Person, item: dict[str, Any]) -> None:
    courier = stage.person(f"phat.{POINT}")
    stage.advance(2022, 8, 11, 7, 30)
    run = ride(stage, clerk, courier, POINT, "2022-08-11", [item["number"]])
    stage.tell("run_leaves", count=len(run["stops"]))
    stage.advance(2022, 8, 11, 9, 10)
    hand_over(stage, courier, item["number"])
    stage.tell("handed_over")
    courier.post(f"/runs/{run['id']}/closing", {"scanned_back": []})


def _tell_way(stage: Stage, clerk: Person, slip: dict[str, Any]) -> None:
    steps = steps_of(clerk, slip["dossier_id"])
    stage.tell("way_of_dossier", code=slip["dossier_code"], count=len(steps))
