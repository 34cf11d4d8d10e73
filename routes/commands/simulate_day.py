"""A random day between one post point, its section and its courier, through the API alone.

Each act is tried; what a rule forbids is counted and the day goes on. Nothing here knows what
is right: that is for `verify` to say, after each day.
"""

from datetime import datetime
from typing import Any

from routes.commands.demo_acts import (
    FLOAT_VND,
    accept,
    count_in,
    give_to_post,
    grant,
    load_pouch,
    pack,
    send_pouch,
    unload_pouch,
)
from routes.commands.simulate_road import afterwards, deliver, evening
from routes.commands.simulate_week import POINT, Carried, Week

WITHOUT_FEE = "social-allowance"
PROCEDURES = (WITHOUT_FEE, "household-business", "civil-extract", "copy-certification")
NAMES = ("Nguyễn Thị Hoa", "Y Blăk", "Trần Văn Bé", "Danh Sóc Kha", "H'Hen Niê")
PAYS = ("cash", "cash", "at_door", "authority")
REASONS = ("not_eligible", "content_wrong", "paper_missing")


def play_day(week: Week, morning: datetime) -> None:
    """From the first number served to the drawer's count."""
    week.theatre.new_day(morning)
    week.post("drawer_opened", week.clerk, "/drawer", float_vnd=FLOAT_VND)
    fresh = [one for _ in range(week.chance.randint(1, 4)) if (one := _accepted(week))]
    for one in fresh:
        if week.some(0.1):
            week.post("withdrawn_at_once", week.clerk, f"{one.path}/withdrawal")
    _bring_in(week, [one for one in fresh if one.slip.get("item_number")])
    for one in week.known:
        _decide(week, one)
        _pack(week, one)
    week.theatre.settle()
    deliver(week)
    for one in week.known:
        afterwards(week, one)
    evening(week)
    week.theatre.settle()


def _accepted(week: Week) -> Carried | None:
    chance = week.chance
    owner = {
        "full_name": chance.choice(NAMES),
        "phone": f"09{chance.randint(10_000_000, 99_999_999)}",
        "id_number": f"0930{chance.randint(10_000_000, 99_999_999)}",
        "address_text": f"{chance.randint(1, 99)} ấp 3",
        "commune_code": week.theatre.commune_of(POINT),
    }
    pay = chance.choice(PAYS)
    place = "door" if pay == "at_door" else chance.choice(("door", "door", "point"))
    procedure = chance.choice(PROCEDURES) if pay == "cash" else WITHOUT_FEE
    amount_vnd = None if pay == "cash" else 0
    standing = week.theatre.second_person() if pay == "authority" else {}

    def come() -> dict[str, Any]:
        return accept(
            week.theatre, week.clerk, POINT, procedure,
            owner=owner, place=place, amount_vnd=amount_vnd, pay=pay, standing=standing,
        )  # fmt: skip

    if (slip := week.act("accepted", come)) is None:
        return None
    week.known.append(Carried(slip, procedure))
    return week.known[-1]


def _bring_in(week: Week, travels: list[Carried]) -> None:
    """The day's envelopes go to the section by pouch, and each is counted in."""
    if not travels:
        return
    theatre, clerk, driver = week.theatre, week.clerk, week.driver
    slips, procedure = [one.slip for one in travels], travels[0].procedure
    tie = f"PB {week.chance.randint(1, 999_999):06d}"
    pouch = week.act(
        "pouch_tied", lambda: send_pouch(theatre, clerk, POINT, procedure, slips, tie=tie)
    )
    if pouch is None or not week.act("pouch_taken", lambda: load_pouch(clerk, driver, pouch)):
        return
    week.act("pouch_opened", lambda: unload_pouch(driver, week.officer, pouch))
    for slip in slips:
        _count(week, slip, short=week.some(0.1))


def _count(week: Week, slip: Any, *, short: bool) -> None:
    week.act("counted", lambda: count_in(week.theatre, week.officer, slip, short=short))


def _decide(week: Week, one: Carried) -> None:
    """One of the steps that the agency may take with it as it stands."""
    officer, path, status = week.officer, one.path, week.status(one)
    if status in ("to_agency", "accepted"):
        if week.some(0.1):
            week.post("refused", officer, f"{path}/refusal", reason=week.chance.choice(REASONS))
        else:
            week.post("registered", officer, f"{path}/registration", draws_code=True)
    elif status == "supplement_requested":
        week.post("supplemented", officer, f"{path}/supplement")
    elif status == "payment_due":
        week.post("duty_paid", officer, f"{path}/payment-record")
    elif status == "processing" and week.some(0.35):
        step, body = week.chance.choice(STEPS_ASIDE)
        week.post(step, officer, f"{path}/{step}", **body)
    elif status in ("processing", "correction"):
        number = f"{week.chance.randint(1, 9999)}/QĐ-UBND"
        dossier_id = one.slip["dossier_id"]
        week.act(
            "result",
            lambda: grant(week.theatre, officer, dossier_id, number=number, day=week.today),
        )


STEPS_ASIDE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("extension-request", {"reason": "field_check", "working_days": 2}),
    ("extension-request", {"reason": "field_check", "working_days": 2}),
    ("supplement-request", {"paper_nos": [1], "reason": "paper_missing"}),
    ("payment-request", {"amount_vnd": 50_000}),
    ("stop", {"reason": "not_eligible"}),
    ("withdrawal", {}),
)
"""Beside a result, a dossier in process knows these; an extension is the usual one."""


def _pack(week: Week, one: Carried) -> None:
    """A result that may leave is sealed and given to the post."""
    if week.status(one) != "result_ready" or week.delivery(one)["status"] != "cleared":
        return
    item = week.act("packed", lambda: pack(week.theatre, week.officer, one.slip))
    if item is not None:
        one.item = item
        week.act("to_post", lambda: give_to_post(week.theatre, week.officer, week.clerk, item))
