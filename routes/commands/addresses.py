"""`bin/bridge address resolve`: addresses of any era in, documents out. Only computes."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import click

from config.register import load_register
from geo.address_answer import Answer, Candidate, NewPlace, OldPlace
from geo.resolver import Resolver, resolver_of, shared_resolver
from postal_bridge.kernel.text import Language
from routes.commands.home_files import home_register
from routes.commands.speech import (
    FileUnreadable,
    InputWrong,
    Reply,
    SpokenCommand,
    error_document,
    language_option,
    texts,
)

COLUMN = "input"


@click.group("address")
def address() -> None:
    """Địa chỉ. Addresses."""


@address.command("resolve", cls=SpokenCommand)
@click.argument("text", required=False)
@click.option("--file", "source", type=click.File("rb"), metavar="CSV", help=f"column {COLUMN}")
@language_option
def address_resolve(text: str | None, source: Any, language: str) -> Reply:
    """Tìm xã, phường của một địa chỉ. Say which commune an address lies in, old and new."""
    spoken: Language = "en" if language == "en" else "vi"
    if source is not None and text is None:
        return Reply(rows=_rows(source, spoken))
    if text is None or source is not None:
        raise InputWrong(problem="TEXT, --file")
    answer = _resolver().resolve(text)
    return Reply(answer_document(answer, spoken), _shown(answer, spoken))


def _resolver() -> Resolver:
    """Of the units of today, as the home in force here has published them."""
    register = home_register()
    if register is load_register():
        return shared_resolver()
    from postal_bridge.kernel.clock import SystemClock, local  # time zones cost a start 10 ms

    return resolver_of(register, local(SystemClock().now()).date())


def answer_document(answer: Answer, language: Language = "vi") -> dict[str, Any]:
    """The answer as JSON; every field is there, empty ones as null."""
    where = answer.new.commune if answer.new else None
    return {
        "status": str(answer.status),
        "era": str(answer.era) if answer.era else None,
        **_place(answer.old, answer.new),
        "street": answer.street,
        "lat": where.lat if where else None,
        "lon": where.lon if where else None,
        "precision": "commune" if where else None,
        "reason": str(answer.reason) if answer.reason else None,
        "detail": _reason(answer, language),
        "candidates": [_place(one.old, one.new) for one in answer.candidates],
        "more": answer.is_cut,
        "question": _question(answer, language),
    }


def _place(old: OldPlace | None, new: NewPlace | None) -> dict[str, Any]:
    return {
        "old": old
        and {
            "province": old.province.full_name,
            "district": old.district.full_name if old.district else None,
            "commune": old.commune.full_name if old.commune else None,
            "code": old.code,
        },
        "new": new
        and {
            "province": new.province.full_name,
            "commune": new.commune.full_name,
            "code": new.code,
        },
    }


def _reason(answer: Answer, language: Language) -> str | None:
    if answer.reason is None:
        return None
    return texts().render(f"address_{answer.reason}", {}, language)


def _question(answer: Answer, language: Language) -> dict[str, Any] | None:
    if answer.question is None:
        return None
    asked = answer.question.asked
    return {
        "asks": str(asked),
        "text": texts().render(f"address_ask_{asked}", {}, language),
        "options": list(answer.question.options),
    }


def _shown(answer: Answer, language: Language) -> str:
    lines = [_names(Candidate(answer.old, answer.new))] if answer.new else []
    if reason := _reason(answer, language):
        lines.append(reason)
    if question := _question(answer, language):
        lines.append(question["text"])
    lines += [f"  {_names(one)}" for one in answer.candidates]
    return "\n".join(lines)


def _names(place: Candidate) -> str:
    """ "Xã Long Trị, Thị xã Long Mỹ, Tỉnh Hậu Giang (31477) → Phường Long Mỹ, … (31471)"."""
    said = []
    if place.old:
        units = (place.old.commune, place.old.district, place.old.province)
        said.append(f"{', '.join(u.full_name for u in units if u)} ({place.old.code})")
    if place.new:
        new = place.new
        said.append(f"{new.commune.full_name}, {new.province.full_name} ({new.code})")
    return " → ".join(said)


def _rows(source: BinaryIO, language: Language) -> Iterator[Mapping[str, Any]]:
    """Yield one document per row, in order; a row of another width is an error of its own.

    Raises
    ------
    FileUnreadable
        No UTF-8, no header, or no column `input`.
    """
    resolver = _resolver()
    try:
        with io.TextIOWrapper(source, "utf-8-sig", newline="") as text:
            reader = csv.reader(text, strict=True)
            header = next(reader, [])
            if COLUMN not in header:
                raise FileUnreadable
            at = header.index(COLUMN)
            for row in reader:
                if len(row) == len(header):
                    yield answer_document(resolver.resolve(row[at]), language)
                elif row:
                    params = {"problem": f"{len(row)} ≠ {len(header)}"}
                    code = InputWrong.code
                    yield error_document(code, texts().render(code, params, language))
                else:  # a blank line is a row with nothing in it
                    yield answer_document(resolver.resolve(""), language)
    except (UnicodeDecodeError, csv.Error):
        raise FileUnreadable from None
