"""The operators' commands as they are run: exit statuses, JSON, and the whole service once."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from routes.commands.entry import bridge as bridge_group

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0


class Bridge:
    """`bin/bridge` on one home, without the set-up of the environment."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.env = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "POSTAL_BRIDGE_HOME": str(home),
            "POSTAL_BRIDGE_PORT": str(self.port),
            "POSTAL_BRIDGE_REAP_EVERY_S": "2",
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "routes.commands", *words]

    def run(self, *words: str) -> tuple[int, str, str]:
        """In this process, which has everything loaded already."""
        cleared = {name: None for name in os.environ if name.startswith("POSTAL_BRIDGE_")}
        done = CliRunner().invoke(bridge_group, list(words), env={**cleared, **self.env})
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr

    def run_alone(self, *words: str) -> tuple[int, str, str]:
        """In a process of its own, as operators do."""
        done = subprocess.run(
            self.command(*words), cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout, done.stderr

    def json(self, *words: str, status: int = 0, is_alone: bool = False) -> Any:
        code, out, err = (self.run_alone if is_alone else self.run)(*words, "--json")
        assert code == status, (out, err)
        return json.loads(out)

    def error(self, *words: str, status: int, is_alone: bool = False) -> str:
        code: str = self.json(*words, status=status, is_alone=is_alone)["error"]["code"]
        return code


@pytest.fixture
def bridge(tmp_path: Path) -> Bridge:
    return Bridge(tmp_path / "home")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Bridge:
    """One prepared home for the commands that look or add."""
    made = Bridge(tmp_path_factory.mktemp("commands") / "home")
    assert made.json("migrate")["new"] is True
    return made


def test_what_the_set_up_lacks_ends_a_command_with_three(bridge: Bridge) -> None:
    for words in (["verify"], ["user", "list"], ["web"], ["backup", "x"]):
        assert bridge.error(*words, status=3) == "setup_lacking"
    assert bridge.error("keeper", status=3, is_alone=True) == "setup_lacking"
    bridge.env["POSTAL_BRIDGE_PORT"] = "many"
    assert bridge.error("verify", status=3) == "settings_unusable"


def test_the_keeper_and_workers_say_that_redis_is_away(home: Bridge) -> None:
    assert home.error("keeper", status=3, is_alone=True) == "queue_away"
    words = ("worker", "--queue", "calls")
    assert home.error(*words, status=3, is_alone=True) == "queue_away"


def test_migrating_again_changes_nothing(home: Bridge) -> None:
    before = home.json("migrate")
    assert before["new"] is False
    assert home.json("migrate") == before
    assert before["kind"] == "sandbox"


def test_a_folder_of_another_home_is_refused(home: Bridge, tmp_path: Path) -> None:
    other = Bridge(tmp_path / "other")
    other.json("migrate")
    database = "postal_bridge.sqlite3"
    other.env["DATABASE_URL"] = f"sqlite:///{home.home / database}"
    assert other.error("verify", status=3) == "home_mismatch"


def test_a_database_that_is_away_is_one_sentence_without_its_password(bridge: Bridge) -> None:
    bridge.env["DATABASE_URL"] = "postgresql+psycopg://clerk:geheim@127.0.0.1:1/nowhere"
    for words in (["serve"], ["verify"], ["migrate"]):
        assert bridge.error(*words, status=3) == "database_away"
    code, _, told = bridge.run("serve")
    assert code == 3
    assert len(told.strip().splitlines()) == 2  # one in each language
    assert "127.0.0.1:1" in told
    assert "geheim" not in told


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DATABASE_URL", "mysql://clerk:geheim@host/db"),
        ("DATABASE_OWNER_URL", "geheim"),
        ("REDIS_URL", "http://:geheim@host"),
        ("REDIS_URL", "redis://host:geheim"),
    ],
)
def test_an_address_of_a_wrong_kind_is_said_and_not_repeated(
    bridge: Bridge, name: str, address: str
) -> None:
    bridge.env[name] = address
    for words in (["serve"], ["verify"], ["doctor"]):
        assert bridge.error(*words, status=3) == "settings_unusable"
    told = bridge.run("serve")[2]
    assert name in told
    assert "geheim" not in told


def test_the_doctor_asks_the_servers_that_are_named(bridge: Bridge) -> None:
    bridge.env["DATABASE_URL"] = "postgresql://clerk:geheim@127.0.0.1:1/nowhere"
    bridge.env["REDIS_URL"] = "redis://:geheim@127.0.0.1:1/0"
    code, out, _ = bridge.run("doctor")
    assert code == 3
    assert out.count("127.0.0.1:1/") == 4  # each in both languages
    assert "geheim" not in out


def test_a_home_that_cannot_be_a_folder_is_said(bridge: Bridge, home: Bridge) -> None:
    bridge.home.write_text("a file")
    for words in (["serve"], ["migrate"]):
        assert bridge.error(*words, status=3) == "folder_unusable"
    nowhere = str(bridge.home / "kept.tar")
    assert home.error("backup", nowhere, status=3) == "folder_unusable"


def test_a_port_that_is_taken_is_said_before_anything_starts(bridge: Bridge) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", bridge.port))
        other.listen()
        assert bridge.error("serve", status=3) == "port_taken"
    assert not (bridge.home / "valkey" / "valkey.sock").exists()


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BLOB_STORE_URL"]
)
def test_a_demonstration_keeps_away_from_what_is_in_use(bridge: Bridge, name: str) -> None:
    bridge.env[name] = "x"
    assert bridge.error("demo", "--home", str(bridge.home), status=2) == "sandbox_only"
    assert name in bridge.run("demo")[2]
    assert not bridge.home.exists()


def test_a_demonstration_wants_an_empty_folder(bridge: Bridge, home: Bridge) -> None:
    assert bridge.error("demo", "--home", str(home.home), status=2) == "sandbox_home_not_empty"


def test_the_doctor_says_what_to_do_in_words(bridge: Bridge) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", bridge.port))
        other.listen()
        code, out, _ = bridge.run("doctor")
        findings = bridge.json("doctor", status=3)["findings"]
    assert code == 3
    assert f"--  Cổng {bridge.port}" in out
    assert "POSTAL_BRIDGE_PORT" in out
    codes = [one["code"] for one in findings if "_" in one["code"]]
    assert codes
    assert not [code for code in codes if code in out]


def test_the_doctor_knows_the_service_of_its_own_home(home: Bridge) -> None:
    own = home.json("migrate")["id"]
    for said, code in ((own, "port_served"), (str(uuid4()), "port_free")):
        with health_at(home.port, said):
            found = home.json("doctor", status=0 if said == own else 3)["findings"]
        assert [one["ok"] for one in found if one["code"] == code] == [said == own]


@contextmanager
def health_at(port: int, home_id: str) -> Iterator[None]:
    """What answers on the port as the web of that home does."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"status": "ok", "home": home_id}).encode())

        def log_message(self, *said: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", port), Health)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_key_is_added_activated_and_retired_one_step_at_a_time(home: Bridge) -> None:
    keys = home.json("keys", "list")["keys"]
    assert all(set(key) == {"id", "purpose", "state"} for key in keys)
    old = next(key["id"] for key in keys if key["purpose"] == "field_master")
    assert home.error("keys", "retire", old, status=2) == "key_unusable"
    added = home.json("keys", "add", "field_master")["keys"]
    new = next(k["id"] for k in added if k["purpose"] == "field_master" and k["id"] != old)
    home.json("keys", "activate", new)
    assert home.json("keys", "rewrap") == {"rewrapped": 0, "people": 0, "doors": 0}
    states = {key["id"]: key["state"] for key in home.json("keys", "retire", old)["keys"]}
    assert (states[old], states[new]) == ("retired", "active")


def test_staff_are_made_in_their_place_and_a_mistyped_place_makes_nobody(home: Bridge) -> None:
    wrong = ("user", "create", "ha", "Ha", "--role", "clerk", "--point", "nowhere")
    assert home.error(*wrong, status=2) == "not_found"
    made = home.json("user", "create", "ha", "Hà", "--role", "clerk", "--point", "long-my")
    assert made["login"] == "ha"
    again = home.json("user", "password", "ha")
    assert again["password"] != made["password"]
    (found,) = [user for user in home.json("user", "list")["users"] if user["login"] == "ha"]
    assert (found["roles"], found["places"]) == (["clerk"], ["Bưu cục Long Mỹ"])


def test_a_scrapers_key_is_made_listed_and_taken_away(home: Bridge) -> None:
    made = home.json("user", "api-key", "prometheus", "--scope", "metrics")
    agency = ("user", "api-key", "province", "--scope", "agency")
    assert home.error(*agency, status=2) == "input_wrong"  # of which section?
    (found,) = home.json("user", "api-keys")["api_keys"]
    assert (found["id"], found["scopes"], found["is_revoked"]) == (made["id"], ["metrics"], False)
    home.json("user", "revoke-key", made["id"])
    assert home.json("user", "api-keys")["api_keys"][0]["is_revoked"]


def test_item_numbers_are_drawn_once(home: Bridge) -> None:
    numbers = {home.json("item", "new", "--service", "RR")["number"] for _ in range(3)}
    assert len(numbers) == 3
    assert all(re.fullmatch(r"RZ\d{9}VN", number) for number in numbers)


def test_a_faulty_file_is_named_and_nothing_of_it_imported(home: Bridge, tmp_path: Path) -> None:
    faulty = tmp_path / "points.csv"
    faulty.write_text("wrong,columns\n1,2\n")
    answer = home.json("import", "service_points", str(faulty), status=2)
    assert answer["error"]["code"] == "import_has_errors"
    assert answer["rows"]


def test_verify_names_what_was_tampered_with(tmp_path: Path) -> None:
    bridge = Bridge(tmp_path / "home")
    bridge.json("migrate")
    bridge.json("item", "new")
    good = bridge.json("verify")
    assert good["ok"] is True
    said = bridge.run("verify")[1]
    assert "mỗi bưu gửi có đúng một người giữ · each item has exactly one holder" in said
    assert len(said.splitlines()) == len(good["checks"]) + 2, "a line each, and what it comes to"
    connection = sqlite3.connect(bridge.home / "postal_bridge.sqlite3")
    connection.execute("INSERT INTO stream_heads (stream, seq, hash) VALUES ('item:x', 7, 'f')")
    connection.commit()
    connection.close()
    answer = bridge.json("verify", status=1)
    assert answer["checks"]["streams"] == [{"stream": "item:x", "seq": 7, "why": "head"}]


def test_a_wrong_option_is_bad_input(home: Bridge) -> None:
    assert home.error("clock", "advance", "soon", status=2) == "input_wrong"
    assert home.error("clock", "advance", "2001-01-01", status=2) == "clock_goes_forward"
    assert home.error("work", "retry", "nothing", status=2) == "input_wrong"
    assert home.run("no-such-command")[0] == 2


def test_a_clock_moved_before_the_keeper_began_stops_where_the_day_is_sealed(
    bridge: Bridge,
) -> None:
    bridge.json("migrate")
    later = _shown(bridge) + timedelta(days=2)
    words = ("clock", "advance", later.isoformat(), "--timeout", "0.1")
    assert bridge.error(*words, status=2) == "work_stays_open"
    assert (_shown(bridge).hour, _shown(bridge).minute) == (0, 10)


def test_a_command_that_only_computes_loads_no_database_and_no_web_application() -> None:
    code = (
        "import sys; sys.argv = ['bridge', 'item', 'check', 'RR123456785VN', '--json']\n"
        "from routes.commands.entry import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'flask', 'sqlalchemy', 'app', 'redis', 'rq'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def served(bridge: Bridge, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    process = _serve(bridge)
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(40)
    if process.stdout is not None:
        process.stdout.close()


@pytest.mark.slow
def test_one_command_serves_a_new_home_and_leaves_nothing_running(
    bridge: Bridge, served: "subprocess.Popen[str]"
) -> None:
    printed = _until_ready(served)
    assert str(bridge.port) in printed
    for role in ("clerk", "courier", "officer", "supervisor", "operator"):
        assert re.search(rf"^\s+{role}\s", printed, re.M), role
    assert (bridge.home / "first-sign-ins.txt").stat().st_mode & 0o077 == 0
    with urllib.request.urlopen(f"http://127.0.0.1:{bridge.port}/health", timeout=5) as answer:
        assert json.load(answer)["status"] == "ok"
    assert bridge.error("serve", status=3, is_alone=True) == "home_already_served"
    noon = (_shown(bridge) + timedelta(days=1)).replace(hour=12)  # no day ends while we look
    bridge.json("clock", "advance", noon.isoformat())
    before = bridge.json("work", "count")["accepted"]
    later = noon + timedelta(days=2)
    assert bridge.json("clock", "advance", later.isoformat())["stops"] == 2  # two are sealed
    assert bridge.json("work", "count")["accepted"] == before + 2
    served.send_signal(signal.SIGTERM)
    assert served.wait(40) == 0
    again = _serve(bridge)
    _until_ready(again)
    again.send_signal(signal.SIGTERM)
    assert again.wait(40) == 0
    assert again.stdout is not None
    again.stdout.close()
    assert not (bridge.home / "valkey" / "valkey.sock").exists()


def _shown(bridge: Bridge) -> datetime:
    return datetime.fromisoformat(bridge.json("clock", "show")["now"])


def _serve(bridge: Bridge) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        bridge.command("serve"),
        cwd=ROOT,
        env=bridge.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _until_ready(process: "subprocess.Popen[str]") -> str:
    """Everything printed up to the file of sign-ins, which is named last."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "first-sign-ins.txt" in line:
            return printed
    raise AssertionError(printed)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
