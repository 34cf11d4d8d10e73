"""The system's Chromium, for the tests that look at pages."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Path of the browser; TEST_CHROMIUM names another one. None where there is none."""
    named = os.environ.get("TEST_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None)
