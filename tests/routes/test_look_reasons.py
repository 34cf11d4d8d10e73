"""Whoever reads who looked at a dossier reads why, in words, for every reason the code records."""

import re
from pathlib import Path

from postal_bridge.counter.dossier_page import LookReason
from postal_bridge.kernel.text import Texts

ROOMS = Path(__file__).parents[2] / "postal_bridge"
RECORDED = re.compile(r'record_look\([^)]*?reason=(?:"(\w+)"|([A-Z_]+))')


def reasons() -> set[str]:
    """Every reason given to `record_look`: written there, or a constant of the same file."""
    found: set[str] = {one.value for one in LookReason}
    for path in ROOMS.rglob("*.py"):
        code = path.read_text("utf-8")
        for written, constant in RECORDED.findall(code):
            named = re.search(rf'^{constant} = "(\w+)"', code, re.M) if constant else None
            found.add(named[1] if named else written)
    return found - {""}


def test_every_reason_for_a_look_is_said_in_words() -> None:
    texts, found = Texts.load(), reasons()
    assert {"run", "print_slip", "agency_work", "giving_out"} <= found
    assert not [one for one in sorted(found) if not texts.has(f"lookup_reason_{one}")]
