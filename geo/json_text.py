"""The JSON of a file, or the line and the character from which it is none. Pure."""

import json
from typing import Any

MARK = b"\xef\xbb\xbf"
"""The byte-order mark that spreadsheets write before UTF-8."""


class Unreadable(Exception):
    """`line` and `character` count from 1; `is_other_encoding`: the bytes there are not UTF-8."""

    def __init__(self, line: int, character: int, *, is_other_encoding: bool = False) -> None:
        super().__init__(line, character)
        self.line = line
        self.character = character
        self.is_other_encoding = is_other_encoding


def parsed(content: bytes) -> Any:
    """What the file says. A byte-order mark is a fault at its place. Raises Unreadable."""
    try:
        return json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as exc:
        before = content[: exc.start].decode("utf-8")
        line, character = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        raise Unreadable(line, character, is_other_encoding=True) from None
    except json.JSONDecodeError as exc:
        raise Unreadable(exc.lineno, exc.colno) from None
    except (ValueError, RecursionError):  # a number too long, brackets without end
        raise Unreadable(1, 1) from None
