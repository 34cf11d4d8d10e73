"""Amounts as people write them in the language they read."""

import pytest
from marshmallow import ValidationError

from routes.forms import load_form
from routes.schemas.common import AmountVnd, Wire
from tests.routes.conftest import Service


class Paid(Wire):
    amount_vnd = AmountVnd()


@pytest.mark.parametrize(
    ("language", "written"),
    [("vi", "26.000"), ("vi", "26 000"), ("vi", "26000"), ("en", "26,000"), ("en", "26.000")],
)
def test_an_amount_is_read_as_its_page_writes_it(
    service: Service, language: str, written: str
) -> None:
    with service.app.test_request_context(f"/?lang={language}"):
        assert load_form(Paid(), [("amount_vnd", written)]) == {"amount_vnd": 26_000}


@pytest.mark.parametrize(
    ("language", "written"),
    [("vi", "26,000"), ("vi", "2,5"), ("en", "2,5"), ("en", "26,00"), ("en", ",000")],
)
def test_what_may_be_a_fraction_is_no_amount(service: Service, language: str, written: str) -> None:
    with service.app.test_request_context(f"/?lang={language}"), pytest.raises(ValidationError):
        load_form(Paid(), [("amount_vnd", written)])
