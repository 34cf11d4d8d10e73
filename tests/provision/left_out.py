"""Says loudly, just before the closing line, which half of the tests this machine left out."""

import os

import pytest

from tests.provision.chromium import find_chromium
from tests.provision.postgres import find_programs


def missing_halves() -> list[str]:
    """One line for each half that cannot run here, with what to install."""
    lines = []
    if not os.environ.get("TEST_DATABASE_URL") and find_programs() is None:
        lines.append(
            "LEFT OUT: every test on PostgreSQL. Install it (sudo apt install postgresql),"
            " or set TEST_DATABASE_URL."
        )
    if find_chromium() is None:
        lines.append(
            "LEFT OUT: every test in a browser. Install it (sudo apt install chromium),"
            " or set TEST_CHROMIUM."
        )
    return lines


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in missing_halves():
        terminalreporter.write_sep("!", red=True, bold=True)
        terminalreporter.write_line(line, red=True, bold=True)
        terminalreporter.write_sep("!", red=True, bold=True)
