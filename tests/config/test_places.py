"""The sample places hold together: every reference leads somewhere, every row says its source."""

import csv
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.register import Register, load_register

PLACES = Path(__file__).parents[2] / "config" / "places"
FILES = sorted(path.stem for path in PLACES.glob("*.csv"))
OLD = date(2022, 8, 15)
NOW = date(2026, 11, 21)
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (PLACES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keyed(name: str) -> dict[str, Row]:
    return {row["key"]: row for row in rows(name)}


def since(row: Row) -> date:
    return date.fromisoformat(row["valid_from"] or "1990-01-01")


def until(row: Row) -> date:
    return date.fromisoformat(row["valid_to"] or "2099-12-31")


def on(name: str, day: date) -> list[Row]:
    return [row for row in rows(name) if since(row) <= day <= until(row)]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_all_files_are_there() -> None:
    assert FILES == [
        "agencies",
        "carrier_units",
        "competences",
        "houses",
        "links",
        "operating_units",
        "paper_lists",
        "procedures",
        "sections",
        "service_points",
    ]


@pytest.mark.parametrize("name", FILES)
def test_every_row_says_its_source_and_whether_it_is_a_sample(name: str) -> None:
    for row in rows(name):
        assert row["source"]
        assert row["status"] in {"verified", "sample"}


@pytest.mark.parametrize("name", [f for f in FILES if rows(f) and "key" in rows(f)[0]])
def test_keys_are_unique_slugs_and_never_statistics_codes(name: str) -> None:
    keys = [row["key"] for row in rows(name)]
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", key) for key in keys)


REFERENCES = [
    ("operating_units", "parent_key", "operating_units"),
    ("operating_units", "succeeds", "operating_units"),
    ("service_points", "operating_unit", "operating_units"),
    ("service_points", "succeeds", "service_points"),
    ("agencies", "succeeds", "agencies"),
    ("sections", "agency", "agencies"),
    ("sections", "succeeds", "sections"),
    ("links", "section", "sections"),
    ("links", "service_point", "service_points"),
    ("links", "procedures", "procedures"),
    ("competences", "section", "sections"),
    ("competences", "procedure", "procedures"),
    ("competences", "agency", "agencies"),
    ("paper_lists", "procedure", "procedures"),
]


@pytest.mark.parametrize(("name", "column", "target"), REFERENCES)
def test_references_lead_somewhere_that_is_valid_as_long(
    name: str, column: str, target: str
) -> None:
    targets = keyed(target)
    used = 0
    for row in rows(name):
        for key in row[column].split():
            used += 1
            assert key in targets, f"{name}: {key}"
            if column == "succeeds":
                assert until(targets[key]) + timedelta(days=1) == since(row)
            elif "valid_from" in row and "valid_from" in targets[key]:
                assert until(row) <= until(targets[key])
                if row["valid_from"]:
                    assert since(targets[key]) <= since(row)
    assert used or column == "succeeds"


@pytest.mark.parametrize("name", ["operating_units", "agencies", "sections", "service_points"])
def test_codes_are_units_of_their_era(name: str, register: Register) -> None:
    for row in rows(name):
        for column, code in row.items():
            if column.startswith("old_") and code:
                register.unit(code, OLD)
            if column.startswith("new_") and code:
                register.unit(code, NOW)


def test_a_point_lies_where_its_commune_lies(register: Register) -> None:
    for row in rows("service_points") + rows("sections"):
        code, day = (row["old_commune_code"], OLD) if row["old_commune_code"] else ("", NOW)
        unit = register.unit(code or row["new_commune_code"], day)
        assert unit.level == "commune"
        assert unit.lat is not None
        assert unit.lon is not None
        assert abs(float(row["lat"]) - unit.lat) < 0.2
        assert abs(float(row["lon"]) - unit.lon) < 0.2
        assert row["precision"] == "commune"


def test_telephone_numbers_and_mailboxes_reach_nobody() -> None:
    for row in rows("service_points") + rows("sections"):
        assert re.fullmatch(r"0000 000 \d{3}", row["hotline"])
        assert row["status"] == "sample"
    assert all(row["mailbox"].endswith("@example.invalid") for row in rows("sections"))


def test_the_operator_has_one_root_and_no_loop() -> None:
    units = keyed("operating_units")
    assert [u["key"] for u in units.values() if not u["parent_key"]] == ["post"]
    for unit in units.values():
        steps = 0
        while unit["parent_key"]:
            unit, steps = units[unit["parent_key"]], steps + 1
            assert steps < 5


VOCABULARIES = [
    ("operating_units", "level", {"nation", "province", "district", "commune", "point"}),
    (
        "service_points",
        "kind",
        {"level1", "level2", "level3", "culture_post", "center_counter"},
    ),
    ("agencies", "level", {"province", "district", "commune", "vertical"}),
    ("links", "acceptance_mode", {"carrier", "seated"}),
    ("links", "service_forms", {"send", "receive", "both"}),
    ("links", "proof_demanded", {"own_proof", "carrier_evidence"}),
    ("links", "fee_channel", {"direct", "agency_account", "post_account"}),
    ("links", "transport_days", {"1", "2", "3", "4", "5", "6", "7"}),
    ("procedures", "fee_kind", {"phi", "le_phi", "none"}),
    ("procedures", "result_kind", {"paper", "electronic"}),
    ("procedures", "who_may_receive", {"owner_only", "household", "proxy"}),
    ("procedures", "document_class", {"identity", "certificate", "decision", "ordinary"}),
    ("procedures", "bcci_allowed", {"0", "1"}),
    (
        "paper_lists",
        "tally_default",
        {
            "original_kept",
            "original_seen",
            "certified_copy",
            "photocopy",
            "electronic",
            "state_database",
        },
    ),
]


@pytest.mark.parametrize(("name", "column", "words"), VOCABULARIES)
def test_cells_use_the_known_words(name: str, column: str, words: set[str]) -> None:
    assert {word for row in rows(name) for word in row[column].split()} <= words


def test_money_is_whole_dong_and_none_where_there_is_no_fee() -> None:
    for row in rows("procedures"):
        assert row["fee_vnd"].isdigit()
        assert (row["fee_kind"] == "none") <= (row["fee_vnd"] == "0")


def test_a_code_that_is_not_national_says_so() -> None:
    for row in rows("procedures"):
        is_national = re.fullmatch(r"\d\.\d{6}", row["national_code"]) is not None
        assert is_national or row["code_status"] == "sample"


def test_a_seated_link_has_no_pouch_and_a_carrier_link_has_one() -> None:
    for row in rows("links"):
        assert (row["acceptance_mode"] == "carrier") == bool(row["transport_departures"])
        assert bool(row["transport_departures"]) == bool(row["transit_h"])


@pytest.mark.parametrize("day", [OLD, date(2025, 7, 15), NOW])
def test_everything_a_link_takes_in_has_one_agency_that_decides_it(day: date) -> None:
    competent = [(row["section"], row["procedure"]) for row in on("competences", day)]
    assert len(competent) == len(set(competent))
    links = on("links", day)
    assert links
    for row in links:
        for procedure in row["procedures"].split():
            assert (row["section"], procedure) in competent


def test_procedures_that_need_the_person_go_by_no_link() -> None:
    outside = {row["key"] for row in rows("procedures") if row["bcci_allowed"] == "0"}
    assert outside
    for row in rows("links"):
        assert not outside & set(row["procedures"].split())


def test_what_is_filed_online_only_has_no_way_in_by_post_since_then() -> None:
    starts = {row["key"]: row["online_only_from"] for row in rows("procedures")}
    for row in on("links", NOW):
        for procedure in row["procedures"].split():
            if starts[procedure]:
                assert row["service_forms"] == "receive"


def test_every_procedure_has_a_paper_list_numbered_from_one() -> None:
    for key in keyed("procedures"):
        lines = [row for row in rows("paper_lists") if row["procedure"] == key]
        assert [row["line"] for row in lines] == [str(n + 1) for n in range(len(lines))]
        assert any(row["required"] == "1" for row in lines)


def test_long_my_town_post_office_was_seated_in_august_2022() -> None:
    (link,) = (r for r in on("links", OLD) if r["service_point"] == "long-my-2025")
    assert link["acceptance_mode"] == "seated"
    assert {"household-business", "land-change"} <= set(link["procedures"].split())


def test_every_sector_has_an_english_name_of_its_own() -> None:
    names = {(row["sector"], row["sector_en"]) for row in rows("procedures")}
    assert len({vi for vi, _ in names}) == len({en for _, en in names}) == len(names)
    assert all(en.isascii() and en for _, en in names)


def test_long_tri_took_in_four_sectors_as_carrier_in_august_2022() -> None:
    sectors = {row["key"]: row["sector"] for row in rows("procedures")}
    links = [r for r in on("links", OLD) if r["service_point"] == "long-tri-2025"]
    assert {link["acceptance_mode"] for link in links} == {"carrier"}
    taken = {sectors[p] for link in links for p in link["procedures"].split()}
    assert {"Hộ tịch", "Bảo trợ xã hội", "Đất đai", "Chứng thực"} <= taken


def test_in_2026_a_result_of_the_province_comes_to_long_my_on_paper() -> None:
    (link,) = (r for r in on("links", NOW) if r["key"] == "long-my-province-result")
    assert (link["service_forms"], link["section"]) == ("receive", "ttpvhcc-can-tho")
    results = keyed("procedures")
    assert {results[p]["result_kind"] for p in link["procedures"].split()} == {"paper"}
