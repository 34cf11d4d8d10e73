"""What a unit of work does about a database that fails it, and about what nobody foresaw."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from postal_bridge.kernel.errors import AppError, DatabaseBusy


@contextmanager
def a_fault_ends(throw_away: Callable[[], None]) -> Iterator[None]:
    """After what nobody foresaw the connection is not used again.

    A result that was being read then stays open for as long as somebody holds the exception; on
    SQLite it keeps the moment that it saw, and every later write on that connection is refused.
    """
    try:
        yield
    except AppError:
        raise
    except Exception:  # whatever it was; it goes on to whoever asked
        throw_away()
        raise


@contextmanager
def busy_is_temporary() -> Iterator[None]:
    """A lock that did not come in time, or a database that is away, may be tried again."""
    try:
        yield
    except OperationalError as exc:
        raise DatabaseBusy(cause=type(exc.orig).__name__) from exc
