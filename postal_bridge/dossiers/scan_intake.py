"""Scans are checked and cleaned before any transaction is open, in a child with limits.

Pictures are encoded anew, so that no place fix and no second file rides along; PDFs are
opened by a renderer, counted, and refused when they carry scripts or attachments.

Source: abuse cases AC-G1 to AC-G7; at most 40 megapixels, 50 pages, 512 MB and 20 s.
"""

import signal
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from postal_bridge.kernel.errors import RuleViolation

TIMEOUT_S = 20
CHILD = "postal_bridge.dossiers.scan_child"
ROOT = Path(__file__).resolve().parents[2]


class ScanUnreadable(RuleViolation):
    """Not a picture or PDF that can be kept, or larger than allowed."""

    code = "scan_unreadable"


@dataclass(frozen=True, slots=True)
class CleanScan:
    """What is kept. `paper_no` names the paper of the published list."""

    paper_no: int
    media_type: str
    pages: int
    content: bytes = field(repr=False)


def clean_scan(paper_no: int, media_type: str, content: bytes) -> CleanScan:
    """The scan as it may be kept. Raises ScanUnreadable.

    A child that was killed from outside says nothing of the scan: another is asked, once.
    """
    try:
        done = _asked(media_type, content)
        if done.returncode == -signal.SIGKILL:
            done = _asked(media_type, content)
    except subprocess.TimeoutExpired:
        raise ScanUnreadable(paper_no=paper_no) from None
    if done.returncode != 0 or len(done.stdout) < 4:
        raise ScanUnreadable(paper_no=paper_no)
    (pages,) = struct.unpack(">I", done.stdout[:4])
    kept_type = "application/pdf" if media_type == "application/pdf" else "image/jpeg"
    return CleanScan(paper_no, kept_type, pages, done.stdout[4:])


def _asked(media_type: str, content: bytes) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603  (our own interpreter and module, no shell)
        [sys.executable, "-m", CHILD, media_type],
        input=content,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
        cwd=ROOT,
    )
