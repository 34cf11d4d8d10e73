"""How a command gets what it works with: settings, and the container of the composition root."""

import errno
import logging
import os
from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

import click
import redis
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
)

from config.settings import Settings, SettingsWrong, read_settings
from postal_bridge.jobs.sole import AlreadyRunning
from postal_bridge.jobs.valkey import ValkeyError
from postal_bridge.kernel.errors import (
    HomeMismatch,
    RuleViolation,
    SetupLacking,
    StorageAway,
)
from postal_bridge.kernel.log import configure_log
from routes.commands.speech import SpokenCommand
from routes.container import Container


class SettingsUnusable(SetupLacking):
    """`problems` names every setting that cannot be used."""

    code = "settings_unusable"


class HomeBusy(SetupLacking):
    code = "home_already_served"


class QueueAway(SetupLacking):
    code = "queue_away"


class DatabaseAway(SetupLacking):
    """`database` is its address without the password."""

    code = "database_away"


class FilesAway(SetupLacking):
    """Neither the disk nor the object store would do what was asked."""

    code = "storage_away"


class FolderUnusable(SetupLacking):
    code = "folder_unusable"


class DatabaseRoleWeak(SetupLacking):
    """The role that was named may not do this; `cause` is what the database said."""

    code = "database_role_weak"


class OtherHome(SetupLacking):
    code = "home_mismatch"


class SandboxOnly(RuleViolation):
    """A variable that names something in use is set; `name` is its name."""

    code = "sandbox_only"


class SandboxHomeNotEmpty(RuleViolation):
    code = "sandbox_home_not_empty"


INSUFFICIENT_PRIVILEGE = "42501"
"""What PostgreSQL calls it. Source: PostgreSQL manual, appendix A, error codes."""
LIVE_VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BLOB_STORE_URL")
# What a folder that was named may do to us; every other OSError is a defect and shown as one.
FOLDER_FAULTS = frozenset(
    {
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC),
        *(errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.EISDIR),
    }
)


class OperatorCommand(SpokenCommand):
    """A command on a home: whatever the set-up lacks ends it with exit status 3."""

    def invoke(self, ctx: click.Context) -> None:
        # What a command meets on the way is no part of its answer on standard output.
        configure_log(str(self.name), level=logging.WARNING, is_lasting=False)
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


def working_role(chosen: Settings) -> str | None:
    """The role of DATABASE_URL where another one owns the tables, else None."""
    app, owner = make_url(chosen.effective_database_url), make_url(chosen.effective_owner_url)
    return app.username if app.username != owner.username else None


def refuse_live_variables() -> None:
    """Raises SandboxOnly where a variable could lead to something that is in use."""
    for name in LIVE_VARIABLES:
        if os.environ.get(name):
            raise SandboxOnly(name=name)


def container(*, wiring: bool = True) -> Container:
    """What one process works with.

    The composition root sees every floor, so no floor may import it; a command is one of the
    doors it opens and finds it by name, as gunicorn does. When the command ends, its connections
    to the database are closed.
    """
    made = cast(Container, import_module("app").create_container(settings(), wiring=wiring))
    click.get_current_context().call_on_close(made.units.engine.dispose)
    return made


def _told(callback: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except StorageAway as wrong:
            raise FilesAway(**wrong.params) from None
        except HomeMismatch as wrong:
            raise OtherHome(**wrong.params) from None
        except AlreadyRunning as busy:
            raise HomeBusy(pid=busy.pid or 0) from None
        except ValkeyError as wrong:
            raise QueueAway(cause=wrong.code) from None
        except redis.RedisError as wrong:
            raise QueueAway(cause=type(wrong).__name__) from None
        except (OperationalError, ProgrammingError, ArgumentError, NoSuchModuleError) as wrong:
            raise _database_away(wrong) from None
        except OSError as wrong:
            if wrong.errno not in FOLDER_FAULTS:
                raise
            path = str(wrong.filename or settings().home)
            raise FolderUnusable(path=path, cause=os.strerror(wrong.errno)) from None

    return call


def _database_away(wrong: Exception) -> SetupLacking:
    """What the driver says first, and of which database; SQLite's faults are the folder's.

    A statement that failed for another reason than a missing right is a defect, and shown as one.
    """
    chosen = settings()
    first = str(getattr(wrong, "orig", None) or wrong).splitlines()[0]
    if isinstance(wrong, ProgrammingError):
        if getattr(wrong.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
            raise wrong
        return DatabaseRoleWeak(cause=first)
    if chosen.effective_database_url.startswith("sqlite:"):
        return FolderUnusable(path=str(chosen.home), cause=first)
    try:
        shown = make_url(chosen.effective_owner_url).render_as_string(hide_password=True)
    except ArgumentError:
        shown, first = "DATABASE_URL", "?"
    return DatabaseAway(database=shown, cause=first)
