"""A seated clerk of August 2022 with an open drawer."""

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.clock import set_business_time
from tests.builders.counter import AUGUST_2022, open_shift
from tests.builders.directory import Place, a_place
from tests.builders.people import a_clerk


@pytest.fixture
def long_my(units: Units) -> Place:
    set_business_time(units, AUGUST_2022)
    return a_place(units, "long-my-seated-2025")


@pytest.fixture
def clerk(units: Units, long_my: Place) -> Actor:
    actor = a_clerk(units, "long-my-2025")
    open_shift(units, actor)
    return actor
