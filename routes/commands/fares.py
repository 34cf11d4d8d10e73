"""Fares on the command line: options or rows of a CSV file in, documents out."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache, partial
from typing import Any, BinaryIO

import click

from config.register import Register
from postal_bridge.directory.calendar import VIETNAM
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.snapshots import SnapshotFolder
from postal_bridge.kernel.text import Language
from postal_bridge.money.fare_column import (
    Column,
    ColumnReason,
    FarePlace,
    column_between,
    fare_place,
)
from postal_bridge.money.fare_text import explanation
from postal_bridge.money.pricing import VISITS, price
from postal_bridge.money.tariff import Leg, Quote, QuoteRequest, TariffBook, WeightNotWhole
from postal_bridge.money.tariff_files import published_book
from routes.commands.home_files import home_register, published_path
from routes.commands.speech import FileUnreadable, InputWrong, error_document, texts

COLUMNS = (
    *("leg", "column", "grams", "result_grams", "from", "to", "relief", "channel", "on"),
    *("remit", "visit", "visit_grams"),
)
CHANNELS = ("direct", "online", "post")
YES, NO = ("1", "x", "yes", "true"), ("", "0", "no", "false")
_CACHED_ROWS = 65_536


def book() -> TariffBook:
    """The tables of the home in force here: what it published, or what ships."""
    return published_book(SnapshotFolder(published_path()))


def fare_document(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of one quote from the options of `fare quote`."""
    return _priced(given, book())


def _priced(given: Mapping[str, Any], tables: TariffBook) -> dict[str, Any]:
    return _document(price(_request(given), tables), tables)


def fare_rows(source: BinaryIO, language: str) -> Iterator[Mapping[str, Any]]:
    """Yield one document per row, in order; a bad row is an error of its own.

    Raises
    ------
    FileUnreadable
        No UTF-8, no header, or none of the columns.
    """
    spoken: Language = "en" if language == "en" else "vi"
    try:
        with io.TextIOWrapper(source, "utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, strict=True)
            named = list(reader.fieldnames or ())
            if not {"leg", "grams"} <= set(named) or len(set(named)) < len(named):
                raise FileUnreadable
            _warn(named, spoken)
            document = lru_cache(_CACHED_ROWS)(partial(_row_document, book(), spoken))
            for row in reader:
                yield document(tuple(row.get(name) or "" for name in COLUMNS), None in row)
    except (UnicodeDecodeError, csv.Error):
        raise FileUnreadable from None


def _warn(named: Sequence[str], language: Language) -> None:
    """A column that is not read says so: a misspelt one would change every price in silence."""
    unread = [one for one in named if one not in COLUMNS]
    if unread:
        params = {"unread": ", ".join(unread)[:200], "read": ", ".join(COLUMNS)}
        click.echo(texts().render("fare_columns_unread", params, language), err=True)


def _row_document(
    tables: TariffBook, language: Language, cells: tuple[str, ...], has_more: bool
) -> dict[str, Any]:
    """`has_more`: the row has more cells than the heading has columns."""
    given: dict[str, Any] = {
        name: cell.strip() or None for name, cell in zip(COLUMNS, cells, strict=True)
    }
    given["origin"], given["target"] = given.pop("from"), given.pop("to")
    try:
        if has_more:
            raise InputWrong(problem="cells")
        given["remit"] = _yes(given["remit"])
        return _priced(given, tables)
    except AppError as error:
        return error_document(error.code, texts().render(error.code, error.params, language))


def _request(given: Mapping[str, Any]) -> QuoteRequest:
    on = _on(given.get("on"))
    leg = _leg(given.get("leg"))
    grams = _whole(given.get("grams"))
    if grams is None:
        raise InputWrong(problem="grams")
    result_grams = _whole(given.get("result_grams"))
    if result_grams is not None and leg is not Leg.BOTH:
        raise InputWrong(problem="result_grams")
    column, why, province = _column(given, leg, on)
    visit = _one_of("visit", VISITS, given.get("visit"))
    if (visit is None) != (given.get("visit_grams") is None):
        raise InputWrong(problem="visit_grams")
    return QuoteRequest(
        leg=leg,
        column=column,
        grams=grams,
        on=on,
        result_grams=result_grams,
        why=why,
        relief=given.get("relief"),
        province=province,
        channel=_one_of("channel", CHANNELS, given.get("channel")),
        remits_agency_money=bool(given.get("remit")),
        visit=visit,
        visit_grams=_whole(given.get("visit_grams")) or 0,
    )


def _column(
    given: Mapping[str, Any], leg: Leg, on: date
) -> tuple[Column, ColumnReason, str | None]:
    """Return column, reason and the agency's province; a stated column wins over places."""
    stated, origin, target = given.get("column"), given.get("origin"), given.get("target")
    province = None
    if origin is not None and target is not None:
        here, there = _place(origin, on), _place(target, on)
        # A dossier goes to the agency, a result comes from it.
        province = here.province if leg is Leg.RESULT else there.province
        if stated is None:
            return (*column_between(here, there, on), province)
    if stated is None or stated.upper() not in Column.__members__:
        raise InputWrong(problem="column")
    return Column(stated.upper()), ColumnReason.STATED, province


def _document(priced: Quote, tables: TariffBook) -> dict[str, Any]:
    request = priced.request
    return {
        "total_vnd": priced.total_vnd,
        "leg": request.leg.value,
        "column": request.column.value,
        "column_reason": request.why.value,
        "grams": request.grams,
        "lines": [
            {
                "kind": line.kind.value,
                "grams": line.grams,
                "base_vnd": line.base_vnd,
                "steps": line.steps,
                "step_vnd": line.step_vnd,
                "relief_percent": line.relief_percent,
                "overlay": line.overlay,
                "amount_vnd": line.amount_vnd,
                "payer": line.payer.value,
            }
            for line in priced.lines
        ],
        "payers": priced.payers,
        "relief": request.relief,
        "tariff": priced.tariff,
        "vat_mode": priced.vat_mode,
        "on": request.on.isoformat(),
        "explanation": {
            "vi": explanation(priced, texts(), "vi", tables),
            "en": explanation(priced, texts(), "en", tables),
        },
    }


def _leg(text: str | None) -> Leg:
    try:
        return Leg((text or "").lower())
    except ValueError:
        raise InputWrong(problem="leg") from None


def _whole(value: int | str | None) -> int | None:
    """Read whole grams; a cell may hold blanks around it and a sign, nothing else."""
    if value is None or isinstance(value, int):
        return value
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise WeightNotWhole(value=value[:20])
    return int(value)


def _one_of(name: str, known: Sequence[str], text: str | None) -> str | None:
    if text is not None and text not in known:
        raise InputWrong(problem=name)
    return text


def _yes(text: str | None) -> bool:
    if (text or "").lower() not in (*YES, *NO):
        raise InputWrong(problem="remit")
    return (text or "").lower() in YES


def _on(text: str | None) -> date:
    if text is None:
        return datetime.now(VIETNAM).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputWrong(problem="on") from None


@cache
def _register() -> Register:
    return home_register()


@lru_cache(maxsize=_CACHED_ROWS)
def _place(commune_code: str, on: date) -> FarePlace:
    return fare_place(_register(), commune_code, on)
