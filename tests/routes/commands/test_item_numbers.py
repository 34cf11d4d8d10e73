"""The numbers a live home gives its envelopes: granted by an operator, drawn once."""

from pathlib import Path

from tests.routes.commands.test_operating import Bridge


def test_a_live_home_draws_from_what_was_granted_to_it(tmp_path: Path) -> None:
    live = Bridge(tmp_path / "home")
    live.json("migrate", "--live")
    assert live.error("item", "new", status=2) == "numbers_exhausted"
    live.json("item", "grant", "rr", "1000", "1999", "--unit", "post")
    assert live.json("item", "new")["number"].startswith("RR00001000")
    block = {"unit": "post", "prefix": "RR", "first": 1000, "last": 1999, "left": 999}
    assert live.json("item", "blocks")["blocks"] == [block]
    assert live.run("item", "blocks")[1].split() == ["post", "RR", "00001000", "00001999", "999"]

    for prefix, first, last, code in (
        ("RR", "1999", "2999", "block_overlaps"),
        ("RZ", "1", "9", "prefix_of_other_home"),
        ("RR", "9", "1", "input_wrong"),
        ("R", "1", "9", "item_number_wrong"),
    ):
        assert live.error("item", "grant", prefix, first, last, "--unit", "post", status=2) == code
    assert live.error("item", "grant", "RR", "1", "9", "--unit", "nowhere", status=2) == "not_found"
    assert live.json("item", "blocks")["blocks"] == [block], "nothing of a refused grant is kept"
