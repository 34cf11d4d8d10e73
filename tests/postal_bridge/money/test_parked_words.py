"""What two people said of parked money is compared with the event's journal (H-01)."""

import json
from typing import Any
from uuid import UUID

import pytest

from postal_bridge.kernel.said_rows import said_words
from postal_bridge.money.verify_words import words_that_differ

EVENT = UUID("0198a000-0000-7000-8000-000000000001")
ANSWER = {"event_id": EVENT.hex, "answer": "placed", "placed_vnd": 26_000, "words": "UNC-77"}


@pytest.mark.parametrize(
    ("stands", "named"),
    [
        ([ANSWER], 0),
        ([ANSWER | {"words": "UNC-78"}], 1),
        ([ANSWER | {"placed_vnd": 25_000}], 1),
        ([], 1),
    ],
)
def test_an_answer_stands_as_it_was_given(stands: list[dict[str, Any]], named: int) -> None:
    said = ANSWER | {"event_id": str(EVENT), "words": said_words(EVENT, "UNC-77")}
    tables: dict[str, list[dict[str, Any]]] = {
        "SELECT * FROM parked_answers": stands,
        "SELECT body FROM stream_events WHERE kind = 'parked_answered'": [
            {"body": json.dumps(said)}
        ],
    }
    assert len(list(words_that_differ(lambda sql: tables.get(sql, [])))) == named
