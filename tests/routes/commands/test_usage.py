"""A command line that is written wrongly is answered in plain words, whatever is wrong with it."""

import json
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner, Result

from routes.commands import entry
from routes.commands.speech import texts
from routes.commands.usage import fault_of


def bridge(words: str) -> Result:
    return CliRunner().invoke(entry.bridge, words.split(), prog_name="bin/bridge")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("fare quote --column Z", "--column phải là một trong: A, B, C, D, E."),
        ("fare quote --column Z --language en", "--column must be one of: A, B, C, D, E."),
        ("fare quote --gram 5", "Lệnh này không có tùy chọn --gram. Gần giống: --grams"),
        ("fare quote --remit=1", "--remit không đi kèm giá trị nào."),
        ("fare quote more", "Dòng lệnh có phần thừa ở cuối."),
        ("fare quote --file /nowhere.csv", "Không dùng được tệp hoặc thư mục ở --file"),
        ("pay vietqr --amount 1.5", "--amount phải là số nguyên, ví dụ 250."),
        ("pay vietqr --language=en", "--bin is missing."),
        ("user create", "Còn thiếu LOGIN."),
        ("keys add", "Còn thiếu PURPOSE, một trong: session, "),
        ("points near --lat x", "--lat phải là một số, ví dụ 10.5."),
        ("bench accept --seconds 0", "--seconds phải là một số từ 0.5 đến 3600."),
        ("item grant RR x 2", "FIRST phải là số nguyên từ 0 đến "),
        ("statement --month 13", "--month phải viết như 2026-11."),
        ("fare explain 7", "ID phải là một mã nhận dạng"),
        ("fare nothing", "Không có lệnh nothing. Các lệnh: explain, quote."),
        ("nothing", "Không có lệnh nothing. Các lệnh: serve, "),
        ("--nothing", "Lệnh này không có tùy chọn --nothing."),
    ],
)
def test_every_slip_of_the_pen_is_said_plainly(words: str, said: str) -> None:
    people = bridge(words)
    assert (people.exit_code, people.stdout) == (2, "")
    assert said in people.stderr
    assert "Usage" not in people.stderr
    programs = bridge(f"{words} --json")
    assert programs.exit_code == 2
    error = json.loads(programs.stdout)["error"]
    assert error["code"] == "usage"
    assert error["detail"] in people.stderr


def test_what_was_written_is_not_repeated() -> None:
    assert "Binh" not in bridge("fare quote --column Binh").stderr


def test_an_option_without_its_value_is_named() -> None:
    assert "Sau --grams còn thiếu giá trị." in bridge("fare quote --grams").stderr


def test_a_group_without_a_command_names_its_commands() -> None:
    assert "explain, quote" in json.loads(bridge("fare --json").stdout)["error"]["detail"]


def typed(command: click.Command | None, ctx: click.Context) -> Iterator[click.Parameter]:
    """Every option and argument under a command."""
    assert command is not None
    yield from command.params
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            yield from typed(command.get_command(ctx, name), ctx)


def test_no_type_of_option_is_left_without_words() -> None:
    ctx = click.Context(entry.bridge)
    for param in typed(entry.bridge, ctx):
        code, params = fault_of(click.BadParameter("", ctx=ctx, param=param))
        assert texts().render(code, params, "vi")
        is_plain = isinstance(param.type, click.types.StringParamType | click.types.BoolParamType)
        assert is_plain or code != "usage_value", param
