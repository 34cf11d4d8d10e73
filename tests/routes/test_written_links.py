"""No template leads to an address that is not there."""

import re
from pathlib import Path

from tests.routes.conftest import Service

TEMPLATES = Path(__file__).parents[2] / "routes" / "templates"
WRITTEN = re.compile(r'<(a|form)\b[^>]*?\b(?:href|action)="(/(?!/)[^"]*)"')
FILLED_IN = ("01a202e4-07a2-7978-8466-6ce8af80ecf5", "1", "diem")
"""What may stand for a value in an address: an id, a number, a word of ours."""


def test_every_written_address_is_one_of_ours(service: Service) -> None:
    addresses = service.app.url_map.bind("localhost")

    def is_there(tag: str, address: str) -> bool:
        return any(
            addresses.test(re.sub(r"\{\{.*?\}\}", value, address), method=method)
            for value in FILLED_IN
            for method in (("GET",) if tag == "a" else ("GET", "POST"))
        )

    written = [
        (path.name, tag, re.split(r"[?#]", address)[0])
        for path in sorted(TEMPLATES.rglob("*.html"))
        for tag, address in WRITTEN.findall(path.read_text())
        if "{%" not in address
    ]
    assert len(written) > 20
    assert not [one for one in written if not is_there(*one[1:])]
