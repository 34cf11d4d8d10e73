"""One form sent: done and shown anew, or shown again with what is wrong and what was typed."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flask import redirect
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from postal_bridge.kernel.errors import AppError, Conflict, NotFound, RuleViolation
from routes.errors import status_of
from routes.forms import FormError, form_errors

Answer = Response | tuple[str, int]
Done = dict[str, Any]
NO_FIELDS: Mapping[type[AppError], str] = MappingProxyType({})


def answered(
    do: Callable[[], bytes],
    again: Callable[[list[FormError]], str],
    then: Callable[[Done], str],
    *,
    field: str = "",
    fields: Mapping[type[AppError], str] = NO_FIELDS,
    is_lookup: bool = False,
) -> Answer:
    """A redirect to `then`, or the page `again` with the errors.

    Parameters
    ----------
    field : beside which field a rule's refusal stands; "" is the whole form
    fields : the same of single refusals, where they stand beside another
    is_lookup : what was typed names a thing, so that an unknown one is shown beside it
    """
    try:
        return redirect(then(json.loads(do())), code=303)
    except (ValidationError, RuleViolation, Conflict, NotFound) as exc:
        if isinstance(exc, NotFound) and not is_lookup:
            raise
        status = status_of(exc) if isinstance(exc, AppError) else 422
        errors = form_errors(exc)
        if isinstance(exc, AppError) and (beside := fields.get(type(exc), field)):
            errors = [FormError(beside, one.sentence) for one in errors]
        return again(errors), 422 if status == 404 else status
