"""The shipped register: its size, its known traps, its dates and its fare areas."""

import csv
from collections import Counter
from datetime import date

import pytest

from config.folding import fold, nfc
from config.register import UNITS, Register, UnknownUnit, load_register

OLD = date(2022, 8, 15)
LAST_OLD = date(2025, 6, 30)
FIRST_NEW = date(2025, 7, 1)
NOW = date(2026, 11, 21)


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_the_old_system_has_63_provinces_696_districts_and_10035_communes(
    register: Register,
) -> None:
    sizes = (register.provinces(OLD), register.districts(OLD), register.communes(OLD))
    assert tuple(map(len, sizes)) == (63, 696, 10_035)


def test_the_new_system_has_34_provinces_no_district_and_3321_communes(register: Register) -> None:
    sizes = (register.provinces(NOW), register.districts(NOW), register.communes(NOW))
    assert tuple(map(len, sizes)) == (34, 0, 3_321)
    kinds = Counter(unit.unit_type for unit in register.communes(NOW))
    assert kinds == {"Xã": 2_621, "Phường": 687, "Đặc khu": 13}


@pytest.mark.parametrize(("province", "communes"), [("79", 168), ("12", 38), ("01", 126)])
def test_provinces_have_the_communes_they_are_known_to_have(
    register: Register, province: str, communes: int
) -> None:
    assert len(register.communes(NOW, province)) == communes


@pytest.mark.parametrize(
    ("code", "before", "since"),
    [
        ("15", "Yên Bái", "Lào Cai"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
        ("31471", "Thuận An", "Long Mỹ"),
    ],
)
def test_one_code_means_another_unit_from_the_first_day_of_the_reform(
    register: Register, code: str, before: str, since: str
) -> None:
    assert register.unit(code, LAST_OLD).name == before
    assert register.unit(code, FIRST_NEW).name == since


def test_a_code_that_means_nothing_on_that_day_is_unknown(register: Register) -> None:
    with pytest.raises(UnknownUnit):
        register.unit("937", NOW)
    with pytest.raises(UnknownUnit):
        register.unit("99999", OLD)


def test_441_old_communes_were_split_and_each_has_one_default(register: Register) -> None:
    successions = {c.code: register.successors(c.code) for c in register.communes(OLD)}
    assert all(successions.values())
    split = [found for found in successions.values() if len(found) > 1]
    assert len(split) == 441
    for found in successions.values():
        assert [s.is_default for s in found] == [True] + [False] * (len(found) - 1)
        assert {s.note for s in found} == {"split" if len(found) > 1 else "whole"}


def test_of_59_split_communes_all_people_went_one_way_and_382_stay_ambiguous(
    register: Register,
) -> None:
    split = [found for c in register.communes(OLD) if len(found := register.successors(c.code)) > 1]
    homes = [[s for s in found if s.takes_people] for found in split]
    assert Counter(map(len, homes)) == {0: 382, 1: 59}
    assert all(home.is_default for found in homes for home in found)
    # Thụy Khuê gave Ba Đình land and Tây Hồ all its people; Ngọc Hà was divided, people too.
    assert [s.new_code for s in register.successors("00112") if s.takes_people] == ["00103"]
    assert not any(s.takes_people for s in register.successors("00016"))


def test_whoever_went_whole_took_the_people_along(register: Register) -> None:
    whole = [s for c in register.communes(OLD) for s in register.successors(c.code)]
    assert all(s.takes_people for s in whole if s.note == "whole")


def test_only_the_five_islands_without_a_commune_come_from_a_district(register: Register) -> None:
    islands = {
        c.name: [p.old_code for p in register.predecessors(c.code)]
        for c in register.communes(NOW)
        if any(len(p.old_code) == 3 for p in register.predecessors(c.code))
    }
    assert islands == {
        "Bạch Long Vĩ": ["318"],
        "Cồn Cỏ": ["471"],
        "Hoàng Sa": ["498"],
        "Lý Sơn": ["536"],
        "Côn Đảo": ["755"],
    }


def test_every_new_commune_was_made_of_something(register: Register) -> None:
    assert all(register.predecessors(c.code) for c in register.communes(NOW))


def test_a_namesake_in_another_district_is_no_successor(register: Register) -> None:
    # Long Phú of Long Mỹ town, not Long Phú of Long Phú district (Sóc Trăng).
    assert [s.new_code for s in register.successors("31480")] == ["31480"]
    assert [s.new_code for s in register.successors("31669")] == ["31639"]


@pytest.mark.parametrize(
    ("code", "day", "was", "became"),
    [
        ("75", date(2026, 4, 30), "Tỉnh Đồng Nai", "Thành phố Đồng Nai"),
        ("22", date(2026, 9, 1), "Tỉnh Quảng Ninh", "Thành phố Quảng Ninh"),
        ("24", date(2026, 9, 20), "Tỉnh Bắc Ninh", "Thành phố Bắc Ninh"),
    ],
)
def test_three_provinces_became_cities_in_2026(
    register: Register, code: str, day: date, was: str, became: str
) -> None:
    eve = date.fromordinal(day.toordinal() - 1)
    assert register.unit(code, eve).full_name == was
    assert register.unit(code, day).full_name == became


def test_a_superseded_code_finds_the_unit_under_its_right_code(register: Register) -> None:
    assert register.unit("06978", NOW).code == "06970"
    assert register.fare_area("06978", NOW).commune_code == "06970"
    assert register.predecessors("06978") == register.predecessors("06970")


def test_versions_of_a_unit_follow_one_another_without_gap(register: Register) -> None:
    for day in (FIRST_NEW, date(2026, 4, 29), date(2026, 4, 30), date(2026, 9, 20), NOW):
        assert len(register.provinces(day)) == 34


def test_fare_areas_of_old_communes_are_their_own_district_and_province(
    register: Register,
) -> None:
    for commune in register.communes(OLD):
        area = register.fare_area(commune.code, OLD)
        province, district, _ = register.lineage(commune.code, OLD)
        assert (area.district_code, area.province_code) == (district.code, province.code)


def test_every_new_commune_has_the_fare_area_of_one_of_its_old_communes(
    register: Register,
) -> None:
    for commune in register.communes(NOW):
        area = register.fare_area(commune.code, NOW)
        old = {p.old_code for p in register.predecessors(commune.code)}
        districts = {c if len(c) == 3 else register.fare_area(c, OLD).district_code for c in old}
        assert area.district_code in districts


def test_the_zone_follows_the_old_province_even_where_a_new_one_straddles(
    register: Register,
) -> None:
    zones = {register.fare_area(c.code, NOW).zone for c in register.communes(NOW, "68")}
    assert zones == {2, 3}  # Lâm Đồng: Đắk Nông was zone 2
    old_zones = {p.code: set[int]() for p in register.provinces(OLD)}
    for commune in register.communes(OLD):
        area = register.fare_area(commune.code, OLD)
        old_zones[area.province_code].add(area.zone)
    assert Counter(zone for found in old_zones.values() for zone in found) == {1: 28, 2: 13, 3: 22}


def test_the_zone_list_says_that_it_is_unverified() -> None:
    with (UNITS / "zones.csv").open(encoding="utf-8", newline="") as file:
        assert {row["status"] for row in csv.DictReader(file)} == {"unverified"}


def test_plainly_wrong_centroids_are_replaced_and_the_others_kept(register: Register) -> None:
    with (UNITS / "centroid_corrections.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["verdict"] for row in rows) == {"replace": 9, "keep": 10, "check": 2}
    for row in rows:
        unit = register.unit(row["code"], NOW)
        assert unit.full_name == row["full_name"]
        columns = ("old_mean_lat", "old_mean_lon")
        if row["verdict"] != "replace":
            columns = ("package_lat", "package_lon")
        assert unit.lat == pytest.approx(float(row[columns[0]]), abs=6e-5)
        assert unit.lon == pytest.approx(float(row[columns[1]]), abs=6e-5)
        assert unit.point_kind == ("corrected" if row["verdict"] == "replace" else "source")


def test_every_commune_has_a_point_inside_the_country(register: Register) -> None:
    for commune in (*register.communes(OLD), *register.communes(NOW)):
        assert commune.lat is not None
        assert commune.lon is not None
        assert 7 < commune.lat < 24
        assert 102 < commune.lon < 115.9


def test_an_old_point_that_only_repeated_its_district_gives_way_to_the_successor(
    register: Register,
) -> None:
    truong_sa = register.unit("22736", OLD)  # in the source it lies on the mainland
    assert truong_sa.point_kind == "successor"
    assert truong_sa.lon is not None
    assert truong_sa.lon > 111


def test_names_are_composed_and_without_stray_blanks(register: Register) -> None:
    for day in (OLD, NOW):
        for unit in (*register.provinces(day), *register.districts(day), *register.communes(day)):
            assert unit.name == nfc(unit.name)


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("long my", NOW, "31471"),
        ("Phường Long M", NOW, "31471"),
        ("thi xa long my", OLD, "937"),
        ("EA HLEO", OLD, None),
        ("ea h'leo", OLD, "24184"),
        ("đắk lắk", NOW, "66"),
        ("dak lak", OLD, "66"),
    ],
)
def test_search_finds_names_by_their_folded_beginning(
    register: Register, text: str, day: date, code: str | None
) -> None:
    found = [unit.code for unit in register.search(text, day)]
    assert (code in found) if code else not found


def test_search_puts_whole_names_first_and_keeps_the_limit(register: Register) -> None:
    found = register.search("long", NOW, limit=5)
    assert len(found) == 5
    whole = [fold(unit.name) == "tan tien" for unit in register.search("tan tien", NOW, limit=40)]
    assert whole == sorted(whole, reverse=True)
    assert sum(whole) >= 7
    assert register.search("  ", NOW) == ()


def test_a_former_name_leads_to_the_unit_that_took_it_up(register: Register) -> None:
    assert "00004" in register.aliases("old")["phuongnguyentrungtruc"]


def test_without_the_old_points_the_successors_points_serve(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("units")
    for file in UNITS.glob("*.csv"):
        if file.name != "old_centroids.csv":
            (folder / file.name).write_bytes(file.read_bytes())
    bare = load_register(folder)
    here = bare.unit("26287", OLD)
    assert here.point_kind == "successor"
    assert (here.lat, here.lon) == (bare.unit("26281", NOW).lat, bare.unit("26281", NOW).lon)


@pytest.mark.parametrize(
    ("old", "old_name", "new", "new_name"),
    [
        ("26248", "Thị trấn Trảng Bom", "26248", "Xã Trảng Bom"),
        ("26287", "Xã Hưng Thịnh", "26281", "Xã Hưng Thịnh"),
        ("26272", "Xã Hố Nai 3", "26005", "Phường Hố Nai"),
        ("30544", "Thị trấn Tri Tôn", "30544", "Xã Tri Tôn"),
        ("30565", "Xã Lương Phi", "30577", "Xã Ô Lâm"),
        ("24184", "Xã Ea H'leo", "24184", "Xã Ea H'Leo"),
        ("31471", "Phường Thuận An", "31471", "Phường Long Mỹ"),
        ("31473", "Phường Bình Thạnh", "31473", "Phường Long Bình"),
        ("31477", "Xã Long Trị", "31471", "Phường Long Mỹ"),
        ("05392", "Thị trấn Chi Nê", "05392", "Xã Lạc Thủy"),
    ],
)
def test_the_five_places_are_found_before_and_after_the_reform(
    register: Register, old: str, old_name: str, new: str, new_name: str
) -> None:
    assert register.unit(old, OLD).full_name == old_name
    (succession,) = register.successors(old)
    assert succession.new_code == new
    assert register.unit(new, NOW).full_name == new_name
