"""The set-up step with real shells: an empty lock makes it quick and needs no network."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
BROKEN = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"

LEVELS = ("postgres", "store", "dev")
# Makes a half-built environment, then hangs where the libraries would be fetched.
UV_THAT_HANGS = """#!/bin/sh
case "$1" in
  --version) echo "uv 0" ;;
  venv) mkdir -p "$(dirname "$0")/../checkout with a space/.venv/bin" ;;
  pip) sleep 60 & echo $! > "$INSTALLER_PID"; wait ;;
esac
"""


class Checkout:
    """The scripts in a folder of their own, with locks that name nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(ROOT / "bin", root / "bin")
        (root / "routes" / "commands").mkdir(parents=True)
        (root / "routes" / "commands" / "__main__.py").write_text(
            "import os, sys; print('ran', sys.argv[1:], sys.executable, sys.flags)\n"
            "print('home', os.environ['POSTAL_BRIDGE_HOME'])"
        )
        for name in ("requirements.txt", *(f"requirements-{level}.txt" for level in LEVELS)):
            (root / name).write_text(f"# {name}\n")
        self.programs = root.parent / "programs"
        self.programs.mkdir()
        # The Python of this run is the one the script is to find.
        (self.programs / "python3").symlink_to(Path(sys.executable).resolve())

    def environ(self, **more: str) -> dict[str, str]:
        path = f"{self.programs}:{SYSTEM_PATH}"
        home = str(self.root.parent)
        return {"PATH": path, "HOME": home, **more}

    def bridge(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(self.root / "bin" / "bridge"), *words],
            cwd="/",
            env=self.environ(**environ),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def program(self, name: str, text: str) -> None:
        path = self.programs / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / "deep").mkdir()
    return Checkout(tmp_path / "deep" / "checkout with a space")


def test_the_first_call_builds_and_the_second_is_quick_and_silent(checkout: Checkout) -> None:
    first = checkout.bridge("hello", "you")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("ran ['hello', 'you']")
    assert str(checkout.root / ".venv") in first.stdout
    assert "Making .venv" in first.stderr

    started = time.monotonic()
    second = checkout.bridge(PYTHONDONTWRITEBYTECODE="1", PYTHONOPTIMIZE="2")
    assert time.monotonic() - started < 1
    assert second.stderr == ""
    # Compiling the service anew at each start costs seconds.
    assert "dont_write_bytecode=0" in second.stdout
    assert "optimize=0" in second.stdout
    # It is called from another folder, and finds its home again.
    assert f"home {checkout.root}/var\n" in second.stdout
    assert "home there\n" in checkout.bridge(POSTAL_BRIDGE_HOME="there").stdout


def test_a_changed_lock_and_a_moved_folder_are_built_anew(checkout: Checkout) -> None:
    checkout.bridge()
    (checkout.root / "requirements.txt").write_text("# another\n")
    assert "Building .venv anew" in checkout.bridge().stderr

    moved = checkout.root.with_name("moved")
    checkout.root.rename(moved)
    checkout.root = moved
    answer = checkout.bridge()
    assert "Building .venv anew" in answer.stderr
    assert str(moved) in answer.stdout


def test_a_wider_lock_completes_and_serves_the_narrower_one(checkout: Checkout) -> None:
    checkout.bridge()
    wider = checkout.bridge(DATABASE_URL="postgresql://somewhere.invalid/db")
    assert "Completing" in wider.stderr
    assert "requirements-postgres.txt" in wider.stderr
    assert checkout.bridge().stderr == ""
    widest = checkout.bridge(BLOB_STORE_URL="https://somewhere.invalid/bucket")
    assert "requirements-store.txt" in widest.stderr
    assert checkout.bridge(DATABASE_URL="postgresql://somewhere.invalid/db").stderr == ""


def test_commands_that_only_print_an_error_are_no_python(checkout: Checkout) -> None:
    for name in ("python3", "python3.13", "python3.12", "python", "uv"):
        checkout.program(name, BROKEN)
    (checkout.programs / "python3.11").symlink_to(Path(sys.executable).resolve())
    answer = checkout.bridge()
    assert answer.returncode == 0, answer.stderr
    assert "pyenv" not in answer.stderr


def test_without_any_python_one_line_says_what_to_install(checkout: Checkout) -> None:
    (checkout.programs / "python3").unlink()
    words = "bash dirname readlink cut sha256sum cat ls id grep rm mv sleep tail flock env"
    for name in words.split():
        found = shutil.which(name, path=SYSTEM_PATH)
        if found:
            (checkout.programs / name).symlink_to(found)
    # Candidates outside PATH are looked at too: hide them behind a name that is none.
    script = checkout.root / "bin" / "setup.sh"
    hidden = script.read_text().replace("/usr/bin/python", "/none/python")
    script.write_text(hidden.replace("/usr/local/bin/python", "/none/python"))

    answer = checkout.bridge("doctor", PATH=str(checkout.programs))

    assert answer.returncode == 3
    assert answer.stderr.count("\n") == 1
    assert "sudo apt install python3 python3-venv" in answer.stderr


def test_a_python_without_venv_says_which_package_brings_it(checkout: Checkout) -> None:
    script = checkout.root / "bin" / "setup.sh"
    # What Debian leaves out of its bare Python.
    script.write_text(script.read_text().replace("sys,venv,ensurepip", "sys,ensurepip_not_there"))
    answer = checkout.bridge()
    assert answer.returncode == 3
    assert "sudo apt install python3-venv" in answer.stderr


def test_a_disk_that_is_nearly_full_is_said_before_anything_is_fetched(checkout: Checkout) -> None:
    checkout.program("df", "#!/bin/sh\necho head\necho '/dev/vda 9000 8990 10 99% /srv'\n")
    answer = checkout.bridge()
    assert answer.returncode == 3
    assert answer.stderr.count("\n") == 1
    assert "only 10 MB are free" in answer.stderr
    assert not (checkout.root / ".venv").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_set_up_starts_again_and_works(
    checkout: Checkout, tmp_path: Path, number: signal.Signals
) -> None:
    noted = tmp_path / "installer.pid"
    checkout.program("uv", UV_THAT_HANGS)
    process = subprocess.Popen(
        [str(checkout.root / "bin" / "bridge")],
        cwd="/",
        env=checkout.environ(INSTALLER_PID=str(noted)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not noted.exists() or not noted.read_text().strip():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    installer = int(noted.read_text())

    process.send_signal(number)
    process.wait(120)
    (checkout.programs / "uv").unlink()
    if number == signal.SIGKILL:
        os.kill(installer, 0)  # it lives on, and would be writing
        os.kill(installer, signal.SIGKILL)
    else:
        assert process.returncode == 130
        assert is_gone(installer), "what the installer had started goes with it"
    again = checkout.bridge("hello")

    assert again.returncode == 0, again.stderr
    assert "Building .venv anew" in again.stderr


def is_gone(pid: int, within_s: float = 5) -> bool:
    """Whether the process ends in time; one that nobody has waited for yet has ended."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_ctrl_c_while_the_libraries_are_read_shows_no_python(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    (tmp_path / "click.py").write_text(
        f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "routes.commands"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not begun.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")


def test_nothing_live_reaches_the_tests(checkout: Checkout) -> None:
    checkout.bridge()
    python = checkout.root / ".venv" / "bin" / "python"
    # The stand-in for pytest: what would it see?
    (checkout.root / "pytest.py").write_text(
        "import os; print('SEEN', sorted(k for k in os.environ if 'URL' in k or 'POSTAL' in k))"
    )
    answer = subprocess.run(
        [str(checkout.root / "bin" / "test"), "some/test.py"],
        env=checkout.environ(
            DATABASE_URL="postgresql://live.invalid/db",
            DATABASE_OWNER_URL="postgresql://live.invalid/db",
            REDIS_URL="redis://live.invalid",
            BLOB_STORE_URL="https://live.invalid/bucket",
            POSTAL_BRIDGE_HOME="/srv/live",
            POSTAL_BRIDGE_PORT="80",
            TEST_DATABASE_URL="postgresql://test.invalid/db",
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert python.exists()
    assert "SEEN ['TEST_DATABASE_URL']" in answer.stdout, answer.stdout + answer.stderr
    assert answer.returncode == 0
