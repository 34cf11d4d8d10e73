"""Files of fares: a bar for people, none for programs; and the bench that measures them."""

import io
import json
import sys

import pytest
from click.testing import CliRunner

from routes.commands.entry import bridge
from routes.commands.fares import fare_rows
from routes.commands.progress import rows_of, with_bar
from routes.commands.speech import FileUnreadable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("content", "rows"),
    [(b"leg,grams\n", 0), (b"leg,grams", 0), (b"h\na\nb\n", 2), (b"h\r\na\r\nb", 2), (b"", 0)],
)
def test_rows_are_counted_and_the_file_is_read_from_its_start(content: bytes, rows: int) -> None:
    source = io.BytesIO(content)
    assert rows_of(source) == rows
    assert source.read() == content


def test_a_terminal_sees_a_bar_and_a_program_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, is_seen in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(with_bar(range(1200), "fare quote", 1200)) == list(range(1200))
        assert ("1200/1200" in stream.getvalue()) is is_seen


def test_each_bad_weight_has_one_code_and_the_other_rows_are_priced() -> None:
    cells = ["80", "0", "-1", "1000000000", "1e9", "NaN", "250g", "80.5", "", "80"]
    content = "leg,column,grams\n" + "\n".join(f"result,A,{cell}" for cell in cells)
    found = [
        row.get("total_vnd") or row["error"]["code"]
        for row in fare_rows(io.BytesIO(content.encode()), "vi")
    ]
    unread = ["weight_not_whole"] * 4
    assert found == [
        26_000, "weight_not_positive", "weight_not_positive", "weight_too_large",
        *unread, "input_wrong", 26_000,
    ]  # fmt: skip


def test_the_bench_prices_the_same_requests_for_the_same_seed() -> None:
    runs = [
        CliRunner().invoke(bridge, ["bench", "fares", "--quotes", "1000", "--rows", "50", "--json"])
        for _ in range(2)
    ]
    first, second = (json.loads(run.stdout) for run in runs)
    assert first["checksum_vnd"] == second["checksum_vnd"] > 0
    assert first["engine_per_s"] > 0
    assert first["rows_per_s"] > 0


def priced(heading: str, *rows: str) -> list[int | str]:
    content = "\n".join([heading, *rows]).encode()
    return [
        row.get("total_vnd") or row["error"]["code"] for row in fare_rows(io.BytesIO(content), "vi")
    ]


def test_every_option_of_a_quote_has_its_column() -> None:
    heading = "leg,column,grams,remit,visit,visit_grams"
    rows = ("result,A,80,1,household,80", "result,A,80,0,,", "result,A,80,,household,")
    assert priced(heading, *rows) == [9_000, 26_000, "input_wrong"]


def test_nothing_a_row_asks_for_is_left_out_in_silence() -> None:
    heading = "leg,column,grams,result_grams,channel"
    rows = ("result,A,80,,carrier", "result,A,80,5000,", "result,A,80,,,surplus", "both,A,80,80,")
    assert priced(heading, *rows) == ["input_wrong"] * 3 + [52_000]


def test_a_misspelt_column_is_named_and_a_column_twice_refused() -> None:
    misspelt = b"leg,column,grams,relif\nresult,A,80,hero\n"
    run = CliRunner().invoke(bridge, ["fare", "quote", "--file", "-", "--json"], input=misspelt)
    assert "relif" in run.stderr
    assert json.loads(run.stdout)["total_vnd"] == 26_000
    with pytest.raises(FileUnreadable):
        priced("leg,column,grams,grams", "result,A,80,900")
