"""Custody for the other rooms: the parts, by name. They live in files named for what they do."""

from postal_bridge.custody.checks import verify_custody
from postal_bridge.custody.counting import case_view, cases_for, recount, settle_case
from postal_bridge.custody.handing import (
    accept,
    decline,
    hand_over,
    hand_over_view,
    offer,
    offers_to,
)
from postal_bridge.custody.items import (
    custody_line,
    item_by_number,
    item_view,
    items_held_by,
    items_of_dossier,
    papers_of_item,
    register_item,
    seal_item,
    who_holds,
)
from postal_bridge.custody.numbers import draw_number, grant_number_block, number_blocks
from postal_bridge.custody.pouches import (
    accept_pouch,
    closed_door,
    dispute,
    new_pouch,
    offer_pouch,
    open_pouch,
    pouch_view,
    pouches_for,
    put_in_pouch,
    seal_pouch,
    take_back_offer,
    take_out,
)
from postal_bridge.custody.store import MARK as ITEMS_MARK

__all__ = [
    "ITEMS_MARK",
    "accept",
    "accept_pouch",
    "case_view",
    "cases_for",
    "closed_door",
    "custody_line",
    "decline",
    "dispute",
    "draw_number",
    "grant_number_block",
    "hand_over",
    "hand_over_view",
    "item_by_number",
    "item_view",
    "items_held_by",
    "items_of_dossier",
    "new_pouch",
    "number_blocks",
    "offer",
    "offer_pouch",
    "offers_to",
    "open_pouch",
    "papers_of_item",
    "pouch_view",
    "pouches_for",
    "put_in_pouch",
    "recount",
    "register_item",
    "seal_item",
    "seal_pouch",
    "settle_case",
    "take_back_offer",
    "take_out",
    "verify_custody",
    "who_holds",
]
