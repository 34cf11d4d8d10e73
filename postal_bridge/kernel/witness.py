"""The newest fact that this home has seen committed, noted beside the database.

A stand-by that lagged when it took over, or an older copy that was put in place, lacks the fact
and so tells that acknowledged work is gone. What came after the note and was lost with it shows
nowhere: the note is as old as the keeper's last round.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from postal_bridge.kernel.database import make_engine
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.tables import StreamEvent

FILE = "newest-fact.json"


class DatabaseBehind(SetupLacking):
    """The database lacks the fact that was noted `at`; `file` holds the note."""

    code = "database_behind"


def check_witness(home: Path, url: str) -> None:
    """The database at `url` holds the fact that this home noted last.

    Raises
    ------
    DatabaseBehind
    """
    known = _noted(home)
    if known is None:
        return
    engine = make_engine(url)
    try:
        with Session(engine) as session:
            _compare(session, known, home)
    finally:
        engine.dispose()


def note_newest(session: Session, home: Path) -> None:
    """The newest fact of the database is noted; a database that lacks the one before is not ours.

    Raises
    ------
    DatabaseBehind
    """
    known = _noted(home)
    if known is not None:
        _compare(session, known, home)
    newest = session.execute(
        select(StreamEvent.stream, StreamEvent.seq, StreamEvent.hash, StreamEvent.recorded_at)
        .where(StreamEvent.recorded_at.is_not(None))
        .order_by(StreamEvent.recorded_at.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or (known is not None and newest.hash == known["hash"]):
        return
    partial = (home / FILE).with_suffix(".partial")
    partial.write_text(
        json.dumps(
            {
                "stream": newest.stream,
                "seq": newest.seq,
                "hash": newest.hash,
                "at": newest.recorded_at.isoformat(timespec="seconds"),
            }
        )
    )
    partial.rename(home / FILE)


def _noted(home: Path) -> Mapping[str, Any] | None:
    file = home / FILE
    if not file.exists():
        return None
    noted: Mapping[str, Any] = json.loads(file.read_text())
    return noted


def _compare(session: Session, known: Mapping[str, Any], home: Path) -> None:
    stands = session.scalar(
        select(StreamEvent.hash).where(
            StreamEvent.stream == known["stream"], StreamEvent.seq == known["seq"]
        )
    )
    if stands != known["hash"]:
        raise DatabaseBehind(at=str(known["at"]), file=str(home / FILE))
