"""Long Trị, August 2022: a commune's section inside the culture post office, and one pouch."""

from typing import Any

from routes.commands.demo_acts import (
    accept,
    close_shift,
    count_in,
    give_out,
    grant,
    load_pouch,
    open_shift,
    pack,
    send_pouch,
    unload_pouch,
    who_holds,
)
from routes.commands.demo_stage import Person, Stage, moment

POINT = "long-tri-2025"
SHORT = 2  # the land dossier's envelope differs from its list
FIELDS = (
    ("household-business", "Nguyễn Văn Tám", "0939 000 011", "093070000031"),
    ("social-allowance", "Thạch Thị Sa Mách", "0939 000 012", "093150000032"),
    ("land-change", "Danh Út", "0939 000 013", "093068000033"),
    ("household-business", "Phan Thị Ngọc Huệ", "0939 000 014", "093190000034"),
)


def long_tri_2022(stage: Stage) -> None:
    """Dossiers of one morning go in a sealed pouch; one envelope differs from its list."""
    stage.title("long_tri_2022")
    stage.advance(2022, 8, 16, 7, 30)
    clerk, driver = stage.person(f"gdv.{POINT}"), stage.person("xe.tx-long-my")
    officer = stage.person("mc.tx-long-my")
    open_shift(stage, clerk)
    slips = _morning(stage, clerk)

    stage.advance(2022, 8, 16, 10, 30)
    pouch = send_pouch(stage, clerk, POINT, "household-business", slips, tie="NP 220816 01")
    load_pouch(clerk, driver, pouch)
    stage.tell(
        "pouch_tied", number=pouch["number"], tie=pouch["tie_number"], count=len(pouch["manifest"])
    )
    stage.advance(2022, 8, 16, 11, 15)
    unload_pouch(driver, officer, pouch)
    stage.tell("pouch_arrived")
    stage.advance(2022, 8, 16, 13, 45)
    _count(stage, officer, slips, short=SHORT)
    for slip in slips:
        officer.post(f"/dossiers/{slip['dossier_id']}/registration", {"draws_code": True})
    stage.tell("registered")
    close_shift(stage, clerk, slips, moment(2022, 8, 16))

    _results_come_back(stage, officer, driver, clerk, [s for s in slips if s is not slips[SHORT]])
    item = slips[SHORT]["item_number"]
    stage.tell("held_by", item=item, holder=who_holds(clerk, item))


def _morning(stage: Stage, clerk: Person) -> list[dict[str, Any]]:
    """Four dossiers are accepted, each in its own sealed envelope."""
    commune = stage.commune_of(POINT)
    slips = []
    for number, (procedure, name, phone, id_number) in enumerate(FIELDS):
        stage.advance(2022, 8, 16, 7, 40 + 5 * number)
        owner = {
            "full_name": name,
            "phone": phone,
            "id_kind": "personal_id",
            "id_number": id_number,
            "address_text": "Ấp 4",
            "commune_code": commune,
        }
        slip = accept(stage, clerk, POINT, procedure, owner=owner, place="point", amount_vnd=None)
        slips.append(slip)
        stage.tell(
            "accepted_sealed",
            number=slip["acceptance_number"],
            item=slip["item_number"],
            paid_vnd=slip["paid_vnd"],
        )
    return slips


def _count(stage: Stage, officer: Person, slips: list[dict[str, Any]], *, short: int) -> None:
    """Every envelope is opened and recounted; the one at `short` lacks a paper."""
    cases = [
        count_in(stage, officer, slip, short=number == short) for number, slip in enumerate(slips)
    ]
    case = cases[short]
    stage.tell("paper_missing", item=case["item_number"], count=len(case["segment"]))


def _results_come_back(
    stage: Stage, officer: Person, driver: Person, clerk: Person, done: list[dict[str, Any]]
) -> None:
    """What is finished travels in a pouch to the point, where its people collect it."""
    stage.advance(2022, 8, 19, 14, 0)
    items = []
    for serial, slip in enumerate(done, start=1):
        grant(stage, officer, slip["dossier_id"], number=f"64B80{serial:05d}", day="2022-08-19")
        items.append(pack(stage, officer, slip))
    pouch = send_pouch(
        stage, officer, POINT, "household-business", done, tie="NP 220819 07", items=items
    )
    load_pouch(officer, driver, pouch)
    stage.tell("results_on_the_way", count=len(items))
    stage.advance(2022, 8, 19, 15, 10)
    unload_pouch(driver, clerk, pouch)
    stage.tell("results_arrived")
    stage.advance(2022, 8, 22, 8, 30)
    for slip, item in zip(done, items, strict=True):
        give_out(clerk, slip, seen_number=item["number"])
    stage.tell("collected")
