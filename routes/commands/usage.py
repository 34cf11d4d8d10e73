"""What is wrong with a command line as it was written: one text for each kind of fault.

The one place for every type of option and argument. What was written is never repeated, it may
be somebody's data; an unknown name of a command or an option is none.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

Fault = tuple[str, Mapping[str, Any]]
"""The code of a text and its parameters."""

EXAMPLE_DAY = datetime(2026, 11, 30)  # noqa: DTZ001 - only shows how a date is written


def fault_of(wrong: click.UsageError) -> Fault:
    """The text that says what `wrong` found."""
    match wrong:
        case click.NoSuchCommand():
            return "usage_command_unknown", {
                "word": wrong.command_name,
                "known": ", ".join(_commands(wrong.ctx)),
            }
        case click.NoSuchOption(option_name="--json") if _commands(wrong.ctx):
            return _command_missing(wrong.ctx)
        case click.NoSuchOption():
            near = ", ".join(wrong.possibilities or ())
            kind = "usage_option_near" if near else "usage_option_unknown"
            return kind, {"option": wrong.option_name, "near": near}
        case click.BadOptionUsage():
            kind = "usage_value_unasked" if _is_flag(wrong) else "usage_value_missing"
            return kind, {"option": wrong.option_name}
        case click.MissingParameter():
            return _missing(wrong)
        case click.BadParameter():
            return _unfit(wrong)
    if _commands(wrong.ctx):
        return _command_missing(wrong.ctx)
    return "usage_words_left", {}


def _command_missing(ctx: click.Context | None) -> Fault:
    return "usage_command_missing", {"known": ", ".join(_commands(ctx))}


def _missing(wrong: click.MissingParameter) -> Fault:
    params = {"what": _name(wrong.param)}
    if wrong.param is not None and isinstance(wrong.param.type, click.Choice):
        return "usage_choice_missing", {**params, "choices": _choices(wrong.param.type)}
    return "usage_missing", params


def _unfit(wrong: click.BadParameter) -> Fault:
    """What the type of the option or argument asks for."""
    params: dict[str, Any] = {"what": _name(wrong.param)}
    kind = wrong.param.type if wrong.param is not None else None
    match kind:
        case click.Choice():
            return "usage_choice", {**params, "choices": _choices(kind)}
        case click.IntRange() | click.FloatRange():
            number = "whole" if isinstance(kind, click.IntRange) else "number"
            ends = {"low": kind.min, "high": kind.max}
            bound = "between" if kind.max is not None else "from"
            return f"usage_{number}_{bound}", {**params, **ends}
        case click.types.IntParamType():
            return "usage_whole", params
        case click.types.FloatParamType():
            return "usage_number", params
        case click.DateTime():
            return "usage_date", {**params, "example": EXAMPLE_DAY.strftime(kind.formats[0])}
        case click.types.UUIDParameterType():
            return "usage_id", params
        case click.File() | click.Path():
            return "usage_file", params
    return "usage_value", params


def _name(param: click.Parameter | None) -> str:
    """As it is typed: the longest name of an option, the placeholder of an argument."""
    if param is None:
        return "–"
    if isinstance(param, click.Option):
        return max([*param.opts, *param.secondary_opts], key=len)
    return (param.name or "").upper() if param.metavar is None else param.metavar


def _choices(kind: "click.Choice[Any]") -> str:
    return ", ".join(str(choice) for choice in kind.choices)


def _commands(ctx: click.Context | None) -> list[str]:
    """The names under a group; none under a command."""
    if ctx is None or not isinstance(ctx.command, click.Group):
        return []
    return ctx.command.list_commands(ctx)


def _is_flag(wrong: click.BadOptionUsage) -> bool:
    params = wrong.ctx.command.params if wrong.ctx is not None else ()
    return any(
        isinstance(param, click.Option) and param.is_flag
        for param in params
        if wrong.option_name in (*param.opts, *param.secondary_opts)
    )
