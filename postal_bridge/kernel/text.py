"""The only place where sentences are made: for pages, API, commands, forms and messages.

Catalogues are `config/locale/*.toml`: one table per code with `vi` and `en`. A placeholder
may name a form: `{amount_vnd:vnd}`, `{at:date}`, `{at:moment}`, `{weight_g:grams}`,
`{number:item}`. `{status:word status_delivery status_dossier}` is a code said in words: the
text of the first of these that knows it; `{status:word status_{machine}}` names it by another
parameter. `{n:count day days}` is "1 day" and "2 days", with _ for a space inside a word.
Everything else is put in as it is.
"""

import string
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from postal_bridge.kernel import wording

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
FOLDER = Path(__file__).parents[2] / "config" / "locale"


class TextMissing(KeyError):
    """A code without a text: a defect, found by the test that walks all codes."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Every sentence of the service, by code and language."""

    catalogue: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Texts":
        """All catalogue files together. Raises ValueError for a code that stands twice."""
        merged: dict[str, Mapping[str, str]] = {}
        for file in sorted(folder.glob("*.toml")):
            for code, texts in tomllib.loads(file.read_text("utf-8")).items():
                if code in merged:
                    raise ValueError(f"{code} stands twice, last in {file.name}")
                merged[code] = texts
        return cls(merged)

    def render(self, code: str, params: Mapping[str, Any], language: Language) -> str:
        """The sentence of `code`. Raises TextMissing; a missing parameter is shown as "–"."""
        try:
            template = self.catalogue[code][language]
        except KeyError:
            raise TextMissing(f"{code} [{language}]") from None
        return _Filler(language, self.catalogue).vformat(template, (), _Params(params))

    def has(self, code: str) -> bool:
        return code in self.catalogue and all(
            language in self.catalogue[code] for language in LANGUAGES
        )


class _Params(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "–"


class _Filler(string.Formatter):
    def __init__(self, language: Language, catalogue: Mapping[str, Mapping[str, str]]) -> None:
        self._language = language
        self._catalogue = catalogue

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs[key]

    def format_field(self, value: Any, format_spec: str) -> str:
        if not format_spec or value == "–":
            return str(value)
        form, _, prefixes = format_spec.partition(" ")
        if form == "word":
            return self._in_words(str(value), prefixes.split())
        if form == "count":
            one, many = prefixes.split()
            return f"{value} {one if str(value) == '1' else many}".replace("_", " ")
        return put(value, format_spec, self._language)

    def _in_words(self, code: str, prefixes: list[str]) -> str:
        known = (self._catalogue.get(f"{prefix}_{code}") for prefix in prefixes)
        return next((texts[self._language] for texts in known if texts), code)


_FORMS: Mapping[str, Callable[[Any, Language], str]] = {
    "vnd": lambda value, language: wording.dong(int(value), language),
    "vnd_words": lambda value, language: wording.dong_in_words(int(value), language),
    "grams": lambda value, language: wording.grams(int(value), language),
    "km": lambda value, language: wording.kilometres(int(value), language),
    "km2": lambda value, language: wording.square_kilometres(float(value), language),
    "item": lambda value, _: wording.item_number(str(value)),
    "phone": lambda value, _: wording.phone(str(value)),
    "date": lambda value, language: wording.day(_as_moment(value), language),
    "moment": lambda value, language: wording.moment(_as_moment(value), language),
    "weekday": lambda value, language: wording.weekday_and_day(_as_moment(value), language),
    "clock": lambda value, language: wording.clock(_as_moment(value), language),
    "form_moment": lambda value, language: wording.moment_on_forms(_as_moment(value), language),
}


def put(value: Any, form: str, language: Language) -> str:
    """`value` in one of the forms that screens and slips use (ui.md, Language)."""
    return _FORMS[form](value, language)


def _as_moment(value: Any) -> datetime | date:
    if not isinstance(value, str):
        moment: datetime | date = value
        return moment
    # "2026-11-21" alone is a day, not its midnight somewhere.
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
