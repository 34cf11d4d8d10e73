"""The blueprint every area of the API is made of: strict bodies, our own problem documents."""

import json
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from flask import Request, Response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

View = TypeVar("View", bound=Callable[..., Any])


class StrictParser(FlaskParser):
    """Unknown names, names given twice and other media types are refused, never passed over."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012  (webargs reads it from the class)
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": None,
        "json": None,
    }

    def _raw_load_json(self, req: Request) -> Any:
        if not req.is_json:
            if req.content_length:
                raise UnsupportedMediaType
            return missing
        return loads(req.get_data(cache=True))

    def handle_error(self, error: ValidationError, req: Request, schema: Any, **_: Any) -> NoReturn:
        """The schema's own messages, without the name of the place they were sent in."""
        (messages,) = error.messages_dict.values()
        raise ValidationError(messages)


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # the library has no types
    """What flask-smorest's blueprint is, with our parser."""

    ARGUMENTS_PARSER = StrictParser()

    def arguments(self, schema: type[Schema] | Schema, **given: Any) -> Callable[[View], View]:
        """What a request brings. One instance reads them all: to make one costs more."""
        made = schema if isinstance(schema, Schema) else schema()
        decorated: Callable[[View], View] = super().arguments(made, **given)
        return decorated


def loads(body: bytes) -> Any:
    """The JSON document. Raises BadRequest, or ValidationError for a name given twice."""
    try:
        found = json.loads(body, object_pairs_hook=_each_once, parse_constant=_no_constant)
        if b"\\u" in body:
            json.dumps(found, ensure_ascii=False).encode()  # half a character is no text
        return found
    except (ValueError, RecursionError) as exc:
        if isinstance(exc, ValidationError):
            raise
        raise BadRequest from None


def answered(body: bytes, status: int = 200) -> Response:
    """The bytes a use case kept under an Idempotency-Key, as they are."""
    return Response(body, status=status, mimetype="application/json")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValidationError(
            {name: ["field_twice"] for name in sorted(found) if names.count(name) > 1}
        )
    return found


def _no_constant(name: str) -> NoReturn:
    """NaN and the infinities are no JSON."""
    raise ValueError(name)
