"""The byte-order mark that Excel writes before UTF-8. Pure.

An import of the directory refuses it, so that nobody takes in a spreadsheet's file unawares;
whoever says that the file is one takes the mark off first. Decision 0021.
"""

from geo.json_text import MARK

__all__ = ["MARK", "MARKED", "has_mark", "marked", "unmarked"]

MARKED = "import_bom"


def has_mark(content: bytes) -> bool:
    return content.startswith(MARK)


def marked(content: bytes) -> bytes:
    """The file as Excel knows it for UTF-8."""
    return MARK + unmarked(content)


def unmarked(content: bytes) -> bytes:
    """The file without the mark; one that has none stays as it is."""
    return content.removeprefix(MARK)
