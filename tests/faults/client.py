"""People who work while things are killed, and who write down everything they were told.

A call that was not answered is sent again under its key until it is: that is all a client can do.
Every acknowledged call is a line in a file, which the checker compares with the database.
"""

import base64
import json
import random
import struct
import threading
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import requests

PATIENCE_S = 75.0
POINT, PROCEDURE = "long-my", "household-business"
CLERK, OFFICER, PASSWORD = "gdv.long-my", "mc.p-long-my", "cau-noi-buu-chinh"
AWAY = (502, 503, 504)


class Unacknowledged(AssertionError):
    """The service stayed away longer than any restart may take, or answered what it must not."""


class Diary:
    """Acknowledged calls, one JSON line each."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self.resent = 0

    def note(self, line: Mapping[str, Any]) -> None:
        with self._lock, self.file.open("a") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()]


class Person:
    """One signed-in member of staff on one machine."""

    def __init__(self, url: str, diary: Diary, dice: random.Random) -> None:
        self._url = f"{url}/api/v1"
        self._diary = diary
        self._dice = dice
        self._token = ""
        self._session = requests.Session()

    def sign_in(self, login: str) -> None:
        said = self._until_answered("POST", "/sessions", {"login": login, "password": PASSWORD}, "")
        self._token = said.json()["token"]

    def get(self, path: str) -> Any:
        return self._until_answered("GET", path, None, "").json()

    def do(self, path: str, body: Mapping[str, Any]) -> Any:
        """Done once, however often it is sent. Sometimes it is sent again although answered."""
        key = str(UUID(int=self._dice.getrandbits(128), version=4))
        answer = self._until_answered("POST", path, body, key)
        self._diary.note(
            {"key": key, "path": path, "status": answer.status_code, "answer": answer.json()}
        )
        if self._dice.random() < 0.2:
            again = self._until_answered("POST", path, body, key)
            if again.content != answer.content:
                raise Unacknowledged(f"{path}: another answer under the same key")
        return answer.json()

    def _until_answered(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str
    ) -> requests.Response:
        headers = {"Idempotency-Key": key} if key else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        deadline, last = time.monotonic() + PATIENCE_S, "nothing"
        while time.monotonic() < deadline:
            try:
                answer = self._session.request(
                    method, self._url + path, json=body, headers=headers, timeout=20
                )
            except requests.RequestException as lost:  # cut off anywhere, headers or body
                self._diary.resent += 1
                last = type(lost).__name__
                time.sleep(0.1)
                continue
            if answer.status_code not in AWAY:
                if answer.status_code >= 400:
                    raise Unacknowledged(f"{method} {path}: {answer.status_code} {answer.text}")
                return answer
            last = answer.text[:200]
            time.sleep(0.1)
        raise Unacknowledged(f"{method} {path} was not answered for {PATIENCE_S} s: {last}")


class Office:
    """One counter and the section behind it, with what both need to know."""

    def __init__(self, url: str, diary: Diary, dice: random.Random) -> None:
        self.clerk, self.officer = (Person(url, diary, dice) for _ in range(2))
        self.clerk.sign_in(CLERK)
        self.officer.sign_in(OFFICER)
        points = {row["key"]: row for row in self.clerk.get("/points")["rows"]}
        self.procedure = self.clerk.get(f"/procedures/{PROCEDURE}")
        links = self.clerk.get(f"/links?point_id={points[POINT]['id']}")["rows"]
        self.link = next(one for one in links if self.procedure["id"] in one["procedure_ids"])
        self.commune = points[POINT]["commune_code"]
        self._dice = dice

    def filing(self) -> dict[str, Any]:
        """A dossier whose result is collected at the counter; the fare is paid in cash."""
        body = {
            "link_id": self.link["id"],
            "procedure_id": self.procedure["id"],
            "service_form": "both",
            "owner": {
                "full_name": f"Nguyễn Thị {self._dice.randrange(10**6)}",
                "phone": "0939 000 101",
                "id_number": "093099012345",
                "address_text": "12 Nguyễn Huệ, ấp 3",
                "commune_code": self.commune,
            },
            "papers": [tally(one) for one in self.procedure["papers"] if one["is_required"]],
            "signature": {"how": "handwritten", "image": a_picture()},
            "delivery": {"place": "point", "who_may_receive": "owner"},
            "pay": "cash",
        }
        asked = {
            name: body[name] for name in ("link_id", "procedure_id", "service_form", "pay")
        } | {"place": "point", "recipient_commune": self.commune}
        quoted = self.clerk._until_answered("POST", "/quotes", asked, "").json()
        return body | {"amount_vnd": quoted["payable_now_vnd"]}

    def whole_life(self) -> None:
        """Accepted, decided, packed, handed to the post, given out: every step acknowledged."""
        slip = self.clerk.do("/dossiers", self.filing())
        dossier = f"/dossiers/{slip['dossier_id']}"
        number = f"KQ{self._dice.randrange(10**9)}"
        day = slip["due_at"][:10]
        self.officer.do(f"{dossier}/result", {"number": number, "issued_on": min(day, today())})
        envelope = self.officer.do(f"{dossier}/envelope", {"weight_g": 60, "sheets": 1})
        (delivery,) = self.officer.get(f"/deliveries?dossier_id={slip['dossier_id']}")["rows"]
        triple = {"result_number": number, "item_number": envelope["number"],
                  "label": delivery["label"]}  # fmt: skip
        item = self.officer.do("/packings", triple)["item"]
        for offer in self.officer.do("/offers", {"item_ids": [item["id"]]})["offers"]:
            self.clerk.do(f"/offers/{offer['id']}/acceptance", {"numbers": [item["number"]]})
        (receiver, *_) = self.clerk.get(f"/deliveries/{delivery['id']}/receivers")["rows"]
        self.clerk.do(
            "/give-outs",
            {
                "delivery_id": delivery["id"],
                "seen_number": item["number"],
                "who": f"{receiver['receiver']}:{receiver['party_id']}",
                "id_kind": "personal_id",
                "id_last4": "2345",
                "signature": "handwritten",
                "mark": f"data:image/png;base64,{a_picture()}",
            },
        )


def tally(paper: Mapping[str, Any]) -> dict[str, Any]:
    """One paper of the published list, counted as the list asks."""
    kind = paper["default_tally"]
    is_original = kind in ("original_kept", "original_seen")
    return {
        "paper_no": paper["no"],
        "tally": kind,
        "originals": (paper["originals"] or 1) if is_original else 0,
        "copies": 0 if is_original else 1,
        "sheets": 1,
    }


def a_picture() -> str:
    """A white PNG of 8 by 8, base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = zlib.compress(b"".join(b"\0" + b"\xff" * 8 for _ in range(8)))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return base64.b64encode(png).decode()


def today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())
