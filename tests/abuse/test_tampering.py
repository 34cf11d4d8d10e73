"""Somebody with the database in his hands changes a fact: `verify` names it (AC-I2, H-01)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from postal_bridge.counter.dossier_page import LookReason
from tests.abuse.played import Played, handed_over
from tests.routes.reading import a_person

LAST = "WHERE rowid = (SELECT max(rowid) FROM {table})"
CHANGES = {
    "an item is gone": "DELETE FROM items",
    "an item is of another kind": "UPDATE items SET kind = 'x'",
    "a hand-over is gone": "DELETE FROM hand_overs",
    "somebody else gave": "UPDATE hand_overs SET giver_id = 'x'",
    "somebody else took": "UPDATE hand_overs SET receiver_id = 'x'",
    "an accepted hand-over was only offered": "UPDATE hand_overs SET status = 'offered'",
    "an empty pouch is sealed": "UPDATE pouches SET status = 'sealed'",
    "a count is gone": "DELETE FROM recounts",
    "a count says otherwise": "UPDATE recounts SET counted = '[]', matches = 1 - matches",
    "numbers are drawn anew": "UPDATE number_blocks SET next_serial = first",
    "a dossier is gone": "DELETE FROM dossiers",
    "a dossier was filed online": "UPDATE dossiers SET channel = 'online'",
    "another procedure was asked for": "UPDATE dossiers SET procedure_id = link_id",
    "a paper is gone": "DELETE FROM dossier_papers",
    "a paper was counted otherwise": "UPDATE dossier_papers SET originals = originals + 1",
    "a scan is gone": "DELETE FROM scans",
    "a signature is gone": "DELETE FROM signatures",
    "what was sealed opens no more": "DELETE FROM data_keys",
    "what was sealed is said to be destroyed": "UPDATE data_keys SET wrapped = NULL",
    "a key is another": "UPDATE data_keys SET wrapped = zeroblob(60)",
    "a person is gone": "DELETE FROM parties",
    "a person has another name": "UPDATE parties SET full_name = phone",
    "a person may receive who was not named": "UPDATE parties SET role = 'proxy'",
    "a person was added": "UPDATE parties SET dossier_id = id",
    "a delivery is gone": "DELETE FROM deliveries",
    "anybody may receive": "UPDATE deliveries SET who_may_receive = 'anyone'",
    "less proof is demanded": "UPDATE deliveries SET proof_demanded = 1",
    "a delivery brings another envelope": "UPDATE deliveries SET item_id = dossier_id",
    "a proof is gone": "DELETE FROM delivery_proofs",
    "a run is gone": "DELETE FROM runs",
    "somebody else rode": "UPDATE runs SET courier_id = id",
    "a stop is gone": "DELETE FROM run_stops",
    "a stop brought something else": "UPDATE run_stops SET delivery_id = id",
    "nobody opened": "UPDATE run_stops SET status = 'failed'",
    "a door was reached earlier": "UPDATE run_stops SET answered_at = planned_at",
    "the courier called first": "UPDATE run_stops SET called_at = answered_at",
    "an envelope was left behind": "UPDATE run_stops SET is_loaded = 0",
    "a drawer is gone": "DELETE FROM drawers",
    "a drawer had another float": "UPDATE drawers SET float_vnd = float_vnd + 1",
    "a posting is gone": "DELETE FROM postings",
    "a posting is larger": "UPDATE postings SET amount_vnd = amount_vnd + 1",
    "a payment is gone": "DELETE FROM payments",
    "cash came by transfer": "UPDATE payments SET method = 'vietqr'",
    "a receipt is gone": "DELETE FROM receipts",
    "a receipt is for another payment": "UPDATE receipts SET payment_id = dossier_id",
    "a receipt has no lines": "UPDATE receipts SET lines = '[]'",
    "a price is gone": "DELETE FROM quotes",
    "the citizen's part is smaller": "UPDATE quotes SET citizen_vnd = citizen_vnd - 1",
    "a price holds longer": "UPDATE quotes SET valid_until = '2099-01-01 00:00:00.000000'",
    "a price was made for another office": "UPDATE quotes SET unit_id = id",
    "a way was longer": "UPDATE quotes SET inputs = replace(inputs, 'to_commune', 'to_other')",
    "a payment is of another dossier": "UPDATE payments SET dossier_id = id",
    "a payment was for less": "UPDATE payments SET dues = '[]'",
    "somebody else posted": "UPDATE journal_entries SET actor = 'staff:x'",
    "something else was posted": "UPDATE journal_entries SET kind = 'drawer_opened'",
    "it was posted another day": "UPDATE journal_entries SET at = '2020-01-01 00:00:00.000000'",
    "a second person stood by": "UPDATE journal_entries SET second_person = 'staff:x'",
    "a reason was given": "UPDATE journal_entries SET reason = 'x'",
    "another office sees an entry": "UPDATE journal_entries SET unit_id = id",
    "an account is of another kind": "UPDATE accounts SET kind = 'bank'",
    "a look is gone": "DELETE FROM looks",
    "somebody else looked": "UPDATE looks SET actor_id = 'x'",
    "somebody looked for another reason": "UPDATE looks SET reason = 'complaint'",
    "a promise to tell is gone": "DELETE FROM messages WHERE topic = 'dossiers.accepted'",
    "work is done that was not": "UPDATE actions SET state = 'accepted'",
    "work is refused without a reason": "UPDATE actions SET state = 'refused', closed_at = due_at",
    "work is on and nobody has it": "UPDATE actions SET state = 'sending'",
    "a line of a hand-over is gone": "DELETE FROM hand_over_items",
    "a hand-over follows another": "UPDATE hand_over_items SET follows = item_id",
    "somebody else answered": "UPDATE hand_overs SET answered_by = 'staff:x'",
    "a dossier has another number": "UPDATE dossiers SET acceptance_number = 'x'",
    "a dossier is due later": "UPDATE dossiers SET due_at = '2030-01-01 00:00:00.000000'",
    "a proof is worth more": "UPDATE delivery_proofs SET level = 5",
    "a proof names another person": "UPDATE delivery_proofs SET party_id = id",
    "a proof has another signature": "UPDATE delivery_proofs SET signature_blob_id = id",
    "a delivery is for another person": "UPDATE deliveries SET recipient_party_id = id",
    "a delivery goes elsewhere": "UPDATE deliveries SET place = 'section'",
    "another office sees a dossier": "UPDATE dossiers SET unit_id = id",
    "another section decides": "UPDATE dossiers SET competent_section_id = id",
    "a list was signed in another round": "UPDATE signatures SET round = round + 1",
    "a scan has another page": "UPDATE scans SET pages = pages + 1",
    "a drawer was counted that was not": "UPDATE drawers SET counted_vnd = 1",
    "somebody stood by a drawer": "UPDATE drawers SET second_person = 'x'",
    "a payment was made another day": "UPDATE payments SET paid_at = '2020-01-01 00:00:00.000000'",
    "somebody else gave a receipt": "UPDATE receipts SET actor = 'staff:x'",
    "a delivery has another price": "UPDATE deliveries SET quote_id = id",
    "an item weighs more": "UPDATE items SET weight_g = weight_g + 1",
    "another office sees an item": "UPDATE items SET unit_id = id",
    "another section sees an item": "UPDATE items SET section_id = id",
    "a hand-over went to another office": "UPDATE hand_overs SET to_unit_id = id",
    "a dossier is of another class": "UPDATE dossiers SET document_class = 'x'",
    "a result is of another kind": "UPDATE dossiers SET result_kind = 'electronic'",
    "there were more sets": "UPDATE dossiers SET sets = sets + 1",
    "a result has another number": "UPDATE dossiers SET result_number = 'x'",
    "a result has no number": "UPDATE dossiers SET result_number = NULL",
    "it was opened another day": "UPDATE dossiers SET opened_at = '2020-01-01 00:00:00.000000'",
    "more is taken at the door": "UPDATE deliveries SET door_fee_vnd = door_fee_vnd + 1",
    "somebody else pays the way": "UPDATE deliveries SET clearance = 'authority'",
    "another office sees a delivery": "UPDATE deliveries SET unit_id = id",
    "a delivery is of another point": "UPDATE deliveries SET point_id = id",
    "another section sees a delivery": "UPDATE deliveries SET section_id = id",
    "nothing is to be taken back": "UPDATE deliveries SET take_back_papers = 7",
    "another office sees a run": "UPDATE runs SET unit_id = id",
    "a run was on another day": "UPDATE runs SET day = '2020-01-01'",
    "a courier was to be back later": "UPDATE runs SET back_by = '2030-01-01 00:00:00.000000'",
    "somebody else let a run go": "UPDATE runs SET published_by = 'staff:x'",
    "a run ended earlier": "UPDATE runs SET closed_at = started_at",
    "a run banked cash": "UPDATE runs SET cash_banked_vnd = 1",
    "a stop was planned for later": (
        "UPDATE run_stops SET planned_at = '2030-01-01 00:00:00.000000'"
    ),
    "a person is gone from the staff": "DELETE FROM staff",
    "somebody signs in by another password": "UPDATE staff SET password_hash = 'x'",
    "who was kept out is let in": "UPDATE staff SET is_active = 1 - is_active",
    "a clerk is a supervisor": "UPDATE assignments SET role = 'supervisor'",
    "a place is another person's": "UPDATE assignments SET staff_id = id",
    "a place sees another office": "UPDATE assignments SET scope_unit_id = id",
    "a place never ends": "UPDATE assignments SET valid_to = '2099-01-01'",
    "a place was never given": (
        "INSERT INTO assignments (id, staff_id, role, scope_unit_id, valid_from, created_at,"
        " created_by) SELECT lower(hex(randomblob(16))), staff_id, 'supervisor', scope_unit_id,"
        " valid_from, created_at, created_by FROM assignments WHERE scope_unit_id IS NOT NULL"
    ),
    "a phone's row is gone": "DELETE FROM device_rows",
    "a phone's row says otherwise": (
        "UPDATE device_rows SET text = replace(text, 'door.handed_over', 'door.failed')"
    ),
    "a phone's row has another number": "UPDATE device_rows SET seq = seq + 1",
    "a phone's row was made earlier": (
        "UPDATE device_rows SET occurred_at = '2020-01-01 00:00:00.000000'"
    ),
    "a phone's row has another signature": "UPDATE device_rows SET signature = 'x'",
    "a phone's signature was wrong": "UPDATE device_rows SET is_signed = 0",
    "a receipt of a phone's row is gone": "DELETE FROM device_receipts",
    "a phone's row came late": "UPDATE device_receipts SET chain_state = 'late'",
    "a phone's row tells of another act": "UPDATE device_receipts SET act_seq = act_seq + 1",
    "a phone's act was refused": (
        "UPDATE device_receipts SET fate = 'refused', refused_code = 'not_found'"
    ),
    "a phone has another key": "UPDATE device_keys SET public_key = 'x'",
    "a phone's key is gone": "DELETE FROM device_keys",
    "a phone's key was never given": "UPDATE device_keys SET id = device_id",
    "a file is not known": "DELETE FROM blobs",
    "a value is none": "UPDATE deliveries SET status = 'x'",
    "a fact is not to be read": "UPDATE stream_events SET body = '{'",
    "a fact is gone": "DELETE FROM stream_events",
    "a fact says otherwise": "UPDATE stream_events SET body = '{}'",
    "a stream's end is forgotten": "DELETE FROM stream_heads",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    story = handed_over(tmp_path_factory.mktemp("home"))
    yield story
    story.site.container.units.engine.dispose()


@pytest.fixture(scope="module")
def database(played: Played) -> Iterator[sqlite3.Connection]:
    """The open file, with whatever guards it taken off."""
    path = played.site.container.home.path / "postal_bridge.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = off")
        connection.execute("PRAGMA ignore_check_constraints = on")
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        assert list(findings(played)) == []  # every change was taken back


def findings(played: Played) -> Iterator[str]:
    container = played.site.container
    with container.units.read() as uow:
        for name, check in container.checks.items():
            yield from (f"{name}: {one}" for one in check(uow))


def test_an_untouched_home_has_nothing_to_name(played: Played) -> None:
    assert list(findings(played)) == []


def test_the_dossier_s_line_says_what_the_courier_s_phone_recorded(played: Played) -> None:
    clerk = a_person(played.site, played.clerk.login)
    page = clerk.open(f"/ho-so/{played.slip['dossier_id']}?ly-do={LookReason.CITIZEN_ASKS}").html
    assert page.count("Điện thoại bưu tá 2 ghi lúc") == 1
    assert page.count("Chữ ký đúng") == 1
    assert "Điện thoại bưu tá không ghi việc này." not in page


@pytest.mark.parametrize("change", CHANGES)
def test_verify_names_what_was_changed(
    played: Played, database: sqlite3.Connection, change: str
) -> None:
    words = CHANGES[change].split()
    table = words[1] if words[0] == "UPDATE" else words[2]
    kept = database.execute(f"SELECT rowid, * FROM {table}").fetchall()  # noqa: S608
    which = "" if "WHERE" in words else LAST.format(table=table)
    database.execute(f"{CHANGES[change]} {which}")
    named = next(findings(played), None)
    database.execute(f"DELETE FROM {table}")  # noqa: S608
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    marks = ", ".join("?" * (len(columns) + 1))
    database.executemany(
        f"INSERT INTO {table} (rowid, {', '.join(columns)}) VALUES ({marks})",  # noqa: S608
        kept,
    )
    assert named
