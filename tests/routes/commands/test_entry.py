"""Every command that the table names can be loaded, by its name, with its sub-commands."""

import click
import pytest

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
