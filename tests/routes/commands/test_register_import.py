"""`bin/bridge import register FILE`: looked at, refused with every fault, or published."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from postal_bridge.kernel.clock import SystemClock, local
from tests.routes.commands.test_operating import Bridge

HEAD = "change,code,valid_from,to,part"
LONG_MY, LONG_BINH = "31471", "31473"
TODAY = "2026-11-01"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Bridge:
    made = Bridge(tmp_path_factory.mktemp("register-import") / "home")
    assert made.json("migrate")["new"] is True
    return made


def test_a_merger_is_looked_at_then_published_and_read_by_commands_that_only_compute(
    home: Bridge, tmp_path: Path
) -> None:
    source = tmp_path / "register.csv"
    source.write_text(
        f"{HEAD}\nend,{LONG_MY},{TODAY},,\nbecomes,{LONG_MY},{TODAY},{LONG_BINH},whole\n", "utf-8"
    )
    asked = ("address", "resolve", "phường Long Mỹ, Cần Thơ")
    assert home.json(*asked)["new"]["code"] == LONG_MY
    looked = home.json("import", "register", str(source), "--dry-run")
    assert (looked["valid_from"], looked["ended"]) == (TODAY, [LONG_MY])
    assert [one["kind"] for one in looked["in_use"]][-1] == "links"
    assert "snapshot" not in looked
    assert home.json(*asked)["new"]["code"] == LONG_MY
    made = home.json("import", "register", str(source))
    assert (home.home / "published" / made["snapshot"]).exists()
    answer = home.json(*asked)
    assert (answer["old"]["code"], answer["new"]["code"]) == (LONG_MY, LONG_BINH)
    quoted = ("fare", "quote", "--leg", "result", "--grams", "80", "--from", LONG_MY)
    assert home.json(*quoted, "--to", LONG_BINH, "--on", TODAY)["column"] == "A"
    (row,) = home.json("register", "list")["rows"]
    assert (row["number"], row["changes"][0]["change"]) == (1, "end")
    assert date.fromisoformat(row["valid_from"]) == date(2026, 11, 1)
    assert home.json("verify")["ok"] is True
    snapshot = home.home / "published" / made["snapshot"]
    snapshot.rename(snapshot.with_suffix(".away"))
    assert home.json("verify", status=1)["ok"] is False
    snapshot.with_suffix(".away").rename(snapshot)


def test_a_file_with_faults_ends_with_2_and_names_them(home: Bridge, tmp_path: Path) -> None:
    source = tmp_path / "register.csv"
    source.write_text(f"{HEAD}\nend,{LONG_BINH},{TODAY},,\nend,99999,{TODAY},,\n", "utf-8")
    answer = home.json("import", "register", str(source), status=2)
    assert answer["error"]["code"] == "register_file_wrong"
    assert [(row["row"], row["code"]) for row in answer["rows"]] == [
        (2, "register_no_successor"), (3, "import_unknown_unit_code"),
    ]  # fmt: skip
    assert all(row["detail"] for row in answer["rows"])


def test_a_calendar_is_looked_at_then_published_and_counts_for_everybody(
    home: Bridge, tmp_path: Path
) -> None:
    source = tmp_path / "calendar.csv"
    off = local(SystemClock().now()).date() + timedelta(days=7)
    while off.weekday() > 3:
        off += timedelta(days=1)
    asked = ("calendar", "due", "--from", str(off - timedelta(days=1)), "--working-days", "1")
    before = home.json(*asked)["due"]
    head = "calendar,day,work,unit,decision"
    source.write_text(f"{head}\nagency,{off},maybe,,\n", "utf-8")
    answer = home.json("import", "calendar", str(source), status=2)
    assert answer["error"]["code"] == "calendar_file_wrong"
    assert [(one["row"], one["column"]) for one in answer["rows"]] == [(2, "work"), (2, "decision")]
    work = "no" if before == str(off) else "yes"
    source.write_text(f"{head}\nagency,{off},{work},,QĐ 1\n", "utf-8")
    assert home.json("import", "calendar", str(source), "--dry-run")["promises_count"] == 0
    assert home.json(*asked)["due"] == before
    assert home.json("import", "calendar", str(source))["number"] == 1
    assert home.json(*asked)["due"] != before
    (row,) = home.json("calendars", "list")["rows"]
    assert (row["days"][0]["day"], row["days"][0]["decision"]) == (str(off), "QĐ 1")
    assert home.json("verify")["ok"] is True
