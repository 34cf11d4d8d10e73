"""Published changes over the release's register: each thing said has its own line of time."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.register import NEW_FROM, Register, UnknownUnit, load_register
from config.register_changes import Change, ChangeRow, Part, changed, packed, unpacked
from geo.resolver import resolver_of

BO_HA, YEN_THE = "07294", "07288"  # two communes of Bắc Ninh
FIRST, SECOND, THIRD = date(2026, 9, 20), date(2027, 1, 1), date(2027, 7, 1)
EVE = timedelta(days=1)


@pytest.fixture(scope="module")
def base() -> Register:
    return load_register()


def row(change: Change, code: str, on: date, **said: object) -> ChangeRow:
    return ChangeRow(change, code, on, **said)  # type: ignore[arg-type]


def merged(code: str, into: str, on: date, part: Part = Part.WHOLE) -> list[ChangeRow]:
    return [
        row(Change.END, code, on),
        row(Change.BECOMES, code, on, to=into, part=part),
    ]


def test_a_type_holds_from_its_day_and_the_rest_of_the_unit_stays(base: Register) -> None:
    after = changed(base, [row(Change.TYPE, BO_HA, FIRST, unit_type="Phường")])
    was, now = after.unit(BO_HA, FIRST - EVE), after.unit(BO_HA, FIRST)
    assert (was.full_name, was.valid_to) == (base.unit(BO_HA, FIRST).full_name, FIRST - EVE)
    assert (now.full_name, now.valid_to) == (f"Phường {was.name}", None)
    assert (now.lat, now.lon, now.parent_code) == (was.lat, was.lon, was.parent_code)
    assert base.unit(BO_HA, FIRST).unit_type == "Xã"


def test_what_is_published_later_for_an_earlier_day_keeps_what_holds_from_a_later_day(
    base: Register,
) -> None:
    once = changed(base, [row(Change.TYPE, BO_HA, SECOND, unit_type="Phường")])
    twice = changed(once, [row(Change.RENAME, BO_HA, FIRST, name="Bố Hạ Mới")])
    names = [twice.unit(BO_HA, on).full_name for on in (FIRST - EVE, FIRST, SECOND)]
    assert names == ["Xã Bố Hạ", "Xã Bố Hạ Mới", "Phường Bố Hạ Mới"]


def test_the_releases_own_changes_stay_where_an_earlier_day_is_spoken_of(base: Register) -> None:
    since = date(2026, 3, 1)  # before Bắc Ninh became a city, by the release
    after = changed(base, [row(Change.RENAME, "24", since, name="Kinh Bắc")])
    names = [after.unit("24", on).full_name for on in (since - EVE, since, FIRST)]
    assert names == ["Tỉnh Bắc Ninh", "Tỉnh Kinh Bắc", "Thành phố Kinh Bắc"]


def test_of_two_about_the_same_day_the_later_published_counts(base: Register) -> None:
    once = changed(base, [row(Change.TYPE, BO_HA, FIRST, unit_type="Phường")])
    taken_back = changed(once, [row(Change.TYPE, BO_HA, FIRST, unit_type="Xã")])
    assert taken_back.unit(BO_HA, SECOND).full_name == "Xã Bố Hạ"
    assert taken_back.unit(BO_HA, SECOND).valid_from == NEW_FROM


def test_a_commune_that_ended_leads_to_its_successor_and_stays_known_as_it_was(
    base: Register,
) -> None:
    after = changed(base, merged(BO_HA, YEN_THE, SECOND))
    assert after.unit(BO_HA, SECOND - EVE).valid_to == SECOND - EVE
    with pytest.raises(UnknownUnit):
        after.unit(BO_HA, SECOND)
    assert after.last_known(BO_HA, THIRD).full_name == "Xã Bố Hạ"
    assert after.last_known_lineage(BO_HA, THIRD)[0].code == "24"
    assert [s.new_code for s in after.successors(BO_HA, "new")] == [YEN_THE]
    assert after.successors(BO_HA) == base.successors(BO_HA)  # the old commune of that code
    assert BO_HA not in {u.code for u in after.search("Bố Hạ", SECOND)}
    assert after.fare_area(BO_HA, THIRD) == base.fare_area(BO_HA, THIRD)


def test_an_end_can_be_taken_back(base: Register) -> None:
    ended = changed(base, merged(BO_HA, YEN_THE, SECOND))
    stands = changed(ended, [row(Change.RESTORE, BO_HA, SECOND)])
    assert stands.unit(BO_HA, THIRD) == base.unit(BO_HA, THIRD)
    assert stands.successors(BO_HA, "new") == ()


def test_a_new_unit_begins_on_its_day_with_anothers_fares(base: Register) -> None:
    added = row(
        Change.ADD, "07295", SECOND, unit_type="Phường", name="Yên Thế Đông", parent="24",
        lat=21.5, lon=106.2, fare_as=YEN_THE,
    )  # fmt: skip
    after = changed(base, [added])
    with pytest.raises(UnknownUnit):
        after.unit("07295", SECOND - EVE)
    with pytest.raises(UnknownUnit):
        after.fare_area("07295", SECOND - EVE)
    assert "07295" in {u.code for u in after.communes(SECOND, "24")}
    like, own = base.fare_area(YEN_THE, SECOND), after.fare_area("07295", SECOND)
    assert (own.district_code, own.zone, own.basis) == (like.district_code, like.zone, "published")
    gone = changed(after, [row(Change.END, "07295", SECOND)])  # it was a mistake
    assert "07295" not in {u.code for u in gone.communes(THIRD, "24")}
    again = changed(gone, [row(Change.ADD, "07295", THIRD, unit_type="Xã", name="Khác",
                               parent="24", lat=21.5, lon=106.2, fare_as=YEN_THE)])  # fmt: skip
    assert again.unit("07295", THIRD).full_name == "Xã Khác"
    with pytest.raises(UnknownUnit):
        again.unit("07295", SECOND)


def test_where_the_people_of_a_split_old_commune_went_can_be_published(base: Register) -> None:
    old = next(
        c.code
        for c in base.communes(NEW_FROM - EVE)
        if len(base.successors(c.code)) == 2
        and not any(s.takes_people for s in base.successors(c.code))
    )
    one, other = (s.new_code for s in base.successors(old))
    after = changed(base, [
        row(Change.BECOMES, old, NEW_FROM, to=other, part=Part.PEOPLE),
        row(Change.BECOMES, old, NEW_FROM, to=one, part=Part.LAND),
    ])  # fmt: skip
    assert [(s.new_code, s.takes_people) for s in after.successors(old)] == [
        (other, True), (one, False),
    ]  # fmt: skip
    assert {p.old_code for p in after.predecessors(one)} == {
        p.old_code for p in base.predecessors(one)
    }


def test_addresses_follow_merged_renamed_and_new_communes_from_their_day(base: Register) -> None:
    after = changed(base, [
        *merged(BO_HA, YEN_THE, SECOND),
        row(Change.RENAME, YEN_THE, SECOND, name="Bố Thế"),
        *merged(YEN_THE, "07330", THIRD),
    ])  # fmt: skip
    texts = {
        "xã Bố Hạ, tỉnh Bắc Ninh": (BO_HA, YEN_THE, "07330"),
        "xã Yên Thế, tỉnh Bắc Ninh": (YEN_THE, YEN_THE, "07330"),
        "thị trấn Bố Hạ, huyện Yên Thế, Bắc Giang": (BO_HA, YEN_THE, "07330"),
    }
    for text, codes in texts.items():
        for on, code in zip((SECOND - EVE, SECOND, THIRD), codes, strict=True):
            answer = resolver_of(after, on).resolve(text)
            assert answer.new is not None, (text, on)
            assert answer.new.code == code, (text, on)
    assert resolver_of(after, SECOND - EVE).resolve("xã Bố Thế, Bắc Ninh").new is None
    today = resolver_of(after, SECOND).resolve("xã Bố Thế, Bắc Ninh").new
    assert today is not None
    assert today.commune.full_name == "Xã Bố Thế"


def test_one_index_serves_all_days_between_two_changes(base: Register) -> None:
    after = changed(base, merged(BO_HA, YEN_THE, SECOND))
    assert resolver_of(after, FIRST) is resolver_of(after, SECOND - EVE)
    assert resolver_of(after, SECOND) is not resolver_of(after, FIRST)


days = st.sampled_from([NEW_FROM, FIRST, SECOND, THIRD])
facts = st.one_of(
    st.builds(lambda on, t: row(Change.TYPE, BO_HA, on, unit_type=t),
              days, st.sampled_from(["Xã", "Phường"])),
    st.builds(lambda on, n: row(Change.RENAME, BO_HA, on, name=n), days, st.sampled_from("AB")),
    st.builds(lambda on: row(Change.POINT, BO_HA, on, lat=21.5, lon=106.2), days),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, max_size=6))
def test_versions_follow_one_another_without_gap_whatever_is_published(
    rows: list[ChangeRow],
) -> None:
    at_once = changed(load_register(), rows)
    history = next(h for h in at_once.histories() if h[0].era == "new" and h[0].code == BO_HA)
    assert history[0].valid_from == NEW_FROM
    assert history[-1].valid_to is None
    for one, next_one in pairwise(history):
        assert one.valid_to is not None
        assert one.valid_to + EVE == next_one.valid_from
    one_by_one = load_register()
    for each in rows:
        one_by_one = changed(one_by_one, [each])
    assert [at_once.unit(BO_HA, on) for on in (NEW_FROM, FIRST, SECOND, THIRD)] == [
        one_by_one.unit(BO_HA, on) for on in (NEW_FROM, FIRST, SECOND, THIRD)
    ]
    last = {}
    for each in rows:
        if each.change is Change.TYPE:
            last[each.valid_from] = each.unit_type
    for on in (FIRST, SECOND, THIRD):
        said = [last[day] for day in sorted(last) if day <= on]
        assert at_once.unit(BO_HA, on).unit_type == (said[-1] if said else "Xã")


def test_rows_are_kept_and_read_back_alike() -> None:
    rows = (
        *merged(BO_HA, YEN_THE, SECOND, Part.PEOPLE),
        row(Change.POINT, BO_HA, FIRST, lat=21.5, lon=106.25, instrument="12/NQ"),
    )
    assert unpacked(packed(rows)) == rows
    assert packed(unpacked(packed(rows))) == packed(rows)
