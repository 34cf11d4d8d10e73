"""The counter's use cases, by the names that routes and commands call."""

from postal_bridge.counter.drafts import (
    DraftView,
    draft,
    drafts_of_seat,
    drop_draft,
    open_draft,
    save_draft,
)

__all__ = [
    "DraftView",
    "draft",
    "drafts_of_seat",
    "drop_draft",
    "open_draft",
    "save_draft",
]
