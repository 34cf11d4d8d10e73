"""Whether a database server answers, and which one it is. Nothing is asked of what it holds."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from postal_bridge.kernel.database import make_engine


@dataclass(frozen=True, slots=True)
class Reached:
    """Either what the server says of its version, or why there is no answer."""

    version: str = ""
    cause: str = ""


def reach(url: str) -> Reached:
    """What a PostgreSQL says when it is asked for its version."""
    try:
        engine = make_engine(url)
    except (SQLAlchemyError, ImportError, ValueError) as wrong:
        return Reached(cause=type(wrong).__name__)  # its text may hold the address as given
    try:
        with engine.connect() as connection:
            return Reached(version=str(connection.scalar(text("SHOW server_version"))))
    except SQLAlchemyError as away:
        return Reached(cause=str(getattr(away, "orig", None) or away).splitlines()[0])
    finally:
        engine.dispose()
