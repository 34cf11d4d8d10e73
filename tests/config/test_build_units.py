"""The command that makes the register refuses any other source than the pinned one."""

from pathlib import Path

import pytest

from config.build_units import WHEEL, corrected_relations, split_name, tables


def correction(old: str, new: str, action: str) -> dict[str, str]:
    return {"old_code": old, "new_code": new, "action": action}


def test_another_wheel_of_the_same_name_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / WHEEL
    wheel.write_bytes(b"not the wheel")
    with pytest.raises(ValueError, match="pinned"):
        tables(wheel)


def test_types_are_split_off_names_whatever_their_case() -> None:
    kinds = ("Xã", "Thị xã", "Thành phố")
    assert split_name("Thị Xã  Long Mỹ", kinds) == ("Thị xã", "Long Mỹ")
    assert split_name("Xã Xã Đàn", kinds) == ("Xã", "Xã Đàn")


def test_a_split_commune_left_with_one_target_is_whole_again() -> None:
    pairs = [("1", "a", "split", "1"), ("1", "b", "split", "0"), ("2", "c", "whole", "1")]
    kept = corrected_relations(pairs, [correction("1", "a", "drop")], {})
    assert kept == [("1", "b", "whole", "1"), ("2", "c", "whole", "1")]


def test_a_correction_of_a_pair_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown pairs"):
        corrected_relations([("1", "a", "whole", "1")], [correction("9", "z", "drop")], {})


def test_the_default_is_where_all_people_went_even_over_a_pair_the_source_lacks() -> None:
    pairs = [("1", "a", "split", "1"), ("1", "b", "split", "0")]
    kept = corrected_relations(pairs, [correction("1", "c", "add")], {"1": "c"})
    assert kept == [("1", "c", "split", "1"), ("1", "a", "split", "0"), ("1", "b", "split", "0")]
    with pytest.raises(ValueError, match="no successor"):
        corrected_relations(pairs, [], {"1": "z"})
