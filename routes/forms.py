"""HTML forms through the same schemas as JSON.

Flat field names carry the structure: `papers.0.originals` is `{"papers": [{"originals": …}]}`.
An empty field counts as left out. Whole numbers and ticks are turned into what JSON would
have brought, so that one schema serves both.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields

from postal_bridge.kernel.errors import AppError
from routes.container import container
from routes.errors import flat, messages_of
from routes.idempotency import FORM_FIELD
from routes.language import chosen_language

ENGLISH_GROUPS = re.compile(r"\d{1,3}(,\d{3})+")
DEVICE_ROW = "device_row"
NOT_DATA = frozenset({FORM_FIELD, "csrf_token", DEVICE_ROW})


@dataclass(frozen=True, slots=True)
class FormError:
    """What is wrong, and the id of the field it stands beside ("" for the whole form)."""

    field: str
    sentence: str


def load_form(schema: Schema, pairs: Iterable[tuple[str, str]] | None = None) -> Any:
    """The command a form asks for. Raises ValidationError like its JSON twin."""
    given = request.form.items(multi=True) if pairs is None else pairs
    raw = nest((name, value) for name, value in given if name not in NOT_DATA)
    return schema.load(_typed(schema, raw))


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Dotted names as nested mappings and lists; empty values are left out."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        if value.strip() == "":
            continue
        *path, last = name.split(".")
        node = tree
        for step in path:
            inner = node.setdefault(step, {})
            if not isinstance(inner, dict):
                raise ValidationError({name: ["not_an_object"]})
            node = inner
        node[last] = value
    return {name: _lists(value) for name, value in tree.items()}


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isascii() and key.isdecimal() for key in node):
        return [_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _lists(value) for key, value in node.items()}


def _typed(schema: Schema, raw: Any) -> Any:
    if not isinstance(raw, dict):
        return raw
    typed = {}
    for name, value in raw.items():
        field = schema.fields.get(name) or _by_data_key(schema, name)
        typed[name] = _one(field, value)
    return typed


def _by_data_key(schema: Schema, name: str) -> Any:
    return next((field for field in schema.fields.values() if field.data_key == name), None)


def _one(field: Any, value: Any) -> Any:
    if isinstance(field, fields.Nested):
        return _typed(field.schema, value)
    if isinstance(field, fields.List):
        values = value if isinstance(value, list) else [value]
        return [_one(field.inner, inner) for inner in values]
    if isinstance(field, fields.Integer) and isinstance(value, str):
        return _whole(value)
    if isinstance(field, fields.Boolean) and isinstance(value, str):
        return {"on": True, "1": True, "0": False}.get(value, value)
    return value


def _whole(value: str) -> Any:
    """ "26.000" and "26 000" are how people write whole numbers, "26,000" in English; "2,5" is
    none."""
    if chosen_language() == "en" and ENGLISH_GROUPS.fullmatch(value.strip()):
        value = value.replace(",", "")
    digits = value.replace(".", "").replace(" ", "").replace("\u00a0", "")
    return int(digits) if digits.lstrip("-").isascii() and digits.lstrip("-").isdigit() else value


def form_errors(exc: ValidationError | AppError) -> list[FormError]:
    """What to show at the top of the form and beside its fields."""
    texts, language = container().texts, chosen_language()
    if isinstance(exc, AppError):
        return [FormError("", texts.render(exc.code, exc.params, language))]
    return [
        FormError(
            pointer.strip("/").replace("/", "."),
            texts.render(code if texts.has(code) else "field_invalid", {}, language),
        )
        for pointer, code in flat(messages_of(exc))
    ]
