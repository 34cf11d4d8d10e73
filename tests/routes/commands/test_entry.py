"""Every command that the table names can be loaded, by its name, with its sub-commands."""

import click
import pytest
from click.testing import CliRunner

from routes.commands import entry


@pytest.mark.parametrize("name", entry.COMMANDS)
def test_a_named_command_is_there(name: str) -> None:
    command = entry.bridge.get_command(click.Context(entry.bridge), name)
    assert command is not None
    assert command.name == name
    late = entry.ALSO.get(name, {})
    if late:
        assert isinstance(command, click.Group)
        found = [command.get_command(click.Context(command), each) for each in late]
        assert [one.name for one in found if one is not None] == [*late]


class Interrupted(entry.LazyGroup):
    """Whatever command is asked for, Ctrl-C is pressed while it works."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        def stop() -> None:
            raise KeyboardInterrupt

        return click.Command(cmd_name, callback=stop)


def test_ctrl_c_ends_a_command_without_a_word_and_as_shells_count_it() -> None:
    answer = CliRunner().invoke(Interrupted("bridge"), ["serve"])
    assert (answer.exit_code, answer.output) == (130, "\n")
