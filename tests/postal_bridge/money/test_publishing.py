"""A tariff by CSV: every fault named, compared with the law, previewed, published for ever."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.text import LANGUAGES, Texts
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.budgets import BudgetView, GrantBudget, budgets
from postal_bridge.money.publishing import (
    TariffFileWrong,
    TariffLook,
    TariffPublished,
    grant_budget,
    look_at_tariff,
    open_tariffs,
    publish_tariff,
    publish_tariff_once,
    tariffs_page,
)
from postal_bridge.money.service import quote_view, verify_ledger
from postal_bridge.money.tariff_files import published_book
from tests.builders.money import clerk, make_quote
from tests.provision.working_day import TODAY

OPERATOR = Actor.operator()
LATER = date(TODAY.year + 1, 1, 1)
ONCE: Once[BudgetView] = Once("key", "POST /x", "0" * 64, lambda view: str(view.left_vnd).encode())
HEAD = "part,of,name,value,proof,A,B,C,D,E"
FIELDS = {
    "id": "post-next",
    "instrument": "Quyết định 1/QĐ-BĐVN",
    "instrument_en": "Decision 1/QĐ-BĐVN",
    "valid_from": LATER.isoformat(),
    "remittance_vnd": "7000",
}
TABLE = """\
dossier,,100,,,25000,29000,29500,30000,30500
dossier,,250,,,25000,29000,30000,33000,37000
dossier,,500,,,25500,29500,31500,37000,50000
dossier,,further_500,,,2000,2800,3500,6000,9500
result,,100,,,25000,29000,29500,30000,30500
result,,250,,,26000,30000,31000,34000,38000
result,,500,,,27500,31500,33500,39000,52000
result,,further_500,,,2000,2800,3500,6000,9500"""
PROGRAMME = f"""\
programme,can-tho-next,province,92
programme,can-tho-next,valid_from,{LATER.isoformat()}
programme,can-tho-next,source,Nghị quyết 1/NQ-HĐND
programme,can-tho-next,source_en,Resolution 1/NQ-HĐND
programme,can-tho-next,channel,online
programme,can-tho-next,legs,result
programme,can-tho-next,has_budget,1
programme,can-tho-next,when_exhausted,post
programme,can-tho-next,split_citizen,20
programme,can-tho-next,split_budget,80
result,can-tho-next,100,,,20000,24000,,,"""


def file(*more: str, table: str = TABLE, **fields: str | None) -> bytes:
    given = {name: value for name, value in {**FIELDS, **fields}.items() if value is not None}
    rows = [f'tariff,,{name},"{value}"' for name, value in given.items()]
    return "\n".join([HEAD, *rows, table, *more]).encode()


def look(units: Units, content: bytes) -> TariffLook:
    return look_at_tariff(content, actor=OPERATOR, units=units)


def codes(units: Units, content: bytes) -> set[tuple[int, str, str]]:
    return {(one.row, one.column, one.code) for one in look(units, content).faults}


def test_a_published_tariff_holds_from_its_first_day_and_changes_no_old_quote(
    units: Units, tmp_path: Path
) -> None:
    actor = clerk()
    old = make_quote(units, actor, on=LATER)
    made = publish_tariff(file(), actor=OPERATOR, units=units)
    assert made.look.tariff_id == "post-next"
    with units.read() as uow:
        assert quote_view(uow, old.id, actor=actor) == old
        assert list(verify_ledger(uow)) == []
    new = make_quote(units, actor, on=LATER, collects_agency_fee=True)
    before = make_quote(units, actor, on=date(LATER.year - 1, 12, 31))
    assert (old.total_vnd, before.total_vnd, new.total_vnd) == (26_000, 26_000, 25_000 + 7_000)
    assert (new.tariff, old.tariff) == ("post-next", "tt22-2017")
    assert "Theo Quyết định 1/QĐ-BĐVN." in new.explanation_vi
    with units.read() as uow:
        assert list(verify_ledger(uow)) == []
        assert uow.snapshots is not None
        # A command without a database sees the same tables.
        assert published_book(uow.snapshots) == open_tariffs(units=units)
    kept = json.loads((tmp_path / "published" / made.snapshot.id).read_text("utf-8"))
    assert kept["dossier"]["E"] == [30_500, 37_000, 50_000, 9_500]


def test_a_look_keeps_nothing_and_shows_last_months_quotes_priced_anew(units: Units) -> None:
    actor = clerk()
    for _ in range(3):
        make_quote(units, actor)
    make_quote(units, actor, relief_code="heroic_mother", relief_proof_seen=True)
    seen = look(units, file())
    assert seen.preview is not None
    assert (seen.preview.quotes, seen.preview.cheaper, seen.preview.dearer) == (4, 3, 0)
    assert (seen.preview.before_vnd, seen.preview.after_vnd) == (78_000, 75_000)
    (change,) = seen.preview.changes
    assert (change.before_vnd, change.after_vnd, change.count) == (26_000, 25_000, 3)
    key = ("result", "E", 500)
    cell = next(one for one in seen.cells if (one.leg, one.column, one.grams) == key)
    assert (cell.before_vnd, cell.after_vnd, cell.most_vnd) == (53_000, 52_000, 53_000)
    assert open_tariffs(units=units).tariff_on(LATER).id == "tt22-2017"


def test_a_programme_is_published_beside_its_tariff_and_draws_on_its_budget(units: Units) -> None:
    actor = clerk()
    publish_tariff(file(PROGRAMME), actor=OPERATOR, units=units)
    asked: dict[str, Any] = {
        "from_commune": "31153",  # two communes of one old district of Cần Thơ
        "to_commune": "31157",
        "on": LATER,
        "province_overlay_channel": "online",
    }
    without = make_quote(units, actor, **asked)
    assert without.payers == {"citizen": 4_000, "post": 16_000}
    given = GrantBudget("can-tho-next", LATER, 20_000, "Nghị quyết 1/NQ-HĐND")
    for _ in range(2):  # the same form sent twice
        assert grant_budget(given, actor=OPERATOR, once=ONCE, units=units) == b"20000"
    assert make_quote(units, actor, **asked).payers == {"citizen": 4_000, "budget": 16_000}
    assert make_quote(units, actor, **asked).payers == {"citizen": 4_000, "post": 16_000}
    with units.read() as uow:
        assert budgets(uow)[0].booked_vnd == 16_000
        assert list(verify_ledger(uow)) == []


def test_programmes_may_be_published_alone_and_lie_on_the_table_in_force(units: Units) -> None:
    content = "\n".join([HEAD, PROGRAMME]).encode()
    made = publish_tariff(content, actor=OPERATOR, units=units)
    assert (made.look.tariff_id, made.look.programmes) == (None, ("can-tho-next",))
    assert made.look.cells == ()


@pytest.fixture(scope="module")
def faulty() -> list[tuple[bytes, tuple[int, str, str]]]:
    """Files with one fault each, and where it is named."""
    dear = TABLE.replace("37000,50000", "37000,51100", 1)
    first = TABLE.splitlines()
    return [
        (b"", (1, "*", "import_empty")),
        (b"\xff\xfe", (1, "*", "import_not_utf8")),
        (b"part,of,name,value\nrelief,,x,\xf4\n", (2, "value", "import_not_utf8")),
        (file().replace(b"proof", b"prof", 1), (1, "prof", "import_column_unknown")),
        (file(id=None), (1, "*", "tariff_field_missing")),
        (file(valid_from="2020-01-01"), (1, "post-next", "tariff_backdated")),
        (file(valid_from="mai"), (5, "value", "import_not_a_date")),
        (file(id="tt22-2017"), (1, "tt22-2017", "tariff_id_taken")),
        (file(remittance_vnd="8001"), (1, "remittance_vnd", "tariff_remittance_above")),
        (file(remittance_vnd="8.000"), (6, "value", "tariff_amount_wrong")),
        (file(vat_mode="excluded"), (1, "*", "tariff_field_missing")),
        (file(currency="VND"), (7, "name", "tariff_field_unknown")),
        (file(table=dear), (1, "dossier E", "tariff_above_law")),
        (file(vat_mode="excluded", vat_percent="8"), (1, "result E", "tariff_above_law")),
        (file(table=TABLE.replace("26000,30000", "24000,30000")),
         (12, "A", "tariff_falls_with_weight")),
        (file(table=TABLE.replace(",9500", ",26000 USD", 1)), (10, "E", "tariff_amount_wrong")),
        (file(table=TABLE.replace(",9500", ",NaN", 1)), (10, "E", "tariff_amount_wrong")),
        (file(table=TABLE.replace(",9500", ",-9500", 1)), (10, "E", "tariff_amount_wrong")),
        (file(table=TABLE.replace(",9500", ",", 1)), (10, "E", "import_value_missing")),
        (file(table=TABLE.replace(",100,", ",100g,", 1)), (7, "name", "tariff_weight_wrong")),
        (file(table="\n".join(first[:4])), (1, "*", "tariff_table_missing")),
        (file(table="\n".join([first[0], *first])), (8, "name", "import_key_twice")),
        (file(table=TABLE.replace("result,,250", "result,,300")), (1, "*", "tariff_steps_differ")),
        (file("relief,,hero,40,certificate_of_merit"), (1, "hero", "tariff_relief_below_law")),
        (file("relief,,teacher,50,residence"), (1, "teacher", "tariff_relief_unnamed")),
        (file("relief,,hero,50,badge"), (1, "hero", "tariff_relief_unnamed")),
        (file("relief,,hero,50.5,certificate_of_merit"), (15, "value", "tariff_percent_wrong")),
        (file("discount,,x,1"), (15, "part", "tariff_part_unknown")),
        (file("result,nowhere,100,,,20000"), (15, "of", "tariff_programme_unknown")),
        (file(PROGRAMME.replace("province,92", "province,31153")),
         (1, "can-tho-next", "import_unknown_unit_code")),
        (file(PROGRAMME.replace("budget,80", "budget,70")), (15, "*", "tariff_split_wrong")),
        (file(PROGRAMME.replace("next,100,", "next,150,")),
         (1, "can-tho-next", "tariff_steps_differ")),
        (file(PROGRAMME.replace("20000,24000", "20000,30100")),
         (1, "result B", "tariff_above_law")),
    ]  # fmt: skip


def test_an_amount_that_cannot_be_read_is_no_second_fault(units: Units) -> None:
    found = codes(units, file(table=TABLE.replace("result,,250,,,26000", "result,,250,,,26k")))
    assert found == {(12, "A", "tariff_amount_wrong")}


def test_every_fault_is_named_and_nothing_is_published(
    units: Units, faulty: list[tuple[bytes, tuple[int, str, str]]]
) -> None:
    for content, fault in faulty:
        found = codes(units, content)
        assert fault in found, (content.decode("utf-8", "replace"), found)
        with pytest.raises(TariffFileWrong):
            publish_tariff(content, actor=OPERATOR, units=units)
    assert len(open_tariffs(units=units).tariffs) == 1


def test_every_fault_has_its_sentence(
    units: Units, faulty: list[tuple[bytes, tuple[int, str, str]]]
) -> None:
    texts = Texts.load()
    for content, _ in faulty:
        for one in look(units, content).faults:
            for language in LANGUAGES:
                assert texts.render(one.code, one.params, language)


def test_a_file_of_a_vietnamese_spreadsheet_is_read(units: Units) -> None:
    content = b"\xef\xbb\xbf" + file().replace(b",", b";").replace(b"\n", b"\r\n")
    assert look(units, content).faults == ()


def test_a_name_is_published_once(units: Units) -> None:
    publish_tariff(file(), actor=OPERATOR, units=units)
    assert codes(units, file()) == {(1, "post-next", "tariff_id_taken")}
    cheaper = file(id="post-next-2", table=TABLE.replace("25000", "24000"))
    publish_tariff(cheaper, actor=OPERATOR, units=units)  # of one day, the later one holds
    assert make_quote(units, clerk(), on=LATER).total_vnd == 24_000


def test_the_same_form_twice_publishes_once(units: Units) -> None:
    def render(made: TariffPublished) -> bytes:
        return str(made.snapshot.number).encode()

    once = Once("t1", "POST /x", "0" * 64, render)
    said = [publish_tariff_once(file(), actor=OPERATOR, once=once, units=units) for _ in range(2)]
    assert said[0] == said[1]
    assert len(tariffs_page(actor=OPERATOR, units=units).published) == 1
    assert make_quote(units, clerk(), on=LATER).total_vnd == 25_000


def test_only_an_operator_publishes_or_grants(units: Units) -> None:
    given = GrantBudget("ha-noi-2026", LATER, 1, "x")
    with pytest.raises(Forbidden):
        look_at_tariff(file(), actor=clerk(), units=units)
    with pytest.raises(Forbidden):
        publish_tariff(file(), actor=clerk(), units=units)
    with pytest.raises(Forbidden):
        grant_budget(given, actor=clerk(), once=ONCE, units=units)
