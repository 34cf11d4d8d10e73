"""The statement an accused clerk takes home: signed, whole, and checked by anyone."""

import base64
import copy
import html
import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from postal_bridge.money.signed_statement import check_statement, public_keys_of, read_statement
from postal_bridge.people.service import SignIn, sign_in
from routes.commands.proofs import proof
from routes.idempotency import mint_key
from tests.builders.doors import PASSWORD
from tests.routes.conftest import Service

CLERK = "gdv.hung-thinh"  # no other test of routes uses this office


def send(client: FlaskClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"_key": mint_key(), **fields})


@pytest.fixture(scope="module")
def clerk(service: Service) -> FlaskClient:
    units = service.container.units
    signed = sign_in(SignIn(CLERK, PASSWORD), units=units, machine=units.machine)
    client = service.app.test_client()
    with client.session_transaction() as session:
        session["token"] = signed.token
    return client


@pytest.fixture(scope="module")
def shift(clerk: FlaskClient) -> str:
    """A contested shift's own page."""
    send(clerk, "/quy/mo", float_vnd="500000")
    send(clerk, "/quy/dem", counted_vnd="440000", other_vnd="2000000")
    answer = send(clerk, "/quy/khong-dong-y", reason="Máy treo, bấm bốn lần")
    return str(answer.headers["Location"])


@pytest.fixture(scope="module")
def document(clerk: FlaskClient, shift: str) -> dict[str, Any]:
    answer = clerk.get(f"{shift}.json")
    assert answer.data == clerk.get(f"{shift}.json").data  # the same bytes whenever asked
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_it_says_what_an_accused_clerk_needs(document: dict[str, Any]) -> None:
    said = {name: document[name] for name in (
        "status", "float_vnd", "other_vnd", "expected_vnd", "counted_vnd", "difference_vnd",
        "owed_vnd", "clerk_says",
    )}  # fmt: skip
    assert said == {
        "status": "contested", "float_vnd": 500_000, "other_vnd": 2_000_000,
        "expected_vnd": 500_000, "counted_vnd": 440_000, "difference_vnd": -60_000,
        "owed_vnd": 0, "clerk_says": "Máy treo, bấm bốn lần",
    }  # fmt: skip
    assert [event["seq"] for event in document["journal"]["events"]] == [1, 2, 3, 4, 5]


def falsified(document: dict[str, Any], how: str) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    events = changed["journal"]["events"]
    if how == "owed":
        changed["owed_vnd"] = 60_000
    elif how == "line":
        changed["lines"][0]["amount_vnd"] += 1
    elif how == "dropped":
        del events[2]
    elif how == "twice":
        events.insert(2, events[2])
    elif how == "swapped":
        events[1], events[2] = events[2], events[1]
    elif how == "figure":
        events[0]["body"]["float_vnd"] = 560_000
    return changed


HOWS = ["owed", "line", "dropped", "twice", "swapped", "figure"]


@pytest.mark.parametrize("how", HOWS)
def test_whatever_is_changed_is_found_even_under_a_good_signature(
    service: Service, document: dict[str, Any], how: str
) -> None:
    from postal_bridge.money.signed_statement import sign_statement

    ring = service.container.ring
    changed = falsified(document, how)
    stolen = check_statement(changed, public_keys_of(ring))
    assert not stolen.is_genuine
    del changed["signature"]
    forged = check_statement(sign_statement(ring, changed), public_keys_of(ring))
    assert forged.is_genuine
    assert forged.faults
    sent = {"file": (io.BytesIO(json.dumps(changed | {"signature": {}}).encode()), "x.json")}
    page = service.app.test_client().post("/kiem-tra", data=sent).get_data(as_text=True)
    for code, params in stolen.faults_said:  # in words, and beside them no code
        assert service.container.texts.render(code, params, "en") != code
        assert service.container.texts.render(code, params, "vi") in page
    assert not [fault for fault in stolen.faults if f">{fault}<" in page]


def test_no_byte_of_the_file_can_be_another(service: Service, document: dict[str, Any]) -> None:
    keys, raw = public_keys_of(service.container.ring), json.dumps(document, indent=1).encode()
    signed_from = raw.index(b'"signature"')
    unseen = []
    for place in [*range(0, signed_from, 40), *range(signed_from, len(raw))]:
        other = b"7" if raw[place : place + 1] != b"7" else b"8"
        changed = raw[:place] + other + raw[place + 1 :]
        try:
            read = read_statement(changed)
        except ValueError:
            continue
        if read != document and check_statement(read, keys).holds:
            unseen.append(changed[place - 9 : place + 9])
    assert unseen == []


def test_a_file_that_says_one_thing_twice_is_none() -> None:
    with pytest.raises(ValueError, match="twice"):
        read_statement('{"owed_vnd": 27000, "owed_vnd": 0}')


def test_another_offices_key_proves_nothing(document: dict[str, Any]) -> None:
    assert not check_statement(document, {document["signature"]["key_id"]: b"\x01" * 32}).holds
    assert not check_statement(document, {}).holds
    nothing: tuple[Any, ...] = (None, [], {"kind": "drawer_statement"}, {"kind": "x"})
    for junk in nothing:
        assert not check_statement(junk, {}).holds


def test_anyone_checks_it_from_a_file_with_the_published_keys(
    service: Service, document: dict[str, Any], tmp_path: Path
) -> None:
    keys = tmp_path / "khoa.json"
    keys.write_bytes(service.app.test_client().get("/kiem-tra/khoa.json").data)
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(document))
    bad.write_text(json.dumps(falsified(document, "owed")))
    for path, status in ((good, 0), (bad, 1)):
        args = ["verify", str(path), "--keys", str(keys), "--json"]
        done = CliRunner().invoke(proof, args)
        assert done.exit_code == status, done.output
        assert json.loads(done.output)["holds"] is (status == 0)
    good.write_text("not a statement")
    done = CliRunner().invoke(proof, ["verify", str(good), "--keys", str(keys), "--json"])
    assert done.exit_code == 2


def test_the_public_page_checks_a_file_and_the_printed_code(
    service: Service, clerk: FlaskClient, shift: str, document: dict[str, Any], tmp_path: Path
) -> None:
    anyone = service.app.test_client()
    for content, words in ((document, "Đúng là bản do bưu cục ký"),
                           (falsified(document, "owed"), "nội dung đã bị sửa")):  # fmt: skip
        file = (tmp_path / "f.json").open("w+b")
        file.write(json.dumps(content).encode())
        file.seek(0)
        answer = anyone.post("/kiem-tra", data={"file": (file, "f.json")})
        assert words in answer.get_data(as_text=True)
    pdf = tmp_path / "s.pdf"
    pdf.write_bytes(clerk.get(f"{shift}.pdf").data)
    printed = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True)
    assert re.search(r"Kiểm quỹ lần 1, .*: đếm được 440\.000\sđ", printed.stdout.decode())
    subprocess.run(["pdftoppm", "-r", "200", "-png", str(pdf), str(tmp_path / "s")], check=True)
    page = next(iter(sorted(tmp_path.glob("s-*.png"))))
    read = subprocess.run(["zbarimg", "-q", "--raw", str(page)], capture_output=True, check=True)
    link = read.stdout.decode().strip()
    path = re.sub(r"^https?://[^/]+", "", link)
    seen = anyone.get(path).get_data(as_text=True)
    assert "Mã trên bản in do bưu cục ký" in seen
    assert "Sổ hiện nay vẫn ghi như vậy" in seen
    assert "nội dung đã bị sửa" in anyone.get(path.replace("o=0", "o=60000")).get_data(as_text=True)


def test_whoever_has_the_file_and_the_keys_checks_it_without_us(
    service: Service, document: dict[str, Any], tmp_path: Path
) -> None:
    """By the commands on the public page: python's own library and openssl, nothing of ours."""
    anyone = service.app.test_client()
    page = anyone.get("/kiem-tra").get_data(as_text=True)
    commands = html.unescape(
        page.partition('<pre id="commands"')[2].partition(">")[2].partition("</pre>")[0]
    )
    (tmp_path / "khoa.json").write_bytes(anyone.get("/kiem-tra/khoa.json").data)
    for content, status in ((document, 0), (falsified(document, "owed"), 1)):
        (tmp_path / "ket-ca.json").write_text(json.dumps(content), encoding="utf-8")
        done = subprocess.run(
            ["bash", "-c", commands], cwd=tmp_path, capture_output=True, check=False
        )
        assert done.returncode == status, done.stderr
        assert (b"Verified Successfully" in done.stdout) is (status == 0)


def test_another_clerk_cannot_take_it(service: Service, shift: str) -> None:
    units = service.container.units
    signed = sign_in(SignIn("gdv.long-tri", PASSWORD), units=units, machine=units.machine)
    client = service.app.test_client()
    with client.session_transaction() as session:
        session["token"] = signed.token
    for end in (".json", ".pdf"):
        assert client.get(f"{shift}{end}").status_code == 404


def test_the_published_keys_hold_no_secret(service: Service) -> None:
    keys = service.app.test_client().get("/kiem-tra/khoa.json").get_json()["keys"]
    secrets = {
        base64.b64encode(key.secret).decode() for key in service.container.ring.keys.values()
    }
    assert keys
    assert not secrets & set(keys.values())


def test_four_times_enter_is_one_shift_and_one_count(service: Service, clerk: FlaskClient) -> None:
    key = mint_key()
    answers = [clerk.post("/quy/mo", data={"_key": key, "float_vnd": "50000"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [303] * 4
    key = mint_key()
    answers = [clerk.post("/quy/dem", data={"_key": key, "counted_vnd": "50000"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [303] * 4
    key = mint_key()
    answers = [clerk.post("/quy/ket", data={"_key": key}) for _ in range(4)]
    assert {one.headers["Location"] for one in answers} == {answers[0].headers["Location"]}
