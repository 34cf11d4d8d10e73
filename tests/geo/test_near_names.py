"""Names with a slip of the pen, found the long way too."""

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from geo.near_names import NearNames

NAMES = st.text(alphabet="ab1", min_size=1, max_size=6)


@settings(max_examples=200)
@given(st.lists(NAMES, max_size=12), NAMES, st.integers(1, 2))
def test_the_names_found_are_those_that_comparing_with_each_finds(
    names: list[str], asked: str, most: int
) -> None:
    edits = [(OSA.distance(asked, name), unit) for unit, name in enumerate(names)]
    wanted = sorted((edit, unit) for edit, unit in edits if 0 < edit <= most)
    found = NearNames((name, unit) for unit, name in enumerate(names)).near(asked, most)
    assert found == wanted
