"""A citizen's name, phone, identity number, address and link are nowhere in plain writing (S3).

Not in a served home's logs, not in Valkey, not in a plain column of the database. The texts to
citizens are: a sandbox writes them to `messages/`, which stands for the telephone network.
"""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
import redis
import requests

from postal_bridge.jobs import runtime
from postal_bridge.jobs.entry_points import RunFailed, run
from postal_bridge.jobs.sockets import socket_path
from routes.commands.demo_acts import hand_over
from routes.commands.demo_stage import Person
from tests.abuse.played import CANARY, POINT, SECTION_OFFICER, SilentStage, ride_out
from tests.faults.world import ROOT, World
from tests.provision.working_day import begin_working_day

PASSWORD = "cau-noi-buu-chinh"
DIGITS = ("0968713524", "968713524", "092087650431", "87650431")
PLAIN = tuple(CANARY[name] for name in ("full_name", "phone", "id_number", "address_text"))


def spellings(secret: str) -> Iterator[bytes]:
    """As it is, folded, as JSON and as an address would have it."""
    for word in (secret, secret.casefold(), quote(secret), json.dumps(secret)[1:-1]):
        yield word.encode()


def found_in(content: bytes, secrets: tuple[str, ...]) -> set[str]:
    return {one for one in secrets if any(word in content for word in spellings(one))}


def columns(database: Path) -> Iterator[tuple[str, bytes]]:
    with closing(sqlite3.connect(database)) as connection:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (table,) in connection.execute(tables).fetchall():
            cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            names = [column[0] for column in cursor.description]
            for row in cursor:
                for name, value in zip(names, row, strict=True):
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table}.{name}", raw


def everything_kept(client: redis.Redis) -> Iterator[bytes]:
    for key in client.scan_iter("*", count=500):
        yield bytes(key)
        dumped = client.dump(key)
        yield bytes(dumped) if dumped else b""


def ask_and_be_refused(world: World, clerk: Person, link: str) -> None:
    """Look-ups and refusals that carry what nobody may write down."""
    pages = requests.Session()
    for address in (f"/tra-cuu/{link}", f"/tra-cuu/{link}/x", f"/thanh-toan/{link}"):
        pages.get(world.url + address, timeout=10)
    pages.post(f"{world.url}/tra-cuu/{link}/da-nhan", timeout=10)
    for secret in PLAIN:
        pages.get(f"{world.url}/tra-cuu-ho-so", params={"q": secret}, timeout=10)
        pages.get(f"{world.url}/api/v1/items/{quote(secret)}", timeout=10)
        pages.post(
            f"{world.url}/api/v1/sessions", json={"login": secret, "password": secret}, timeout=10
        )
        clerk.refused("/dossiers", {"owner": {**CANARY, "phone": secret}, secret: secret})


@pytest.mark.slow
def test_nobody_is_in_plain_writing(tmp_path: Path) -> None:
    world = World(tmp_path / "home")
    world.start()
    begin_working_day(f"sqlite:///{world.database}")
    try:
        clerk, courier, officer = (
            Person(world.url, login, PASSWORD)
            for login in (f"gdv.{POINT}", f"phat.{POINT}", SECTION_OFFICER)
        )
        stage = SilentStage()
        slip, item, run_id = ride_out(stage, clerk, courier, officer)
        link = str(slip["citizen_link"]).rpartition("/")[2]
        ask_and_be_refused(world, clerk, link)
        hand_over(stage, courier, item["number"])
        courier.post(f"/runs/{run_id}/closing", {"scanned_back": []})
        texts = world.home / "messages" / "sms.jsonl"
        world.wait(lambda: texts.exists() and DIGITS[1] in texts.read_text(), "a text", 30)
        secrets = (*PLAIN, *DIGITS, link)
        sock = socket_path(world.home.resolve() / "valkey", "valkey.sock")
        with closing(redis.Redis(unix_socket_path=str(sock))) as client:
            in_valkey = {one for kept in everything_kept(client) for one in found_in(kept, secrets)}
    finally:
        world.stop()
    in_files = {
        (str(file.relative_to(world.home)), one)
        for file in world.home.rglob("*")
        if file.is_file() and file != texts
        for one in found_in(file.read_bytes(), secrets)
    }
    in_columns = {
        (column, one) for column, raw in columns(world.database) for one in found_in(raw, secrets)
    }
    assert not in_valkey
    assert not in_columns
    assert not in_files
    logs = [file for file in world.home.rglob("*.log") if file.stat().st_size]
    assert any("web" in file.name for file in logs), "there were no logs to look into"


def test_a_defect_is_logged_without_its_words() -> None:
    said = subprocess.run(
        [sys.executable, "-c", A_DEFECT],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=30,
    ).stderr  # fmt: skip
    line = json.loads(said)
    assert [one["kind"] for one in line["exception"]] == ["KeyError", "ValueError"]
    assert "open_the_envelope" in said
    assert not found_in(said.encode(), (*PLAIN, *DIGITS))


A_DEFECT = f"""
from postal_bridge.kernel.log import configure_log, log
configure_log("test")
def open_the_envelope():
    try:
        raise ValueError({CANARY["full_name"]!r}, {CANARY["id_number"]!r})
    except ValueError as cause:
        raise KeyError({CANARY["address_text"]!r}) from cause
try:
    open_the_envelope()
except KeyError as defect:
    log.error("failed", exc_info=defect)
"""

A_CARELESS_LINE = f"""
from postal_bridge.kernel.log import configure_log, log
configure_log("test")
log.info("called", full_name={CANARY["full_name"]!r}, address={CANARY["address_text"]!r},
         words="số {CANARY["phone"]}, thẻ {CANARY["id_number"]}")
"""


def test_a_careless_line_is_masked() -> None:
    said = subprocess.run(
        [sys.executable, "-c", A_CARELESS_LINE],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=30,
    ).stderr  # fmt: skip
    line = json.loads(said)
    assert (line["full_name"], line["address"]) == ("***", "***")
    assert line["words"] == "số ********24, thẻ **********31"


class Torn:
    """Units of work of which none can be opened."""

    def write(self) -> None:
        raise LookupError(CANARY["full_name"])


def test_rq_is_told_nothing_but_the_kind_of_a_defect() -> None:
    """RQ keeps the words of what a job raised in Redis, and prints them."""
    runtime.set_factory(lambda: runtime.Tools(Torn(), {}))  # type: ignore[arg-type]
    with pytest.raises(RunFailed, match="LookupError") as caught:
        run(str(uuid4()))
    assert caught.value.__suppress_context__
    assert CANARY["full_name"] not in str(caught.value)
