"""Long Mỹ, 2026: filed online at the province; only the paper result travels."""

from datetime import datetime
from typing import Any

from routes.commands.demo_acts import (
    close_shift,
    fail_visit,
    give_to_post,
    grant,
    offer_of,
    open_shift,
    pack,
    ride,
    who_holds,
)
from routes.commands.demo_stage import Person, Stage, StoryBroke, moment

POINT = "long-my"
INVITATIONS = 2
ABSENT = {
    "full_name": "Huỳnh Thị Mỹ Linh",
    "phone": "0939 000 021",
    "id_kind": "personal_id",
    "id_number": "093190000041",
    "address_text": "Khu vực 4, nhà trọ cô Ba",
}
MISSPELT = {
    "full_name": "H'Hen Niê Kđăm",
    "phone": "0939 000 022",
    "id_kind": "personal_id",
    "id_number": "066195000042",
    "address_text": "Số 7, đường Trần Hưng Đạo",
}


def long_my_2026(stage: Stage) -> None:
    """Nobody at home, two invitations, not collected, back to the issuer; a misspelt name."""
    stage.title("long_my_2026")
    stage.set_clock(moment(2026, 11, 9, 7, 30))
    stage.cast()
    clerk, courier = stage.person(f"gdv.{POINT}"), stage.person(f"phat.{POINT}")
    officer = stage.person("mc.can-tho")
    open_shift(stage, clerk)
    stage.advance(2026, 11, 9, 8, 5)
    _paper_is_refused(stage, clerk)
    stage.advance(2026, 11, 9, 9, 20)
    absent = _online(stage, clerk, ABSENT, "H13.5-261106-0101")
    misspelt = _online(stage, clerk, MISSPELT, "H13.5-261106-0102")
    stage.tell("online_registered", paid_vnd=misspelt["paid_vnd"])
    close_shift(stage, clerk, [absent, misspelt], moment(2026, 11, 9))

    items = _results_arrive(stage, officer, clerk, [absent, misspelt])
    _visits(stage, clerk, courier, items)
    held = _delivery(clerk, absent)
    stage.tell("first_invitation")
    early = clerk.refused(f"/deliveries/{held['id']}/giving-up", {"reason": "absent"})
    stage.tell("too_early", detail=early.detail)
    stage.advance(2026, 11, 12, 10, 0)
    _go_back(stage, clerk, officer, misspelt, items[1], reason="refused")
    _not_collected(stage, clerk, officer, absent, items[0])


def _results_arrive(
    stage: Stage, officer: Person, clerk: Person, slips: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Decided and packed at the city's centre; the post office takes both envelopes."""
    stage.advance(2026, 11, 10, 14, 0)
    items = []
    for number, slip in enumerate(slips, start=1):
        grant(stage, officer, slip["dossier_id"], number=f"92{number:010d}", day="2026-11-10")
        item = pack(stage, officer, slip)
        give_to_post(stage, officer, clerk, item)
        items.append(item)
    stage.tell("city_hands_over")
    return items


def _visits(stage: Stage, clerk: Person, courier: Person, items: list[dict[str, Any]]) -> None:
    """One run with two doors; neither opens for its envelope."""
    stage.advance(2026, 11, 11, 7, 30)
    numbers = [item["number"] for item in items]
    run = ride(stage, clerk, courier, POINT, "2026-11-11", numbers)
    stage.tell("run_leaves", count=len(run["stops"]))
    stage.advance(2026, 11, 11, 9, 10)
    fail_visit(courier, numbers[1], reason="refused", next_step="return")
    stage.tell("refused_at_door")
    stage.advance(2026, 11, 11, 9, 40)
    fail_visit(courier, numbers[0], reason="absent", next_step="hold_notify")
    stage.tell("nobody_home")
    stage.advance(2026, 11, 11, 11, 0)
    courier.post(f"/runs/{run['id']}/closing", {"scanned_back": numbers})
    stage.tell("run_back")


def _paper_is_refused(stage: Stage, clerk: Person) -> None:
    link, procedure = offer_of(clerk, POINT, "land-change")
    body = {
        "link_id": link["id"],
        "procedure_id": procedure["id"],
        "service_form": "both",
        "owner": {**ABSENT, "commune_code": stage.commune_of(POINT)},
        "papers": [],
        "signature": {"how": "handwritten"},
        "delivery": {"place": "door"},
    }
    refusal = clerk.refused("/dossiers", body)
    stage.tell("paper_refused", detail=refusal.detail)


def _online(stage: Stage, clerk: Person, owner: dict[str, str], code: str) -> Any:
    link, procedure = offer_of(clerk, POINT, "driving-licence-exchange")
    commune = stage.commune_of(POINT)
    asked = {
        "link_id": link["id"],
        "procedure_id": procedure["id"],
        "service_form": "receive",
        "place": "door",
        "recipient_commune": commune,
    }
    due_vnd = clerk.post("/quotes", asked)["payable_now_vnd"]
    return clerk.post(
        "/online-filings",
        {
            "link_id": link["id"],
            "procedure_id": procedure["id"],
            "dossier_code": code,
            "received_at": "2026-11-06T14:05:00+07:00",
            "owner": {**owner, "commune_code": commune},
            "delivery": {"place": "door", "who_may_receive": "owner"},
            "pay": "cash",
            "amount_vnd": due_vnd,
        },
    )


def _delivery(clerk: Person, slip: dict[str, Any]) -> Any:
    (found,) = clerk.get("/deliveries", dossier_id=slip["dossier_id"])["rows"]
    return found


def _not_collected(
    stage: Stage, clerk: Person, officer: Person, slip: dict[str, Any], item: dict[str, Any]
) -> None:
    """Two invitations go out; nobody comes in the time that was given."""
    stage.advance(2026, 11, 16, 8, 0)
    invited = _delivery(clerk, slip)["invited_at"]
    if len(invited) != INVITATIONS:
        raise StoryBroke("the second invitation", f"{len(invited)} are on record")
    first, second = (datetime.fromisoformat(at) for at in invited)
    stage.tell("two_invitations", first=first, second=second)
    stage.advance(2026, 11, 27, 8, 0)
    stage.tell("not_collected")
    _go_back(stage, clerk, officer, slip, item, reason="absent")


def _go_back(
    stage: Stage,
    clerk: Person,
    officer: Person,
    slip: dict[str, Any],
    item: dict[str, Any],
    *,
    reason: str,
) -> None:
    """Undeliverable by law, on its way, and back with the issuer, who signs."""
    delivery = _delivery(clerk, slip)
    if delivery["status"] != "undeliverable":
        clerk.post(f"/deliveries/{delivery['id']}/giving-up", {"reason": reason})
    seen = {"seen_number": item["number"]}
    clerk.post(f"/deliveries/{delivery['id']}/sending-back", seen)
    clerk.post("/returns", {"delivery_id": delivery["id"]})
    officer.post(f"/deliveries/{delivery['id']}/return-receipt", seen)
    stage.tell("back_with_issuer", number=item["number"], holder=who_holds(clerk, item["number"]))
