"""The composition root: every topic a room tells is wired, and each handler can be found again."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import app
import postal_bridge
from postal_bridge.delivery import topics as delivery
from postal_bridge.dossiers.events import TOPICS as DOSSIER_TOPICS
from postal_bridge.jobs.rq_queue import DEPTH
from postal_bridge.jobs.schedule import SCHEDULE
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.outbox import Handler, by_name
from postal_bridge.kernel.text import Texts
from postal_bridge.money import topics as money
from postal_bridge.notices.rules import NOTICES, text_code
from postal_bridge.notices.sandbox import SandboxSender

TEXTS = Texts.load()


@pytest.fixture
def wiring(tmp_path: Path) -> dict[str, tuple[Handler, ...]]:
    sender = SandboxSender(tmp_path, SystemClock())
    return app.wire(blobs=Blobs(tmp_path), sender=sender, texts=TEXTS)


def told() -> set[str]:
    """Every text constant of every `topics.py`, the dossiers' topics and the schedule's."""
    found = set(DOSSIER_TOPICS) | {piece.topic for piece in SCHEDULE}
    for module in pkgutil.walk_packages(postal_bridge.__path__, "postal_bridge."):
        if module.name.endswith(".topics"):
            names = vars(importlib.import_module(module.name)).items()
            found |= {value for name, value in names if name.isupper() and isinstance(value, str)}
    return found


def test_every_topic_that_a_room_tells_is_wired(wiring: dict[str, tuple[Handler, ...]]) -> None:
    assert told() - set(wiring) == set()


def test_no_two_handlers_share_a_name_and_each_has_a_worker(
    wiring: dict[str, tuple[Handler, ...]],
) -> None:
    every = [handler for group in wiring.values() for handler in group]
    assert len(by_name(wiring)) == len({id(handler) for handler in every})
    assert {handler.policy.queue for handler in every} <= set(DEPTH)


def test_a_supervisor_reads_in_words_which_work_waits(
    wiring: dict[str, tuple[Handler, ...]],
) -> None:
    codes = {f"work_{name.replace('.', '_')}" for name in by_name(wiring)}
    assert not [code for code in sorted(codes) if not TEXTS.has(code)]


def test_what_citizens_are_told_is_what_rooms_tell() -> None:
    told = set(DOSSIER_TOPICS) | set(delivery.TOLD) | set(money.TOPICS)
    assert set(NOTICES) <= told


@pytest.mark.parametrize("topic", NOTICES)
def test_a_message_holds_no_link_and_a_shared_phone_learns_no_number(topic: str) -> None:
    words = {"number": "BC-260101-001-0001", "hotline": "1900 1234"}
    for language in ("vi", "en"):
        own = TEXTS.render(text_code(NOTICES[topic], is_shared=False), words, language)
        shared = TEXTS.render(text_code(NOTICES[topic], is_shared=True), words, language)
        for text in (own, shared):
            assert "http" not in text
            assert "www" not in text
            assert len(text) <= 160
        assert words["number"] not in shared
        assert "hồ sơ" not in shared.lower()
        assert "dossier" not in shared.lower()
