"""A dossier's people are told what happened, once, in words their phone may see."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from postal_bridge.dossiers.events import TOPICS
from postal_bridge.jobs.runner import run_action
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.outbox import Handler, by_name
from postal_bridge.kernel.tables import ActionRow
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.notices.handlers import TellCitizen
from postal_bridge.notices.ports import SenderAway, SenderRefused, ShortMessage
from postal_bridge.notices.rules import NOTICES, Reachable, whom
from postal_bridge.notices.sandbox import FILE, SandboxSender
from postal_bridge.notices.service import notices_of, verify_notices
from postal_bridge.people.parties import NewParty
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import add_party
from tests.builders.dossiers import accepted, counter
from tests.conftest import MakeUnits

ACCEPTED = NOTICES["dossiers.accepted"]


class Told:
    """A home in which acceptance is told, and what its sandbox sender wrote."""

    def __init__(self, units: Units, folder: Path) -> None:
        self.units, self.file = units, folder / FILE

    def accept(self, **given: object) -> UUID:
        at = counter(self.units)
        with self.units.write() as uow:
            dossier, _ = accepted(uow, at, **given)
            uow.commit()
        return dossier.id

    def run(self) -> ActionRow:
        """Runs the one action and says how it stands."""
        with self.units.read() as view:
            action_id = view.session.scalars(select(ActionRow.id)).one()
        run_action(action_id, units=self.units, handlers=by_name(self.units.wiring))
        with self.units.read() as view:
            return view.session.get_one(ActionRow, action_id)

    def messages(self) -> list[dict[str, str]]:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [json.loads(line) for line in lines]


def wired(sender: object) -> dict[str, tuple[Handler, ...]]:
    handler = TellCitizen(ACCEPTED, sender=sender, texts=Texts.load())  # type: ignore[arg-type]
    return {**dict.fromkeys(TOPICS, ()), "dossiers.accepted": (handler,)}


@pytest.fixture
def told(units_with: MakeUnits, tmp_path: Path) -> Told:
    return Told(units_with(wired(SandboxSender(tmp_path, SystemClock()))), tmp_path)


def test_the_submitter_is_told_once_and_the_log_says_so(told: Told) -> None:
    dossier_id = told.accept(phone="0912345678")
    assert told.run().state == "accepted"
    told.run()
    (message,) = told.messages()
    assert message["to"].endswith("912345678")
    assert "Nhung" not in message["text"]
    with told.units.read() as view:
        (notice,) = notices_of(view, dossier_id)
    assert (notice.template, notice.is_neutral) == ("accepted", False)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("DELETE FROM notices", "notice_gone"),
        ("UPDATE notices SET template = 'result_ready'", "notice_differs"),
    ],
)
def test_a_notice_that_somebody_takes_back_is_missed(told: Told, change: str, why: str) -> None:
    told.accept(phone="0912345678")
    told.run()
    with told.units.read() as view:
        assert list(verify_notices(view)) == []
    with told.units.write() as uow:
        uow.session.execute(text(change))
        uow.commit()
    with told.units.read() as view:
        assert [found.why for found in verify_notices(view)] == [why]


def test_nobody_is_told_where_nobody_has_a_phone(told: Told) -> None:
    told.accept(phone=None)
    assert told.run().state == "accepted"
    assert told.messages() == []


def test_a_shared_phone_learns_that_there_is_news_and_nothing_else(told: Told) -> None:
    at = counter(told.units)
    with told.units.write() as uow:
        dossier, _ = accepted(uow, at, phone=None)
        person = NewParty(
            dossier_id=dossier.id,
            role=PartyRole.SUBMITTER,
            full_name="Trần Thị Bé",
            phone="0987654321",
            is_phone_shared=True,
        )
        add_party(uow, person, actor=at.clerk)
        uow.commit()
    told.run()
    (message,) = told.messages()
    for word in ("Bé", dossier.number_shown, "hồ sơ", dossier.procedure_name_vi):
        assert word not in message["text"]
    with told.units.read() as view:
        assert [notice.is_neutral for notice in notices_of(view, dossier.id)] == [True]


def test_the_same_key_is_sent_once(tmp_path: Path) -> None:
    sender = SandboxSender(tmp_path, SystemClock())
    for key in ("one", "two", "one"):
        sender.send(ShortMessage(key, "0912345678", "x"))
    keys = [json.loads(line)["key"] for line in (tmp_path / FILE).read_text().splitlines()]
    assert keys == ["one", "two"]
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("error", "state"), [(SenderAway, "waiting"), (SenderRefused, "refused")])
def test_what_the_sender_says_stands_on_the_action(
    units_with: MakeUnits, tmp_path: Path, error: type[Exception], state: str
) -> None:
    class Failing:
        channel, keeps_keys = "sms", True

        def send(self, message: ShortMessage) -> None:
            raise error

    told = Told(units_with(wired(Failing())), tmp_path)
    dossier_id = told.accept(phone="0912345678")
    assert told.run().state == state
    with told.units.read() as view:
        assert notices_of(view, dossier_id) == ()


def test_the_first_preferred_role_with_a_phone_is_told() -> None:
    owner = Reachable(UUID(int=2), PartyRole.OWNER, is_phone_shared=False)
    submitter = Reachable(UUID(int=1), PartyRole.SUBMITTER, is_phone_shared=True)
    payer = Reachable(UUID(int=3), PartyRole.PAYER, is_phone_shared=False)
    assert whom(ACCEPTED, [owner, submitter]) == submitter
    assert whom(ACCEPTED, [payer, owner]) == owner
    assert whom(ACCEPTED, [payer]) is None
