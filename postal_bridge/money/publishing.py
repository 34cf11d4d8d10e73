"""A new tariff or programme from an operator's CSV file: looked at first, then published for ever.

Published means: an immutable snapshot with a first day that is not in the past. Quotes made before
keep their own tariff, so nothing that was ever quoted changes (M5).
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from config.register import Register, UnknownUnit
from postal_bridge.directory.administrative import register_of
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.published import list_published, publish, published
from postal_bridge.kernel.snapshots import Snapshot
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import budgets
from postal_bridge.money.books import tariff_book
from postal_bridge.money.budgets import BudgetView, GrantBudget
from postal_bridge.money.ceiling import (
    Excess,
    excesses,
    reliefs_below,
    reliefs_without_words,
)
from postal_bridge.money.quotes import requests_since
from postal_bridge.money.tariff import Tariff, TariffBook
from postal_bridge.money.tariff_csv import Fault, read_tariff_csv
from postal_bridge.money.tariff_files import KIND, book_of
from postal_bridge.money.tariff_preview import CellChange, Preview, compare_cells, preview
from postal_bridge.people.rules import Power, check_may

PREVIEW_DAYS = 30
MOST_PREVIEWED = 20_000


class TariffFileWrong(RuleViolation):
    """The file has faults; they were named when it was looked at."""

    code = "tariff_file_wrong"


@dataclass(frozen=True, slots=True)
class TariffLook:
    """A file as it would be published.

    Attributes
    ----------
    faults : everything wrong with it; then nothing else counts
    tariff_id : the tariff's name, None where the file holds programmes alone
    programmes : names of the programmes in it
    cells : the table beside what holds now and what the law allows
    preview : last month's quotes priced again
    """

    faults: tuple[Fault, ...]
    tariff_id: str | None = None
    programmes: tuple[str, ...] = ()
    valid_from: date | None = None
    cells: tuple[CellChange, ...] = ()
    preview: Preview | None = None


@dataclass(frozen=True, slots=True)
class TariffsPage:
    """Everything about fares on one day, for the operator."""

    on: date
    book: TariffBook
    published: tuple[Snapshot, ...]
    budgets: tuple[BudgetView, ...]


@dataclass(frozen=True, slots=True)
class TariffPublished:
    snapshot: Snapshot
    look: TariffLook


def look_at_tariff(content: bytes, *, actor: Actor, units: Units) -> TariffLook:
    """What the file would do, and every fault by row and column. Nothing is kept."""
    check_may(actor, Power.OPERATE)
    with units.read() as uow:
        return _look(uow, content, actor)[0]


def open_tariffs(*, units: Units) -> TariffBook:
    """Every table and programme of this home, for whoever asks: fares are public."""
    with units.read() as uow:
        return tariff_book(uow)


def publish_tariff(content: bytes, *, actor: Actor, units: Units) -> TariffPublished:
    """The file is in force from its own first day on, and no old quote has changed.

    Raises
    ------
    TariffFileWrong
        It has faults; nothing was published.
    """
    check_may(actor, Power.OPERATE)
    with units.write() as uow:
        made = _publish(uow, content, actor)
        uow.commit()
    list_published(units, KIND)
    return made


def publish_tariff_once(
    content: bytes, *, actor: Actor, once: Once[TariffPublished], units: Units
) -> bytes:
    """As `publish_tariff`; a repeat of the request gets the first answer."""
    check_may(actor, Power.OPERATE)
    said = once.answer(lambda uow: _publish(uow, content, actor), actor=actor, units=units)
    list_published(units, KIND)
    return said


def _publish(uow: UnitOfWork, content: bytes, actor: Actor) -> TariffPublished:
    look, document = _look(uow, content, actor)
    if look.faults or look.valid_from is None:
        raise TariffFileWrong(count=len(look.faults))
    kept = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()
    snapshot = publish(uow, KIND, kept, valid_from=look.valid_from, actor=actor)
    return TariffPublished(snapshot, look)


def grant_budget(
    given: GrantBudget, *, actor: Actor, once: Once[BudgetView], units: Units
) -> bytes:
    """The authority's grant is recorded, once. Raises TariffUnknown, GrantWrong."""
    check_may(actor, Power.OPERATE)
    return once.answer(
        lambda uow: budgets.grant(uow, given, tariff_book(uow), actor=actor),
        actor=actor,
        units=units,
    )


def tariffs_page(*, actor: Actor, units: Units) -> TariffsPage:
    """What holds, what comes, what was published when, and what budgets have left."""
    check_may(actor, Power.OPERATE)
    with units.read() as uow:
        return TariffsPage(
            on=local(uow.now).date(),
            book=tariff_book(uow),
            published=published(uow, KIND),
            budgets=budgets.budgets(uow),
        )


def _look(uow: ReadUnit, content: bytes, actor: Actor) -> tuple[TariffLook, dict[str, Any]]:
    document, faults = read_tariff_csv(content)
    if faults:
        return TariffLook(tuple(faults)), {}
    now = tariff_book(uow)
    today = local(uow.now).date()
    if "id" in document:
        ceiling = now.ceiling_on(max(today, date.fromisoformat(document["valid_from"])))
        document.setdefault(
            "reliefs",
            {c: {"percent": r.percent, "proof": r.proof} for c, r in ceiling.reliefs.items()},
        )
    made = book_of([document])
    faults = [
        *_dated(made, today),
        *_named(made, now, register_of(uow)),
        *_lawful(made, now, document),
    ]
    if faults:
        return TariffLook(tuple(faults)), {}
    on = min(begins for _, begins in _names(made))
    after = TariffBook(
        tuple(sorted([*made.tariffs, *now.tariffs], key=lambda t: t.valid_from, reverse=True)),
        tuple(sorted([*made.overlays, *now.overlays], key=lambda o: o.valid_from, reverse=True)),
    )
    since = uow.now - timedelta(days=PREVIEW_DAYS)
    requests = requests_since(uow, since, most=MOST_PREVIEWED, actor=actor)
    new = made.tariffs[0] if made.tariffs else None
    return TariffLook(
        faults=(),
        tariff_id=new.id if new else None,
        programmes=tuple(sorted(overlay.id for overlay in made.overlays)),
        valid_from=on,
        cells=compare_cells(now.tariff_on(on), new, now.ceiling_on(on)) if new else (),
        preview=preview(requests, now, after, on),
    ), document


def _dated(made: TariffBook, today: date) -> list[Fault]:
    """Nothing begins before today: what was quoted yesterday was quoted rightly."""
    return [
        Fault(1, name, "tariff_backdated", {"day": begins.isoformat()})
        for name, begins in _names(made)
        if begins < today
    ]


def _named(made: TariffBook, now: TariffBook, register: Register) -> list[Fault]:
    """Quotes know their tariff by name, so no name is given twice."""
    taken = {name for name, _ in _names(now)}
    faults = [Fault(1, name, "tariff_id_taken") for name, _ in _names(made) if name in taken]
    faults += [
        Fault(1, overlay.id, "import_unknown_unit_code")
        for overlay in made.overlays
        if not _is_province(register, overlay.province, overlay.valid_from)
    ]
    return faults


def _names(book: TariffBook) -> list[tuple[str, date]]:
    """Every table and programme with its first day."""
    tables = [(tariff.id, tariff.valid_from) for tariff in book.tariffs]
    return tables + [(overlay.id, overlay.valid_from) for overlay in book.overlays]


def _is_province(register: Register, code: str, on: date) -> bool:
    try:
        return register.unit(code, on).level == "province"
    except UnknownUnit:
        return False


def _lawful(made: TariffBook, now: TariffBook, document: dict[str, Any]) -> list[Fault]:
    """No amount above the statutory maximum, no relief below the statutory minimum."""
    faults = []
    for tariff in made.tariffs:
        ceiling = now.ceiling_on(tariff.valid_from)
        faults += [_excess(tariff.id, one) for one in excesses(tariff, ceiling)]
        faults += [
            Fault(1, code, "tariff_relief_below_law", {"percent": percent, "least": least})
            for code, percent, least in reliefs_below(tariff, ceiling)
        ]
        faults += [
            Fault(1, code, "tariff_relief_unnamed", {"known": ", ".join(sorted(ceiling.reliefs))})
            for code in reliefs_without_words(tariff, ceiling)
        ]
        if tariff.remittance_vnd > ceiling.remittance_vnd:
            params = {"most_vnd": ceiling.remittance_vnd}
            faults.append(Fault(1, "remittance_vnd", "tariff_remittance_above", params))
        faults += [
            Fault(1, overlay.id, "tariff_steps_differ")
            for overlay in now.overlays
            if overlay.cells
            and (overlay.valid_until is None or overlay.valid_until >= tariff.valid_from)
            and now.tariff_on(tariff.valid_from).steps_g != tariff.steps_g
        ]
    for overlay, row in zip(made.overlays, _in_order(made, document), strict=True):
        base = _base_of(overlay.valid_from, made, now)
        own, further_g = tuple(row["steps_g"]), row["further_g"]
        whole = (base.steps_g, base.further_g)
        if base.steps_g[: len(own)] != own or (further_g and (own, further_g) != whole):
            faults.append(Fault(1, overlay.id, "tariff_steps_differ"))
            continue
        ceiling = now.ceiling_on(overlay.valid_from)
        faults += [_excess(overlay.id, one) for one in excesses(base, ceiling, overlay)]
    return faults


def _in_order(made: TariffBook, document: dict[str, Any]) -> list[dict[str, Any]]:
    """The document's rows of the programmes, in the book's order."""
    rows = {row["id"]: row for row in document["overlays"]}
    return [rows[overlay.id] for overlay in made.overlays]


def _base_of(on: date, made: TariffBook, now: TariffBook) -> Tariff:
    """The tariff a programme lies on: the file's own, once it has begun."""
    own = [tariff for tariff in made.tariffs if tariff.valid_from <= on]
    return own[0] if own else now.tariff_on(on)


def _excess(name: str, one: Excess) -> Fault:
    return Fault(
        1,
        f"{one.leg} {one.column}",
        "tariff_above_law",
        {"grams": one.grams, "fare_vnd": one.fare_vnd, "most_vnd": one.most_vnd, "name": name},
    )
