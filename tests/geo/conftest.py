"""The resolver of the shipped register, shared by the tests of addresses."""

import pytest

from geo.resolver import Resolver, shared_resolver


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    return shared_resolver()
