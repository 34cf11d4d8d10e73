"""Structured logs, one JSON line each, with personal data masked (S3)."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

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


def configure_log(part: str, *, level: int = logging.INFO) -> None:
    """Every log line of this process is one masked JSON object on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(part=part)


log: Any = structlog.get_logger()
