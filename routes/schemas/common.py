"""Fields that all wire formats share. Their messages are codes, like everywhere else."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

MISSING = {"required": "field_required", "null": "field_required"}


class Wire(Schema):
    """Unknown fields are refused: a misspelt field is an error, not a silent default."""

    error_messages = {"unknown": "field_unknown", "type": "not_an_object"}  # noqa: RUF012  (marshmallow reads it from the class)

    class Meta:
        unknown = RAISE


class AmountVnd(fields.Integer):
    """{"amount_vnd": 30000}: whole đồng, never a float, never negative."""

    default_error_messages = {  # noqa: RUF012  (marshmallow reads it from the class)
        **MISSING,
        "invalid": "not_whole_dong",
        "too_large": "number_too_large",
    }

    def __init__(self, **kwargs: Any) -> None:
        within = [
            validate.Range(min=0, error="not_whole_dong"),
            validate.Range(max=10_000_000_000, error="number_too_large"),
        ]
        super().__init__(strict=True, validate=within, **kwargs)


class Count(fields.Integer):
    """A whole number in a stated range."""

    default_error_messages = {  # noqa: RUF012  (marshmallow reads it from the class)
        **MISSING,
        "invalid": "not_whole_number",
        "too_large": "number_too_large",
    }

    def __init__(self, *, minimum: int = 0, maximum: int = 1_000_000, **kwargs: Any) -> None:
        within = validate.Range(min=minimum, max=maximum, error="number_out_of_range")
        super().__init__(strict=True, validate=within, **kwargs)


class Text(fields.String):
    """Trimmed text of limited length; control characters are refused."""

    default_error_messages = {**MISSING, "invalid": "not_text", "invalid_utf8": "not_text"}  # noqa: RUF012  (marshmallow reads it from the class)

    def __init__(self, *, longest: int = 200, shortest: int = 0, **kwargs: Any) -> None:
        self.longest, self.shortest = longest, shortest
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if any(ord(letter) < 32 and letter not in "\r\n\t" for letter in text):
            raise ValidationError("not_text")
        if self.required and not text:
            raise ValidationError("field_required")
        if len(text) > self.longest:
            raise ValidationError("text_too_long")
        if len(text) < self.shortest:
            raise ValidationError("text_too_short")
        return text


class Id(fields.UUID):
    default_error_messages = {**MISSING, "invalid_uuid": "not_an_id"}  # noqa: RUF012  (marshmallow reads it from the class)


class Day(fields.Date):
    default_error_messages = {  # noqa: RUF012  (marshmallow reads it from the class)
        **MISSING,
        "invalid": "not_a_date",
        "format": "not_a_date",
    }


class Moment(fields.AwareDateTime):
    """ISO 8601 with its offset."""

    default_error_messages = {  # noqa: RUF012  (marshmallow reads it from the class)
        **MISSING,
        "invalid": "not_a_moment",
        "invalid_awareness": "not_a_moment",
        "format": "not_a_moment",
    }


class YesNo(fields.Boolean):
    default_error_messages = {**MISSING, "invalid": "not_yes_or_no"}  # noqa: RUF012  (marshmallow reads it from the class)


class Choice(fields.Enum[Any]):
    """One value of an enumeration, by its value."""

    default_error_messages = {**MISSING, "unknown": "not_a_choice"}  # noqa: RUF012  (marshmallow reads it from the class)

    def __init__(self, enum: Any, **kwargs: Any) -> None:
        super().__init__(enum, by_value=True, **kwargs)


class Many(fields.List[Any]):
    default_error_messages = {**MISSING, "invalid": "not_a_list"}  # noqa: RUF012  (marshmallow reads it from the class)


class Part(fields.Nested):
    default_error_messages = {**MISSING, "type": "not_an_object"}  # noqa: RUF012  (marshmallow reads it from the class)
