"""The second program for what phones recorded: rows, signatures and chains from the tables alone.

Plain SQL and arithmetic of its own. It shares no code with the service, so that one mistake is
not made twice; only the schema's names and the kinds of facts are common.
"""

import base64
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import text

from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.unit_of_work import ReadUnit

Row = Mapping[str, Any]
_MADE_BY = {
    "door.handed_over": ("delivery.handed_over", "delivery.reported_delivered"),
    "door.failed": ("delivery.attempt_failed",),
    "door.left_out": ("delivery.not_reached", "run.stop_answered"),
    "door.called": ("run.stop_called",),
}
_ACTS = (
    "delivery.handed_over", "delivery.reported_delivered", "delivery.attempt_failed",
    "delivery.not_reached", "run.stop_called",
)  # fmt: skip
_NEED_NO_FACT = ("device.enrolled", "door.called")  # the first call's fact stands for all


def verify_recorded(uow: ReadUnit) -> Iterator[Finding]:
    """Everything that the tables can show of phones' rows; yields what does not hold."""
    rows = _read(uow, "SELECT * FROM device_rows ORDER BY device_id, seq, hash")
    keys = {_key(row["id"]): row for row in _read(uow, "SELECT * FROM device_keys")}
    receipts = _read(uow, "SELECT * FROM device_receipts")
    of_device: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for why in _row_faults(row, keys.get(_key(row["key_id"]))):
            yield Finding(f"device:{row['device_id']}:{row['seq']}", why)
        if row["is_signed"]:
            of_device[row["device_id"]].append(row)
    for device_id, own in of_device.items():
        for seq, why in _chain_faults(own):
            yield Finding(f"device:{device_id}:{seq}", why)
    yield from _receipt_faults(rows, receipts, keys)
    yield from _act_faults(uow, rows, receipts)


def _row_faults(row: Row, key: Row | None) -> Iterator[str]:
    """The row is the text that was signed, and was signed by whom it says."""
    if hashlib.sha256(row["text"].encode()).hexdigest() != row["hash"]:
        yield "row_hash_differs"
    said = json.loads(row["text"])
    plain = (row["kind"], row["prev_hash"], row["seq"], f"device:{row['device_id']}")
    if (said["kind"], said["prev_hash"], said["seq"], said["stream"]) != plain:
        yield "row_differs"
    if _moment(row["occurred_at"]) != said["occurred_at"].removesuffix("Z"):
        yield "row_time_differs"
    pair = f'["{row["hash"]}","{row["signature"]}"]'
    if hashlib.sha256(pair.encode()).hexdigest() != row["id"]:
        yield "row_id_differs"
    own_key = key is not None and key["device_id"] == row["device_id"]
    if bool(row["is_signed"]) != (own_key and key is not None and _is_signed(row, key)):
        yield "row_signature_differs"


def _is_signed(row: Row, key: Row) -> bool:
    try:
        raw = base64.b64decode(row["signature"], validate=True)
        public = load_der_public_key(base64.b64decode(key["public_key"]))
        half = len(raw) // 2
        r, s = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        signature = utils.encode_dss_signature(r, s)
        public.verify(signature, row["text"].encode(), ec.ECDSA(SHA256()))  # type: ignore[union-attr,call-arg,arg-type]
    except (InvalidSignature, ValueError):
        return False
    return half == 32


def _chain_faults(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """Signed rows of one device: numbers without a gap, each after the one that it names."""
    hashes: dict[int, set[str]] = defaultdict(set)
    hashes[0] = {"0" * 64}
    for row in rows:
        hashes[row["seq"]].add(row["hash"])
    last = 0
    for seq in sorted(hashes):
        if seq > last + 1:
            yield last + 1, "gap"
        if len(hashes[seq]) > 1:
            yield seq, "fork"
        last = seq
    for row in rows:
        before = hashes.get(row["seq"] - 1)
        if before and row["prev_hash"] not in before:
            yield row["seq"], "fork"


def _receipt_faults(
    rows: Sequence[Row], receipts: Sequence[Row], keys: Mapping[str, Row]
) -> Iterator[Finding]:
    kept = {row["id"]: row for row in rows}
    answered = {receipt["row_id"] for receipt in receipts}
    for row_id in kept.keys() - answered:
        yield Finding(f"device_row:{row_id}", "row_without_receipt")
    for receipt in receipts:
        subject = f"device_receipt:{_key(receipt['id'])}"
        row = kept.get(receipt["row_id"])
        if row is None:
            yield Finding(subject, "receipt_without_row")
            continue
        key, faults = keys.get(_key(row["key_id"])), json.loads(receipt["faults"])
        if bool(row["is_signed"]) == bool({"signature_wrong", "key_unknown"} & set(faults)):
            yield Finding(subject, "receipt_signature_differs")
        ended_at = key["ended_at"] if key else None
        if ended_at and str(ended_at) < str(receipt["received_at"]) and "key_ended" not in faults:
            yield Finding(subject, "receipt_after_key")


def _act_faults(uow: ReadUnit, rows: Sequence[Row], receipts: Sequence[Row]) -> Iterator[Finding]:
    """What was done in a device's name has its row, and what a row told of was done."""
    kinds = ", ".join(f"'{kind}'" for made in _MADE_BY.values() for kind in made)
    asked = f"SELECT stream, seq, kind, actor, body FROM stream_events WHERE kind IN ({kinds})"  # noqa: S608
    facts = {(fact["stream"], fact["seq"]): fact for fact in _read(uow, asked)}
    kept = {row["id"]: row for row in rows}
    told = set()
    for receipt in receipts:
        row = kept.get(receipt["row_id"])
        if row is None or receipt["fate"] != "done":
            continue
        at = (receipt["act_stream"], receipt["act_seq"])
        told.add(at)
        if not _is_act_of(row, receipt, facts.get(at)):
            yield Finding(f"device:{row['device_id']}:{row['seq']}", "row_without_act")
    for at, fact in facts.items():
        if fact["kind"] in _ACTS and json.loads(fact["actor"])["device_id"] and at not in told:
            yield Finding(f"{at[0]}:{at[1]}", "act_without_row")


def _is_act_of(row: Row, receipt: Row, fact: Row | None) -> bool:
    if fact is None:
        return row["kind"] in _NEED_NO_FACT and receipt["act_stream"] is None
    body, faults = json.loads(row["text"])["body"], json.loads(receipt["faults"])
    if "act_differs" in faults:
        return True
    said = json.loads(fact["body"]).get("delivery_id", body.get("delivery_id"))
    device_id = json.loads(fact["actor"])["device_id"]
    return (
        fact["kind"] in _MADE_BY.get(row["kind"], ())
        and said == body.get("delivery_id")
        and (bool(faults) or device_id == row["device_id"])
    )


def _read(uow: ReadUnit, query: str) -> list[Row]:
    return [dict(row) for row in uow.session.execute(text(query)).mappings()]


def _key(value: Any) -> str:
    """An id as both databases spell it alike."""
    return "" if value is None else str(value).replace("-", "")


def _moment(value: Any) -> str:
    """A stored time as rows spell it: SQLite gives text, PostgreSQL a time without zone."""
    spelt = str(value).replace(" ", "T")
    return spelt if "." in spelt else f"{spelt}.000000"
