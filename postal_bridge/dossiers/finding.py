"""Finding a dossier by whatever the person at the counter has."""

from uuid import UUID

from config.folding import fold
from postal_bridge.custody.errors import PrefixOfOtherHome
from postal_bridge.custody.item_number import ItemNumberWrong, parse_item_number
from postal_bridge.custody.service import dossiers_by_item_end, item_by_number
from postal_bridge.dossiers import store
from postal_bridge.dossiers.looking import views
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.service import (
    dossier_of_link,
    find_dossiers_by_person,
    parties_of,
)

MOST_FOUND = 50
OPEN_WORK = 2_000
SHORTEST_NAME = 2
LAST_DIGITS = range(4, 9)
"""Fewer point to too many; nine and more are a phone, an ID number or a whole item number."""


def find(uow: ReadUnit, text: str, scope: Scope) -> tuple[DossierView, ...]:
    """The dossiers within the scope that this text points to, newest first.

    Tried in turn: dossier code or acceptance number, the slip's link as its QR is read, item
    number, phone or ID number; then, among the office's open work, the last digits of any of
    its numbers, or the name without diacritics. Nothing found and nothing allowed look the
    same (S5).
    """
    asked = " ".join(text.split())
    if not asked:
        return ()
    row = store.by_number(uow.session, asked.upper(), scope)
    if row is not None:
        return views(uow, [row])
    ids = _by_slip(uow, asked) or _by_item(uow, asked, scope) or _by_person(uow, asked)
    if not ids and (digits := _last_digits(asked)):
        ids = _by_end(uow, digits, scope)
    if not ids and _is_name(asked):
        ids = _by_name(uow, asked, scope)
    return views(uow, store.by_ids(uow.session, ids, scope)[:MOST_FOUND])


def dossier_by_number(uow: ReadUnit, number: str, scope: Scope) -> DossierView | None:
    """The dossier of exactly this code or acceptance number; None where there is none to see."""
    row = store.by_number(uow.session, " ".join(number.split()).upper(), scope)
    return None if row is None else views(uow, [row])[0]


def _by_slip(uow: ReadUnit, text: str) -> set[UUID]:
    """Whoever holds the slip may be found by it; the scope still says what is shown."""
    path = text.partition("?")[0].rstrip("/")  # what follows proves the paper, and opens nothing
    if "/" not in path:
        return set()
    dossier_id = dossier_of_link(uow, path.rpartition("/")[2])
    return {dossier_id} if dossier_id else set()


def _last_digits(text: str) -> str:
    """What is read off a label or a slip when the whole number is long; "" where it is not that."""
    digits = text.replace(" ", "")
    fits = digits.isascii() and digits.isdigit() and len(digits) in LAST_DIGITS
    return digits if fits else ""


def _by_end(uow: ReadUnit, digits: str, scope: Scope) -> set[UUID]:
    ids = store.open_ids(uow.session, scope, OPEN_WORK)
    return store.ending(uow.session, ids, digits) | dossiers_by_item_end(uow, ids, digits)


def _by_item(uow: ReadUnit, text: str, scope: Scope) -> set[UUID]:
    try:
        parse_item_number(text)
        dossier_id = item_by_number(uow, text, scope).dossier_id
    except (ItemNumberWrong, PrefixOfOtherHome, NotFound):
        return set()  # the text is no item's number, or of an item that is not this office's
    return {dossier_id} if dossier_id else set()


def _by_person(uow: ReadUnit, text: str) -> set[UUID]:
    has_digits = sum(char.isdigit() for char in text) >= 9
    return find_dossiers_by_person(uow, text) if has_digits else set()


def _is_name(text: str) -> bool:
    return len(text) >= SHORTEST_NAME and not any(char.isdigit() for char in text)


def _by_name(uow: ReadUnit, text: str, scope: Scope) -> set[UUID]:
    """Names are encrypted, so they are compared in memory, each word of the text as a start."""
    words = fold(text).split()
    found: set[UUID] = set()
    for dossier_id in store.open_ids(uow.session, scope, OPEN_WORK):
        names = [fold(party.full_name).split() for party in parties_of(uow, dossier_id)]
        if any(_begins(words, name) for name in names):
            found.add(dossier_id)
            if len(found) == MOST_FOUND:
                break
    return found


def _begins(words: list[str], name: list[str]) -> bool:
    """Whether the words begin words of the name, in the same order."""
    left = iter(name)
    return all(any(part.startswith(word) for part in left) for word in words)
