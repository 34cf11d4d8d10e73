"""Signs by chance: all of them, as many as asked for."""

from postal_bridge.kernel.ids import random_signs


def test_every_sign_is_drawn_at_every_place() -> None:
    drawn = [random_signs("abc", 4) for _ in range(400)]
    assert {len(one) for one in drawn} == {4}
    for place in range(4):
        assert {one[place] for one in drawn} == set("abc")
