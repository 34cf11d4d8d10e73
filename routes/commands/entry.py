"""Finds commands by name and loads the file of the one that is asked for, and no other.

So a command that only computes never loads the database or the web application.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, cast

import click
from click.exceptions import NoArgsIsHelpError

from routes.commands import STOPPED_BY_HAND

WORDS = "routes.commands.words"
PURE = "routes.commands.pure"

COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("routes.commands.serve:serve", "set up what is missing and run the service"),
    "web": ("routes.commands.processes:web", "pages and API alone"),
    "keeper": ("routes.commands.processes:keeper", "offer later work, alone"),
    "worker": ("routes.commands.processes:worker", "do later work of one queue, alone"),
    "migrate": ("routes.commands.serve:migrate", "make or bring up the home and its database"),
    "backup": ("routes.commands.saving:backup", "database and files into one archive, no keys"),
    "restore": ("routes.commands.saving:restore", "an archive into a new home"),
    "blobs": ("routes.commands.blobs:blobs", "where scans and photographs lie; move them"),
    "keys": ("routes.commands.keys:keys", "list, add, activate, retire, rewrap"),
    "retention": ("routes.commands.retention:retention", "erase what was kept long enough"),
    "user": ("routes.commands.users:user", "staff: list, create, password"),
    "import": (
        "routes.commands.registers:import_register",
        "reference data, a tariff, contracts, a newer register, a calendar: CSV",
    ),
    "export": ("routes.commands.exports:export", "the directory as files: CSV or GeoJSON"),
    "calendars": ("routes.commands.published_calendars:calendars", "calendars that were published"),
    "register": ("routes.commands.published_registers:register", "registers that were published"),
    "statement": (
        "routes.commands.month_statements:statement",
        "what agencies and budgets bear of a month",
    ),
    "verify": ("routes.commands.checks:verify", "what breaks an invariant; exit 1 if anything"),
    "doctor": ("routes.commands.checks:doctor", "what this machine lacks; exit 3 if anything"),
    "work": ("routes.commands.later:work", "later work: counts, what needs a person, retry"),
    "clock": ("routes.commands.sandbox:clock", "a sandbox's business clock"),
    "demo": ("routes.commands.demo:demo", "a sandbox home with a day's life in it"),
    "bench": ("routes.commands.bench:bench", "measure on this machine"),
    "simulate": ("routes.commands.simulate:simulate", "random days, each verified"),
    "slip": ("routes.commands.slips:slip", "whether a printed slip is genuine"),
    "proof": ("routes.commands.proofs:proof", "whether a signed document is genuine"),
    "points": ("routes.commands.points:points", "service points: near a place, a made-up network"),
    "address": ("routes.commands.addresses:address", "the commune of an address, old and new"),
    "fare": (f"{PURE}:", "what carrying costs and why"),
    "pay": (f"{PURE}:", "VietQR codes"),
    "calendar": (f"{PURE}:", "due dates"),
    "item": (f"{PURE}:", "item numbers"),
    "plan": ("routes.commands.plans:plans", "plan runs"),
}
# Sub-commands in files of their own, loaded when they are asked for.
ALSO: Mapping[str, Mapping[str, str]] = {
    "bench": {
        "fares": "routes.commands.bench_fares:bench_fares",
        "addresses": "routes.commands.bench_addresses:bench_addresses",
        "nearest": "routes.commands.bench_nearest:bench_nearest",
        "notices": "routes.commands.bench_money:bench_notices",
        "reconcile": "routes.commands.bench_money:bench_reconcile",
    },
    "fare": {"explain": "routes.commands.stored_quotes:fare_explain"},
    "item": {
        "blocks": "routes.commands.items:item_blocks",
        "grant": "routes.commands.items:item_grant",
        "new": "routes.commands.items:item_new",
    },
    "pay": {
        "charges": "routes.commands.bank_statements:pay_charges",
        "import": "routes.commands.bank_statements:pay_import",
        "terminal": "routes.commands.terminal_lists:pay_terminal",
    },
    "plan": {"day": "routes.commands.days:plan_day"},
    "points": {
        "areas": "routes.commands.points_areas:points_areas",
        "near": "routes.commands.points_near:points_near",
    },
}


class LazyGroup(click.Group):
    """Knows its commands by name and loads one when it is asked for.

    What is written wrongly, here or in a group below, is answered here in plain words.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = ctx.meta[WORDS] = tuple(args)
        with _plain_words(ctx, words):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Ctrl-C ends any command without a word; whoever pressed it knows."""
        try:
            with _plain_words(ctx, ctx.meta[WORDS]):
                return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo(err=True)  # the shell's next line is not to follow on ^C
            ctx.exit(STOPPED_BY_HAND)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _load(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and one line each, without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


class MixedGroup(click.Group):
    """A group of computing commands with some beside them that are loaded late."""

    def __init__(self, group: click.Group, late: Mapping[str, str]) -> None:
        super().__init__(group.name, commands=group.commands, help=group.help)
        self._late = late

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self._late])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._late:
            return _named(self._late[cmd_name])
        return super().get_command(ctx, cmd_name)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def bridge() -> None:
    """Postal Bridge, for operators. Each command takes --help and --json."""


def main() -> None:
    """Runs the command of the process's arguments and ends with its exit status."""
    bridge(prog_name="bin/bridge")


@contextmanager
def _plain_words(ctx: click.Context, words: Sequence[str]) -> Iterator[None]:
    """A wrong command line ends with a sentence; help that was asked for stays help."""
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except click.UsageError as wrong:
        from routes.commands.speech import EXIT_BAD_INPUT, say_usage

        say_usage(wrong, ctx, words)
        ctx.exit(EXIT_BAD_INPUT)


def _load(name: str) -> click.Command:
    path, _ = COMMANDS[name]
    found = _pure(name) if path.startswith(PURE) else _named(path)
    if name in ALSO and isinstance(found, click.Group):
        return MixedGroup(found, ALSO[name])
    return found


def _pure(name: str) -> click.Command:
    commands: tuple[click.Command, ...] = import_module(PURE).COMMANDS
    return next(command for command in commands if command.name == name)


def _named(path: str) -> click.Command:
    module, _, attribute = path.partition(":")
    return cast(click.Command, cast(Any, getattr(import_module(module), attribute)))
