"""How a command gets what it works with: settings, and the container of the composition root."""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

import click
import redis

from config.settings import Settings, SettingsWrong, read_settings
from postal_bridge.jobs.supervisor import AlreadyRunning
from postal_bridge.jobs.valkey import ValkeyError
from postal_bridge.kernel.errors import HomeMismatch, SetupLacking
from routes.commands.speech import SpokenCommand
from routes.container import Container


class SettingsUnusable(SetupLacking):
    """`problems` names every setting that cannot be used."""

    code = "settings_unusable"


class HomeBusy(SetupLacking):
    code = "home_already_served"


class QueueAway(SetupLacking):
    code = "queue_away"


class OtherHome(SetupLacking):
    code = "home_mismatch"


class OperatorCommand(SpokenCommand):
    """A command on a home: whatever the set-up lacks ends it with exit status 3."""

    def invoke(self, ctx: click.Context) -> None:
        callback = self.callback
        self.callback = _told(cast(Callable[..., Any], callback))
        try:
            super().invoke(ctx)
        finally:
            self.callback = callback


def settings() -> Settings:
    """The settings in force. Raises SettingsUnusable naming all problems at once."""
    try:
        return read_settings(os.environ)
    except SettingsWrong as wrong:
        raise SettingsUnusable(problems="; ".join(wrong.problems)) from None


def container(*, wiring: bool = True) -> Container:
    """What one process works with.

    The composition root sees every floor, so no floor may import it; a command is one of the
    doors it opens and finds it by name, as gunicorn does.
    """
    return cast(Container, import_module("app").create_container(settings(), wiring=wiring))


def _told(callback: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except HomeMismatch as wrong:
            raise OtherHome(**wrong.params) from None
        except AlreadyRunning as busy:
            raise HomeBusy(pid=busy.pid or 0) from None
        except ValkeyError as wrong:
            raise QueueAway(cause=wrong.code) from None
        except redis.RedisError as wrong:
            raise QueueAway(cause=type(wrong).__name__) from None

    return call
