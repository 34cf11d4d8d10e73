"""The second half of a simulated day: a courier's run, what comes of it, and the money."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from postal_bridge.kernel.clock import local
from routes.commands.demo_acts import FLOAT_VND, door_of, fail_visit, give_out, hand_over
from routes.commands.simulate_week import POINT, Carried, Week

FAILURES = ("absent", "refused", "bad_address", "fee_refused")
NEXT_STEPS = ("hold_notify", "retry_next_working_day", "return")


def deliver(week: Week) -> None:
    """One run with whatever waits for a door; each door is a good one or a failed one."""
    clerk, courier = week.clerk, week.courier
    points = {row["key"]: row for row in clerk.get("/points")["rows"]}
    asked = {"point_id": points[POINT]["id"], "courier_id": courier.id, "day": week.today}
    if (run := week.post("run_drafted", clerk, "/runs", **asked)) is None:
        return
    path = f"/runs/{run['id']}"
    week.post("run_published", clerk, f"{path}/publication", **_chosen(week, path))
    numbers = [stop["item_number"] for stop in clerk.get(path)["stops"] if stop["item_number"]]
    scanned = [{"item_number": number} for number in numbers]
    week.post("run_loaded", courier, f"{path}/load", scanned=scanned)
    if week.post("run_left", courier, f"{path}/departure") is None:
        return
    for number in numbers:
        _at_the_door(week, number)
    back = [number for number in numbers if _is_back(week, number)]
    week.post("run_closed", courier, f"{path}/closing", scanned_back=back)


def _chosen(week: Week, path: str) -> dict[str, Any]:
    """The planner's order for one run of three; the others go as they were drafted."""
    if not week.some(0.3) or week.post("plan_asked", week.clerk, f"{path}/plan") is None:
        return {}
    planned = week.theatre.wait_for("the plan", lambda: _planned(week.clerk.get(path)))
    return {"plan_id": planned["id"]} if planned["state"] == "ready" else {}


def _planned(run: Mapping[str, Any]) -> Any:
    plan = run["plan"]
    return plan if plan and plan["state"] in ("ready", "failed") else None


def _at_the_door(week: Week, number: str) -> None:
    courier, chance = week.courier, week.chance
    if week.some(0.3):
        reason, step = chance.choice(FAILURES), chance.choice(NEXT_STEPS)
        week.act("visit_failed", lambda: fail_visit(courier, number, reason=reason, next_step=step))
        return
    stop = door_of(courier, number)
    taken, paid_vnd = stop.get("take_back_papers") or 0, stop["collect_vnd"] or None
    week.act(
        "handed_over",
        lambda: hand_over(week.theatre, courier, number, paid_vnd=paid_vnd, taken_back=taken),
    )


def _is_back(week: Week, number: str) -> bool:
    item = week.clerk.get(f"/items/{number}")["item"]
    found = week.clerk.get("/deliveries", dossier_id=item["dossier_id"])["rows"]
    return bool(found) and found[0]["status"] in ("attempt_failed", "with_courier")


def afterwards(week: Week, one: Carried) -> None:
    """Held, given out, contested, parked, corrected, given back: one of what is open, at random."""
    delivery = week.delivery(one)
    if not delivery:
        return
    path, status, clerk = f"/deliveries/{delivery['id']}", delivery["status"], week.clerk
    number = one.item["number"] if one.item else ""
    if status in ("packed", "attempt_failed") and week.some(0.5):
        week.post("held", clerk, f"{path}/hold")
    elif status == "held_at_point" and week.some(0.5):
        week.act("given_out", lambda: give_out(clerk, one.slip, seen_number=number))
    elif status == "attempt_failed" and week.some(0.3):
        week.post("given_up", clerk, f"{path}/giving-up", reason="refused")
    elif status == "undeliverable":
        week.post("sent_back", clerk, f"{path}/sending-back", seen_number=number)
    elif status == "reported_delivered":
        week.post("proof_accepted", week.supervisor, f"{path}/proof-acceptance")
    elif status == "handed_over" and week.some(0.2):
        old_paper = week.chance.choice(("brought", "gone"))
        week.post("corrected", week.officer, f"{one.path}/correction",
                  reason="misprint", old_paper=old_paper)  # fmt: skip
    else:
        _by_decision(week, path)
    _pay_back(week, one)


def _by_decision(week: Week, path: str) -> None:
    """Parked and let go on, or written off: seldom, and often where it is not open."""
    if week.some(0.1):
        until = (local(week.theatre.clock.at).date() + timedelta(days=3)).isoformat()
        if week.post("parked", week.supervisor, f"{path}/parking", reason="storm", until=until):
            week.post("unparked", week.supervisor, f"{path}/unparking")
    elif week.some(0.1):
        week.post("lost", week.supervisor, f"{path}/loss", evidence="BB-1")


def _pay_back(week: Week, one: Carried) -> None:
    path = f"{one.path}/fare-returns"
    for end in week.clerk.get(path)["rows"]:
        if end["owed_vnd"]:
            week.post("paid_back", week.clerk, path, quote_id=end["quote_id"])


def evening(week: Week) -> None:
    """The courier's cash into the drawer, the drawer counted: right or a little wrong."""
    clerk, courier = week.clerk, week.courier
    counted_vnd = week.chance.choice((0, 26_000, 52_000))
    offered = {"counted_vnd": counted_vnd, "kept_vnd": 0}
    if (made := week.post("cash_offered", courier, "/hand-ins", **offered)) is not None:
        path = f"/hand-ins/{made['id']}"
        week.post("cash_counted", clerk, f"{path}/count", counted_vnd=counted_vnd)
        if week.some(0.8):
            week.post("cash_accepted", clerk, f"{path}/acceptance")
        else:
            week.post("cash_withdrawn", courier, f"{path}/withdrawal")
    held_vnd = FLOAT_VND + week.chance.choice((0, 0, 26_000, -5_000))
    week.post("drawer_counted", clerk, "/drawer/count", counted_vnd=held_vnd)
    week.post("drawer_closed", clerk, "/drawer/closing")
