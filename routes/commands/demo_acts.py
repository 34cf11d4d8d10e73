"""What people of the stories do, each through the API as a page or a system would."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from types import MappingProxyType
from typing import Any

from postal_bridge.kernel.wording import dong
from routes.commands.demo_stage import Person, Stage, StoryBroke

FLOAT_VND = 500_000
AS_ORIGINAL = ("original_kept", "original_seen")
AS_COPY = ("certified_copy", "photocopy")


def open_shift(stage: Stage, clerk: Person) -> None:
    """The clerk has counted the float."""
    clerk.post("/drawer", {"float_vnd": FLOAT_VND})
    stage.tell("shift_opened", name=clerk.name, float_vnd=FLOAT_VND)


def close_shift(
    stage: Stage, clerk: Person, slips: Sequence[Mapping[str, Any]], day: datetime
) -> None:
    """In the evening the clerk counts the float and what the day's slips brought, and closes."""
    stage.advance(day.year, day.month, day.day, 17, 0)
    held_vnd = FLOAT_VND + sum(slip["paid_vnd"] for slip in slips)
    counted = clerk.post("/drawer/count", {"counted_vnd": held_vnd})
    if counted["difference_vnd"]:
        raise StoryBroke("the evening's count", dong(counted["difference_vnd"]))
    clerk.post("/drawer/closing")
    stage.tell("shift_closed", name=clerk.name, held_vnd=held_vnd)


def accept(
    stage: Stage,
    clerk: Person,
    point: str,
    procedure: str,
    *,
    owner: Mapping[str, Any],
    place: str,
    amount_vnd: int | None,
    form: str = "both",
    pay: str = "cash",
    standing: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The dossier is accepted; `amount_vnd` None pays what the quote says.

    `standing`: who stands by it, and why, where an authority is to pay.
    """
    link, listed = offer_of(clerk, point, procedure)
    body: dict[str, Any] = {
        "link_id": link["id"],
        "procedure_id": listed["id"],
        "service_form": form,
        "owner": dict(owner),
        "papers": [tally(paper) for paper in listed["papers"] if paper["is_required"]],
        "scans": [{"paper_no": 1, "media_type": "image/png", "content": a_scan()}],
        "signature": {"how": "handwritten", "image": a_scan()},
        "weight_g": 90,
        "delivery": {"place": place, "who_may_receive": "owner"},
        "pay": pay,
        "amount_vnd": amount_vnd or 0,
        **standing,
    }
    if amount_vnd is None:
        asked = {
            "link_id": link["id"],
            "procedure_id": listed["id"],
            "service_form": form,
            "place": place,
            "recipient_commune": owner.get("commune_code"),
            "weight_g": 90,
        }
        body["amount_vnd"] = clerk.post("/quotes", asked)["payable_now_vnd"]
    made: dict[str, Any] = clerk.post("/dossiers", body)
    return made


def offer_of(person: Person, point: str, procedure: str) -> tuple[Any, Any]:
    """The point's link that takes the procedure in today, and the procedure."""
    points = {row["key"]: row for row in person.get("/points")["rows"]}
    listed = person.get(f"/procedures/{procedure}")
    links = person.get("/links", point_id=points[point]["id"])["rows"]
    for link in links:
        if listed["id"] in link["procedure_ids"]:
            return link, listed
    raise StoryBroke(f"{point}: {procedure}", "no link takes this procedure in")


def tally(paper: Mapping[str, Any]) -> dict[str, Any]:
    """One paper of the published list, counted as the list asks."""
    kind = paper["default_tally"]
    copies = paper["certified_copies"] + paper["photocopies"]
    return {
        "paper_no": paper["no"],
        "tally": kind,
        "originals": (paper["originals"] or 1) if kind in AS_ORIGINAL else 0,
        "copies": (copies or 1) if kind in AS_COPY else 0,
        "sheets": 1,
    }


def a_scan() -> str:
    """A small picture of a sheet of paper, base64."""
    from PIL import Image

    out = BytesIO()
    Image.new("L", (210, 297), 245).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def grant(stage: Stage, officer: Person, dossier_id: str, *, number: str, day: str) -> None:
    """The agency has decided and the paper is there."""
    officer.post(f"/dossiers/{dossier_id}/result", {"number": number, "issued_on": day})


def pack(stage: Stage, officer: Person, slip: Mapping[str, Any]) -> dict[str, Any]:
    """The result lies sealed in its envelope; returns the item."""
    dossier_id = slip["dossier_id"]
    envelope = officer.post(f"/dossiers/{dossier_id}/envelope", {"weight_g": 80, "sheets": 1})
    (delivery,) = officer.get("/deliveries", dossier_id=dossier_id)["rows"]
    dossier = officer.get(f"/dossiers/{dossier_id}")
    packed = officer.post(
        "/packings",
        {
            "result_number": dossier["dossier_code"],
            "item_number": envelope["number"],
            "label": delivery["label"],
        },
    )
    item: dict[str, Any] = packed["item"]
    return item


def give_to_post(stage: Stage, officer: Person, clerk: Person, item: Mapping[str, Any]) -> None:
    """The section offers, the post office reads the number and accepts."""
    offers = officer.post("/offers", {"item_ids": [item["id"]]})["offers"]
    for offer in offers:
        clerk.post(f"/offers/{offer['id']}/acceptance", {"numbers": [item["number"]]})


def ride(
    stage: Stage, clerk: Person, courier: Person, point: str, day: str, numbers: Sequence[str]
) -> Any:
    """A run is drafted, planned by a worker, published, loaded and on the road."""
    points = {row["key"]: row for row in clerk.get("/points")["rows"]}
    drafted = clerk.post(
        "/runs",
        {"point_id": points[point]["id"], "courier_id": courier.id, "day": day},
    )
    run_id = drafted["id"]
    clerk.post(f"/runs/{run_id}/plan")
    planned = stage.wait_for("the plan", lambda: _planned(clerk.get(f"/runs/{run_id}")))
    clerk.post(f"/runs/{run_id}/publication", {"plan_id": planned["plan"]["id"]})
    courier.post(
        f"/runs/{run_id}/load", {"scanned": [{"item_number": number} for number in numbers]}
    )
    return courier.post(f"/runs/{run_id}/departure")


def _planned(run: Mapping[str, Any]) -> Any:
    plan = run["plan"]
    if plan and plan["state"] == "failed":
        raise StoryBroke("the plan", str(plan["problem"]))
    return run if plan and plan["state"] == "ready" else None


def door_of(courier: Person, number: str) -> Any:
    """The stop of an envelope, as its courier sees it."""
    for day in courier.get("/courier-days")["rows"]:
        for stop in day["stops"]:
            if stop["item_number"] == number:
                return stop
    raise StoryBroke(f"the door of {number}", "is on no run of this courier")


def fail_visit(
    courier: Person, number: str, *, reason: str, next_step: str, dwell_s: int = 180
) -> Any:
    """A visit that failed, with the evidence that makes it count."""
    stop = door_of(courier, number)
    body = {
        "delivery_id": stop["delivery_id"],
        "reason": reason,
        "next_step": next_step,
        "dwell_s": dwell_s,
        "no_fix_reason": "no_signal",
        "photo": f"data:image/png;base64,{a_scan()}",
    }
    return courier.post("/failed-visits", body)


def give_out(person: Person, slip: Mapping[str, Any], *, seen_number: str) -> Any:
    """The owner stands at the counter, shows an identity paper and signs."""
    (delivery,) = person.get("/deliveries", dossier_id=slip["dossier_id"])["rows"]
    receiver = person.get(f"/deliveries/{delivery['id']}/receivers")["rows"][0]
    return person.post(
        "/give-outs",
        {
            "delivery_id": delivery["id"],
            "seen_number": seen_number,
            "who": f"{receiver['receiver']}:{receiver['party_id']}",
            "id_kind": "personal_id",
            "id_last4": "0031",
            "signature": "handwritten",
            "mark": f"data:image/png;base64,{a_scan()}",
        },
    )


def send_pouch(
    stage: Stage,
    sender: Person,
    point: str,
    procedure: str,
    slips: Sequence[Mapping[str, Any]],
    *,
    tie: str,
    items: Sequence[Mapping[str, Any]] = (),
) -> Any:
    """Envelopes are scanned into a pouch, which is tied; returns the pouch."""
    link, _ = offer_of(sender, point, procedure)
    pouch = sender.post("/pouches", {"link_id": link["id"]})
    numbers = [item["number"] for item in items] or [slip["item_number"] for slip in slips]
    for number in numbers:
        sender.post(f"/pouches/{pouch['id']}/items", {"number": number})
    return sender.post(f"/pouches/{pouch['id']}/seal", {"tie_number": tie, "tie_again": tie})


def load_pouch(giver: Person, driver: Person, pouch: Mapping[str, Any]) -> None:
    """The giver offers the pouch; the driver reads its tie, counts and takes it."""
    giver.post(f"/pouches/{pouch['id']}/offer", {"driver_id": driver.id})
    driver.post(f"/pouches/{pouch['id']}/acceptance", _seen(pouch))


def unload_pouch(driver: Person, receiver: Person, pouch: Mapping[str, Any]) -> None:
    """The driver offers it at the other end, where it is taken, opened and found complete."""
    path = f"/pouches/{pouch['id']}"
    driver.post(f"{path}/offer")
    receiver.post(f"{path}/acceptance", _seen(pouch))
    receiver.post(f"{path}/opening", {"found": [line["number"] for line in pouch["manifest"]]})


def _seen(pouch: Mapping[str, Any]) -> dict[str, Any]:
    return {"tie_seen": pouch["tie_number"], "count_seen": len(pouch["manifest"])}


def count_in(stage: Stage, officer: Person, slip: Mapping[str, Any], *, short: bool) -> Any:
    """The envelope is opened and recounted; returns the case where the count differs."""
    whereabouts = officer.get(f"/items/{slip['item_number']}")
    papers = officer.get(f"/dossiers/{slip['dossier_id']}")["papers"]
    counts = [
        {name: paper[name] for name in ("paper_no", "tally", "originals", "copies")}
        for paper in papers
        if paper["tally"] not in ("original_seen", "electronic", "state_database")
    ]
    counted = officer.post(
        f"/items/{whereabouts['item']['id']}/recounts",
        {"counts": counts[1:] if short else counts},
    )
    return counted["case"]


def who_holds(person: Person, number: str) -> str:
    """The name of whoever answers for an item now."""
    holder = person.get(f"/items/{number}")["holder"]
    return str(holder["name"])


def hand_over(
    stage: Stage, courier: Person, number: str, *, paid_vnd: int | None = None, taken_back: int = 0
) -> Any:
    """The owner takes the envelope, shows an identity paper and signs."""
    stop = door_of(courier, number)
    receiver = stop["may_receive"][0]
    body: dict[str, Any] = {
        "delivery_id": stop["delivery_id"],
        "seen_number": number,
        "who": f"{receiver['receiver']}:{receiver['party_id']}",
        "id_kind": "personal_id",
        "id_last4": "0017",
        "signature": "handwritten",
        "mark": f"data:image/png;base64,{a_scan()}",
        "no_fix_reason": "no_signal",
    }
    if paid_vnd is not None:
        body["paid_vnd"] = paid_vnd
    if taken_back:
        body["papers_taken_back"] = taken_back
    return courier.post("/hand-overs", body)


def steps_of(person: Person, dossier_id: str) -> Any:
    """Everything that happened to a dossier and its items."""
    return person.get(f"/dossiers/{dossier_id}/timeline")["lines"]
