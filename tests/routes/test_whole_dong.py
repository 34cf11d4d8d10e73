"""Money is whole đồng on the wire and in every column (M1)."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields
from sqlalchemy import BigInteger, Integer

from postal_bridge.kernel.tables import Base
from routes import schemas
from routes.schemas.common import AmountVnd, Count, Wire
from routes.schemas.contracts import SignedVnd

NO_AMOUNTS = (4.9, 4.0, 1e300, float("nan"), "26000", "26.000", True, -1, [1])


class Paid(Wire):
    amount_vnd = AmountVnd(required=True)


class Difference(Wire):
    gap_vnd = Count(minimum=-1_000_000, required=True)


def money_fields() -> Iterator[tuple[str, Any]]:
    """Every field of every wire schema whose name says đồng."""
    for found in iter_modules(schemas.__path__):
        module = import_module(f"{schemas.__name__}.{found.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Schema):
                for name, field in thing._declared_fields.items():
                    if name.endswith("_vnd"):
                        yield f"{thing.__name__}.{name}", field


@pytest.mark.parametrize("value", NO_AMOUNTS, ids=repr)
def test_what_is_no_whole_dong_is_refused_with_its_code(value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Paid().load({"amount_vnd": value})
    assert refused.value.messages == {"amount_vnd": ["not_whole_dong"]}


def test_an_amount_beyond_all_sense_is_said_to_be_too_large() -> None:
    with pytest.raises(ValidationError) as refused:
        Paid().load({"amount_vnd": 10_000_000_001})
    assert refused.value.messages == {"amount_vnd": ["number_too_large"]}


@pytest.mark.parametrize("value", [4.9, 4.0, "4", True], ids=repr)
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Difference().load({"gap_vnd": value})


def test_whole_dong_are_taken_as_they_are() -> None:
    assert Paid().load({"amount_vnd": 26_000}) == {"amount_vnd": 26_000}


def test_every_field_that_says_dong_is_a_whole_number() -> None:
    found = dict(money_fields())
    assert len(found) > 30
    loose = [
        name
        for name, field in found.items()
        if not isinstance(
            field.inner if isinstance(field, fields.List) else field, AmountVnd | Count | SignedVnd
        )
    ]
    assert not loose


def test_every_column_that_says_dong_holds_whole_numbers() -> None:
    import_module("app")  # with it every table of every room is known

    columns = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_vnd") or column.name == "amount"
    ]
    assert len(columns) > 30
    assert not [str(one) for one in columns if not isinstance(one.type, Integer | BigInteger)]
