import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from routes.commands.pure import COMMANDS

BRIDGE = click.Group("bridge", commands={command.name or "": command for command in COMMANDS})


def bridge(*words: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(BRIDGE, words, input=stdin, catch_exceptions=False)


def answer(*words: str) -> Any:
    result = bridge(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def refusal(*words: str) -> str:
    result = bridge(*words, "--json")
    assert result.exit_code == 2, result.output
    error = json.loads(result.output)["error"]
    assert set(error) == {"code", "detail"}
    assert error["detail"]
    return str(error["code"])


def test_a_quote_names_total_column_lines_payers_and_tariff() -> None:
    document = answer("fare", "quote", "--leg", "both", "--column", "C", "--grams", "250")
    assert document["total_vnd"] == 63_000
    assert document["column"] == "C"
    assert [line["amount_vnd"] for line in document["lines"]] == [31_000, 32_000]
    assert document["payers"] == {"citizen": 63_000}
    assert document["tariff"] == "tt22-2017"
    assert "63.000 đ" in document["explanation"]["vi"]


def test_a_quote_between_communes_finds_its_column_and_its_programme() -> None:
    words = ("fare", "quote", "--leg", "result", "--grams", "80", "--on", "2026-03-02")
    inside = answer(*words, "--from", "00004", "--to", "00008", "--channel", "online")
    assert inside["column"] == "A"
    assert inside["payers"] == {"citizen": 0, "budget": 26_000}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--leg result --column B --grams 0", "weight_not_positive"),
        ("--leg result --column B --grams -5", "weight_not_positive"),
        ("--leg result --column B --grams 999999999", "weight_too_large"),
        ("--leg result --column B --grams 1 --on 2017-01-01", "tariff_unknown"),
        ("--leg result --column B --grams 1 --on soon", "input_wrong"),
        ("--leg result --column B --grams 1 --relief x", "relief_unknown"),
        ("--leg result --from 99999 --to 00004 --grams 1", "fare_commune_unknown"),
        ("--leg result --from 00004 --grams 1", "input_wrong"),
        ("--leg result --column B", "input_wrong"),
        ("--leg sideways --column B --grams 1", "usage"),
        ("--leg result --column B --grams many", "weight_not_whole"),
    ],
)
def test_bad_input_is_refused_with_a_code(words: str, code: str) -> None:
    assert refusal("fare", "quote", *words.split()) == code


def test_a_file_is_answered_row_by_row_in_order(tmp_path: Path) -> None:
    rows = "\ufeffleg,column,grams,relief\nresult,B,501,\nresult,Z,1,\nresult,E,1001,hero\n"
    path = tmp_path / "rows.csv"
    path.write_text(rows, encoding="utf-8")
    result = bridge("fare", "quote", "--file", str(path), "--json")
    documents = [json.loads(line) for line in result.output.splitlines()]
    assert [document.get("total_vnd") for document in documents] == [35_400, None, 36_200]
    assert documents[1]["error"]["code"] == "input_wrong"


@pytest.mark.parametrize("content", [b"", b"leg;grams\n", b"leg,grams\n\xff\xfe\n"])
def test_a_file_that_is_no_table_is_refused(content: bytes) -> None:
    result = bridge("fare", "quote", "--file", "-", "--json", stdin=content)
    assert result.exit_code == 2
    assert json.loads(result.output)["error"]["code"] == "file_unreadable"


def test_due_dates() -> None:
    words = ("calendar", "due", "--from")
    assert answer(*words, "2026-02-13", "--working-days", "3")["due"] == "2026-02-25"
    assert answer(*words, "2026-08-28", "--working-days", "1", "--calendar", "post")["due"] == (
        "2026-08-29"
    )
    late = answer(*words, "2026-03-06T16:00", "--hours", "2")
    assert late["due"] == "2026-03-09T08:00:00+07:00"
    assert answer(*words, "2026-03-06T09:00:00Z", "--hours", "2") == late


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--from someday --working-days 1", "input_wrong"),
        ("--from 2026-02-30 --working-days 1", "input_wrong"),
        ("--from 2026-02-13", "input_wrong"),
        ("--from 2026-02-13 --working-days -1", "period_out_of_range"),
        ("--from 0001-01-01T00:00:00+14:00 --hours 1", "period_out_of_range"),
        ("--from 9999-12-31 --working-days 1", "period_out_of_range"),
        ("--from 2026-02-13 --working-days 1 --calendar moon", "calendar_unknown"),
        ("--working-days 1", "usage"),
    ],
)
def test_due_dates_of_bad_input_are_refused(words: str, code: str) -> None:
    assert refusal("calendar", "due", *words.split()) == code


def test_an_item_number_is_checked() -> None:
    good = answer("item", "check", "rr 1234 5678 5 vn")
    assert (good["valid"], good["service"], good["serial"]) == (True, "RR", "12345678")
    bad = bridge("item", "check", "RR123456784VN", "--json")
    assert bad.exit_code == 1
    assert json.loads(bad.output)["fault"] == "check_digit"


def test_a_vietqr_is_text_and_picture() -> None:
    words = ("pay", "vietqr", "--bin", "970436", "--account", "0123456789", "--amount", "30000")
    document = answer(*words, "--note", "H5614 260101 0001")
    assert document["payload"].endswith("63043A66")
    assert document["svg"].startswith("<svg")
    assert refusal(*words, "--note", "x" * 26) == "vietqr_input_wrong"


def test_without_json_people_get_a_sentence_and_errors_on_the_other_stream() -> None:
    said = bridge("fare", "quote", "--leg", "result", "--column", "A", "--grams", "80")
    assert "Tổng cộng 26.000 đ" in said.output
    refused = bridge("fare", "quote", "--leg", "result", "--column", "A", "--grams", "0")
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert "Cân lại" in refused.stderr


PROBE = """
import sys
from routes.commands.pure import COMMANDS
heavy = {"flask", "sqlalchemy", "holidays", "segno", "redis", "babel"} & set(sys.modules)
print(",".join(sorted(heavy)))
"""


def test_the_commands_load_no_web_application_and_no_database() -> None:
    began = time.monotonic()
    probe = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
    )
    assert probe.stdout.strip() == ""
    # The promise is 0.7 s on an idle machine; a shared one gets three times that.
    assert time.monotonic() - began < 2.1
