import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from routes.commands.addresses import address

FIELDS = {
    "status", "era", "old", "new", "street", "lat", "lon", "precision", "reason", "detail",
    "candidates", "more", "question",
}  # fmt: skip


def run(*words: str) -> Result:
    return CliRunner().invoke(address, ["resolve", *words], catch_exceptions=False)


def answer(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_an_address_is_answered_in_both_forms_with_its_place() -> None:
    document = answer("Ấp 3, xã Long Trị, TX Long Mỹ, Hậu Giang")
    assert set(document) == FIELDS
    assert document["status"] == "resolved"
    assert document["era"] == "old"
    assert document["old"] == {
        "province": "Tỉnh Hậu Giang",
        "district": "Thị xã Long Mỹ",
        "commune": "Xã Long Trị",
        "code": "31477",
    }
    assert document["new"]["code"] == "31471"
    assert document["street"] == "Ấp 3"
    assert document["precision"] == "commune"
    assert 9 < document["lat"] < 11


def test_candidates_carry_both_forms_and_a_question_in_words() -> None:
    document = answer("phường Trung Thành, Thái Nguyên", "--language", "en")
    assert document["status"] == "candidates"
    assert {c["new"]["code"] for c in document["candidates"]} == {"05500", "05899"}
    assert document["question"]["text"] == "In which district was it before July 2025?"
    assert len(document["question"]["options"]) == 2


def test_people_read_sentences() -> None:
    assert "Phường Long Mỹ, Thành phố Cần Thơ (31471)" in run("xã Long Trị, Hậu Giang").output
    assert "Địa chỉ thiếu tên xã, phường." in run("12 Nguyễn Trãi, Hà Nội").output


def test_a_file_is_answered_row_by_row_in_order(tmp_path: Path) -> None:
    path = tmp_path / "addresses.csv"
    path.write_text(
        '\ufeffid,input\n1,"xã Long Trị, Hậu Giang"\n2\n3,\n4,"a\nb"\n5,"Phường Sài Gòn, HCM"\n',
        encoding="utf-8",
    )
    rows = [json.loads(line) for line in run("--file", str(path), "--json").output.splitlines()]
    assert [row.get("status", "error") for row in rows] == [
        "resolved", "error", "none", "none", "resolved",
    ]  # fmt: skip
    assert rows[1]["error"]["code"] == "input_wrong"
    assert rows[2]["reason"] == "empty"
    assert rows[4]["new"]["code"] == "26740"


def test_a_file_without_the_column_or_in_another_encoding_is_refused(tmp_path: Path) -> None:
    for name, content in (("a.csv", b"text\nx\n"), ("b.csv", b"input\nph\xfd\xddng\n")):
        (tmp_path / name).write_bytes(content)
        result = run("--file", str(tmp_path / name), "--json")
        assert result.exit_code == 2
        assert json.loads(result.output)["error"]["code"] == "file_unreadable"


def test_text_and_file_exclude_each_other_and_one_is_needed() -> None:
    result = run("--json")
    assert result.exit_code == 2
    assert json.loads(result.output)["error"]["code"] == "input_wrong"


def test_resolving_loads_no_web_application_and_no_database() -> None:
    program = (
        "import sys; from routes.commands.entry import bridge\n"
        "try: bridge(['address', 'resolve', 'xã Long Trị, Hậu Giang'], prog_name='bridge')\n"
        "except SystemExit as end: assert end.code == 0\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'flask', 'sqlalchemy', 'app', 'requests', 'shapely', 'numpy'}, loaded"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
