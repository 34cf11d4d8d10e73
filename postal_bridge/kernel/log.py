"""Structured logs, one JSON line each, with personal data masked (S3)."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO

import structlog

_DIGITS = re.compile(r"(?<![\w-])(\+?\d[\d .]{7,13}\d)(?![\w-])")
_HIDDEN_NAMES = re.compile(r"name|phone|address|id_number|password|code|token|secret|email", re.I)
_SHOWN = frozenset({"hostname", "filename", "error_code", "code", "handler_name", "part_name"})


def mask(text: str) -> str:
    """Runs of 9 to 14 digits (phones, identity numbers) keep their last two only."""

    def star(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[1])
        return match[1] if not 9 <= len(digits) <= 14 else "*" * (len(digits) - 2) + digits[-2:]

    return _DIGITS.sub(star, text)


def _mask_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if name in ("timestamp", "level", "event_id"):
            continue
        if _HIDDEN_NAMES.search(name) and name not in _SHOWN:
            event[name] = "***"
        elif isinstance(value, str):
            event[name] = mask(value)
    return event


def _tell_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception its kind and the way to it: its words may quote what somebody typed."""
    given = event.pop("exc_info", None)
    exc = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    chain = []
    while exc is not None:
        frames = traceback.extract_tb(exc.__traceback__)
        way = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        chain.append({"kind": type(exc).__qualname__, "way": way})
        exc = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    if chain:
        event["exception"] = chain
    return event


class _LastingLogger:
    """Writes lines as long as there is room: what cannot be logged is done all the same.

    The log lies on the disk that is full when the refusal is to be told.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def msg(self, line: str) -> None:
        with suppress(OSError):
            print(line, file=self._file, flush=True)

    debug = info = warning = error = critical = exception = log = msg


def configure_log(part: str, *, level: int = logging.INFO, is_lasting: bool = True) -> None:
    """Every log line of this process is one masked JSON object on standard error.

    `is_lasting`: whether standard error stays the one of now; a command's may be another's later.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tell_exception,
            _mask_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _LastingLogger(sys.stderr),
        cache_logger_on_first_use=is_lasting,
    )
    structlog.contextvars.bind_contextvars(part=part)


log: Any = structlog.get_logger()
