"""A file that is sent to be looked at, and that comes back in the form which confirms it."""

import base64
import binascii

from flask import request


def sent_file(most_bytes: int) -> bytes:
    """What was sent as `file`; empty where nothing was.

    Of a file above `most_bytes` one byte more is read, by which it is seen to be too large.
    """
    file = request.files.get("file")
    return file.read(most_bytes + 1) if file else b""


def carried(content: bytes) -> str:
    """The file as a form field: it is looked at once and confirmed as it was."""
    return base64.b64encode(content).decode("ascii")


def brought_back(field: str) -> bytes:
    """The file out of its form field; empty where the field holds none."""
    try:
        return base64.b64decode(field, validate=True)
    except (binascii.Error, ValueError):
        return b""
