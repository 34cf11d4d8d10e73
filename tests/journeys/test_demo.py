"""The three stories over HTTP and the real queue, in a home of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def bridge(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "routes.commands", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def test_the_stories_end_with_everything_verified(tmp_path: Path) -> None:
    home = tmp_path / "home"
    played = bridge("demo", "--home", str(home), "--json")
    assert played.returncode == 0, played.stderr[-3000:]
    assert json.loads(played.stdout)["ok"] is True
    for words in ("Long Mỹ, August 2022", "Long Trị, August 2022", "Long Mỹ, November 2026"):
        assert words in played.stderr
    assert "{" not in played.stderr
    assert " – " not in played.stderr, "a sentence lacks what it should name"
    counted = bridge("work", "count", "--json", POSTAL_BRIDGE_HOME=str(home))
    states = json.loads(counted.stdout)
    assert states["accepted"] > 10
    assert not states.get("needs_person")
    assert not states.get("refused")


def test_a_demonstration_never_touches_a_live_database(tmp_path: Path) -> None:
    refused = bridge("demo", "--home", str(tmp_path / "h"), DATABASE_URL="sqlite:///x")
    assert refused.returncode == 2
    assert not (tmp_path / "h").exists()
