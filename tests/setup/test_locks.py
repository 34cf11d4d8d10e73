"""The locks: what they hold, and that they agree."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-postgres.txt", "requirements-dev.txt")


def pins(name: str) -> dict[str, set[str]]:
    """package -> its lines without the hashes (versions and markers)."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text().splitlines():
        if "==" in line and not line.startswith(" "):
            pin = line.removesuffix("\\").strip()
            found.setdefault(pin.partition("==")[0], set()).add(pin)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address_and_no_option(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert not [line for line in lines if "://" in line or "@" in line or "/" in line]
    assert not [line for line in lines if line.startswith("-")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_an_exact_version_and_hashes(name: str) -> None:
    text = (ROOT / name).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 50
    for entry in entries:
        assert re.match(r"^[a-z0-9.-]+==\S+( ; [^\\]+)? \\\n", entry), entry
        assert "--hash=sha256:" in entry


def test_each_lock_contains_the_former_pin_for_pin() -> None:
    small, middle, large = map(pins, LOCKS)
    assert small.items() <= middle.items() <= large.items()
    assert "psycopg" not in small
    assert "psycopg" in middle


def test_everything_named_in_the_project_file_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = project["project"]["dependencies"]
    for_tests = project["dependency-groups"]["dev"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[=<>\[]", requirement)[0] for requirement in requirements}

    assert names(named) <= set(pins("requirements.txt"))
    assert names(for_tests) <= set(pins("requirements-dev.txt"))
    assert not names(for_tests) & set(pins("requirements.txt"))
