"""A file that was looked at comes back in its form as it was, and as nothing else."""

from io import BytesIO

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from routes.pages.sent_files import brought_back, carried, sent_file


@given(st.binary(max_size=60))
def test_a_looked_at_file_comes_back_byte_for_byte(content: bytes) -> None:
    assert brought_back(carried(content)) == content


@pytest.mark.parametrize("field", ["", "không", "QQ", "QUJD QUJD", "QUJD\n", "=", "QUI=="])
def test_what_no_form_of_ours_holds_is_no_file(field: str) -> None:
    assert brought_back(field) == b""


def test_a_file_is_read_no_further_than_shows_that_it_is_too_large() -> None:
    app = Flask(__name__)
    for size, read in ((3, 3), (4, 4), (50, 5)):
        data = {"file": (BytesIO(b"x" * size), "a.csv")}
        with app.test_request_context(method="POST", data=data):
            assert len(sent_file(4)) == read
    with app.test_request_context(method="POST", data={}):
        assert sent_file(4) == b""
