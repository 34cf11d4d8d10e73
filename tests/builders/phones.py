"""A phone that signs its rows as a courier's browser does, for tests without a browser."""

import base64
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from couriers.recorded import Recorded, body_of
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import canonical_json
from postal_bridge.kernel.chains import GENESIS
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.device_keys import EnrolKey, enrol_key
from postal_bridge.people.device_rows import ENROLLED, SentRow, fingerprint, read_row
from postal_bridge.people.devices import RegisterDevice, register_device

SALT = "5a" * 16
CANONICAL: list[Any] = [
    {"b": 1, "a": [True, False, None, {}, []], "": "", "tên": "Phường Long Mỹ, Cần Thơ"},
    {"to\u0302": "o\u0302", "tô": "ô", "s": "\u2028\u2029\u200b\ufeff<&>'"},
    {"n": {"d": {"z": [], "y": {}}, "c": [[1], [2, [3]]]}, "i": [0, -1, 2**53 - 1, 1 - 2**53]},
    {"x": 'a"b\\c/\n\r\t\b\f\u0000\u001f\u007f'},
    {"\uff5e": 1, "\U0001f600": 2, "~": 3, "a": 1, "A": 2, "a1": 3, "a.1": 4, "10": 6, "9": 7},
]
"""What JavaScript orders, escapes and counts otherwise unless it is told."""
AT = datetime(2026, 11, 22, 3, 42, 11, 123000, tzinfo=UTC)


@dataclass
class Phone:
    """`seq` and `last` are those of the last row; whoever turns them back makes a fork."""

    device_id: str
    staff_id: str
    seq: int = 0
    last: str = GENESIS
    key_id: UUID = field(default_factory=new_id)
    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def public_key(self) -> str:
        spki = self.secret.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(spki).decode()

    def row(self, kind: str, body: dict[str, Any], /, **changes: Any) -> SentRow:
        """The next row of this phone."""
        said = {
            "version": 1,
            "stream": f"device:{self.device_id}",
            "seq": self.seq + 1,
            "kind": kind,
            "prev_hash": self.last,
            "occurred_at": AT,
            "recorded_at": None,
            "actor": {"kind": "staff", "id": self.staff_id, "device_id": self.device_id},
            "body": body,
        }
        text = canonical_json(said | changes)
        self.seq, self.last = self.seq + 1, read_row(text).hash
        return SentRow(text, self.signed(text), self.key_id, SALT, AT)

    def signed(self, text: str) -> str:
        r, s = utils.decode_dss_signature(self.secret.sign(text.encode(), ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()

    def recorded(
        self, kind: str, delivery_id: UUID, key: str, fields: tuple[tuple[str, bytes], ...] = ()
    ) -> Recorded:
        """What a phone sends with an act of these fields."""
        sent = self.row(kind, body_of(delivery_id, key, fields, SALT))
        return Recorded(read_row(sent.text), sent, kind, delivery_id, key, fields)


def enrol(units: Units, phone: Phone, actor: Actor) -> None:
    """The office knows the phone's key."""
    row = phone.row(ENROLLED, {"key": fingerprint(phone.public_key)})
    with units.write() as uow:
        enrol_key(uow, EnrolKey(phone.device_id, phone.public_key, row), actor=actor)
        uow.commit()


def a_phone(units: Units, courier: Actor) -> Phone:
    """A registered phone of the courier's office with a key."""
    assert courier.unit_id is not None
    asked = RegisterDevice(courier.unit_id, "phone", "Điện thoại bưu tá 2")
    device = register_device(asked, actor=Actor.operator(), units=units)
    phone = Phone(device.id, courier.id)
    enrol(units, phone, courier)
    return phone


def tampered(recorded: Recorded, old: str, new: str) -> Recorded:
    """Somebody changed the text where it waited on the phone; the signature is the old one."""
    assert old in recorded.sent.text
    sent = replace(recorded.sent, text=recorded.sent.text.replace(old, new))
    return replace(recorded, sent=sent, fact=read_row(sent.text))
