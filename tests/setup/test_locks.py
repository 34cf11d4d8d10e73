"""The locks: what they hold, and that they agree."""

import ast
import re
import tomllib
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest

from tests.architecture.test_imports import FLOORS, imports

ROOT = Path(__file__).parents[2]
LOCKS = (
    "requirements.txt",
    "requirements-postgres.txt",
    "requirements-store.txt",
    "requirements-dev.txt",
)
EXTRAS = ("postgres", "store")


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
    small, postgres, store, large = map(pins, LOCKS)
    assert small.items() <= postgres.items() <= store.items() <= large.items()
    assert "psycopg" not in small
    assert "psycopg" in postgres
    assert "obstore" not in postgres
    assert "obstore" in store


def test_everything_named_in_the_project_file_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = project["project"]["dependencies"]
    for_tests = project["dependency-groups"]["dev"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[=<>\[]", requirement)[0] for requirement in requirements}

    assert names(named) <= set(pins("requirements.txt"))
    assert names(for_tests) <= set(pins("requirements-dev.txt"))
    assert not names(for_tests) & set(pins("requirements.txt"))


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[ ;=<>~!\[(]", name)[0]).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_nothing_that_nobody_asks_for(name: str) -> None:
    """What is left of a library that went is not installed either."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"]]
    for extra in EXTRAS[: LOCKS.index(name)]:
        asked += project["project"]["optional-dependencies"][extra]
    if name == LOCKS[-1]:
        asked += project["dependency-groups"]["dev"]
    needs = {
        plain(one.name): {plain(need) for need in one.requires or ()} for one in distributions()
    }
    reached: set[str] = set()
    ahead = {plain(one) for one in asked}
    while ahead:
        reached |= ahead
        ahead = {need for one in ahead for need in needs.get(one, ())} - reached
    assert not set(pins(name)) - reached


NOT_IMPORTED = {
    "fontpkg-be-vietnam-pro": "found by fontpkg, which asks for it by name",
    "tzdata": "what zoneinfo reads where the system has no time zones",
}


def test_every_library_that_is_asked_for_is_imported_somewhere() -> None:
    """What nobody uses is not installed on a machine that keeps personal data."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = (one for extra in EXTRAS for one in project["optional-dependencies"][extra])
    asked = {plain(one) for one in (*project["dependencies"], *extras)}
    imported = set()
    for folder in FLOORS:
        for path in (ROOT / folder).rglob("*.py"):
            imported |= {name.partition(".")[0] for name in imports(ast.parse(path.read_text()))}
    modules: dict[str, set[str]] = {}
    for module, owners in packages_distributions().items():
        for owner in owners:
            modules.setdefault(owner.lower().replace("_", "-"), set()).add(module)
    unused = {one for one in asked if not modules.get(one, set()) & imported}
    assert unused == set(NOT_IMPORTED)
