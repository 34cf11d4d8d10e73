"""A file that is sent to be looked at, and that comes back in the form which confirms it."""

import base64
import binascii
from collections.abc import Sized
from typing import Any

from flask import render_template, request

from postal_bridge.directory.marks import unmarked


def sent_file(most_bytes: int) -> bytes:
    """What was sent as `file`; empty where nothing was.

    Of a file above `most_bytes` one byte more is read, by which it is seen to be too large.
    """
    file = request.files.get("file")
    return file.read(most_bytes + 1) if file else b""


def sent_table(most_bytes: int) -> bytes:
    """The same of a file of the directory: of one said to be Excel's the mark is taken off."""
    content = sent_file(most_bytes)
    return unmarked(content) if is_from_excel() else content


def is_from_excel() -> bool:
    """Whether the box "File saved by Excel (UTF-8 with BOM)" is ticked."""
    return request.form.get("bom") == "1"


def carried(content: bytes) -> str:
    """The file as a form field: it is looked at once and confirmed as it was."""
    return base64.b64encode(content).decode("ascii")


def shown_look(template: str, content: bytes, faults: Sized, **shown: Any) -> str | tuple[str, int]:
    """The page of what the file would do, with the form that confirms it; with faults neither."""
    kept = "" if faults else carried(content)
    page = render_template(template, content=kept, **shown)
    return (page, 422) if faults else page


def brought_back(field: str) -> bytes:
    """The file out of its form field; empty where the field holds none."""
    try:
        return base64.b64decode(field, validate=True)
    except (binascii.Error, ValueError):
        return b""
