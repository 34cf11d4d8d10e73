"""How commands answer: one JSON document or a sentence, and errors with their exit status.

A command returns a `Reply`; `SpokenCommand` prints it and turns `AppError` and wrong usage into
`{"error": {"code", "detail"}}` on standard output under `--json`, else a line on standard error.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

import click

from postal_bridge.kernel.errors import AppError, RuleViolation, SetupLacking
from postal_bridge.kernel.text import LANGUAGES, Language, Texts
from routes.commands.usage import fault_of

EXIT_CHECK_FAILED, EXIT_BAD_INPUT, EXIT_SETUP_LACKS = 1, 2, 3

_F = TypeVar("_F", bound=Callable[..., Any])


class InputWrong(RuleViolation):
    """An option or a cell that cannot be read; `problem` names it."""

    code = "input_wrong"


class FileUnreadable(RuleViolation):
    """A file that is no CSV in UTF-8, or lacks a column that is needed."""

    code = "file_unreadable"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command has to say.

    Attributes
    ----------
    document : the JSON document; None where `rows` are given
    shown : the sentence for people
    rows : documents to be printed one per line, as they come
    """

    document: Mapping[str, Any] | None = None
    shown: str = ""
    exit_code: int = 0
    rows: Iterable[Mapping[str, Any]] = ()


class SpokenCommand(click.Command):
    """A command that prints its `Reply`; every one takes `--json`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(
            click.Option(["--json", "as_json"], is_flag=True, help="one JSON document")
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = tuple(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as wrong:
            say_usage(wrong, ctx, words)
            ctx.exit(EXIT_BAD_INPUT)

    def invoke(self, ctx: click.Context) -> None:
        as_json = ctx.params.pop("as_json")
        spoken: tuple[Language, ...] = LANGUAGES
        if (chosen := ctx.params.get("language")) is not None:
            spoken = ("en",) if chosen == "en" else ("vi",)
        try:
            reply: Reply = super().invoke(ctx)
            for row in reply.rows:
                click.echo(compact(row))
        except AppError as error:
            say_error(error.code, said(error.code, error.params, spoken, as_json), as_json)
            ctx.exit(EXIT_SETUP_LACKS if isinstance(error, SetupLacking) else EXIT_BAD_INPUT)
        if reply.document is not None:
            click.echo(compact(reply.document) if as_json else reply.shown)
        ctx.exit(reply.exit_code)


def said(
    code: str,
    params: Mapping[str, Any],
    spoken: tuple[Language, ...] = LANGUAGES,
    as_json: bool = False,
) -> str:
    """The sentence for a terminal, a line for each language; JSON holds the first alone."""
    lines = [texts().render(code, params, language) for language in spoken]
    return lines[0] if as_json else "\n".join(lines)


def language_option(function: _F) -> _F:
    """Add `--language`, in which sentences are said."""
    choice = click.Choice(["vi", "en"])
    return click.option("--language", type=choice, default="vi", show_default=True)(function)


def say_error(code: str, detail: str, as_json: bool) -> None:
    """Print an error where its reader looks for it."""
    if as_json:
        click.echo(compact(error_document(code, detail)))
    else:
        click.echo(detail, err=True)


def say_usage(wrong: click.UsageError, ctx: click.Context, words: Sequence[str]) -> None:
    """Print what is wrong with the words of a command line, and where its help is.

    Under `--json` the code is always `usage`.
    """
    as_json = "--json" in words
    wrong.ctx = wrong.ctx or ctx
    code, params = fault_of(wrong)
    spoken = _asked_for(wrong.ctx.command, words)
    detail = said(code, params, spoken, as_json)
    if not as_json:
        path = {"command": wrong.ctx.command_path}
        detail = f"{detail}\n{said('usage_help', path, spoken[:1])}"
    say_error("usage", detail, as_json)


def _asked_for(command: click.Command, words: Sequence[str]) -> tuple[Language, ...]:
    """The languages of an answer to words that could not be read as a whole."""
    if "--language=en" in words or ("--language", "en") in pairwise(words):
        return ("en",)
    has_choice = any(param.name == "language" for param in command.params)
    return ("vi",) if has_choice else LANGUAGES


def error_document(code: str, detail: str) -> dict[str, Any]:
    return {"error": {"code": code, "detail": detail}}


def compact(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)


@cache
def texts() -> Texts:
    """The catalogue, read once."""
    return Texts.load()
