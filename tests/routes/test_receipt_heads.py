"""Form number and tax code stand on a receipt as the tax office gave them to who collects."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import SettingsWrong, read_settings
from routes.receipts import headed
from tests.postal_bridge.money.test_receipts import PAPER

GIVEN = """
receipt_tax_code = "0100109106"
receipt_fee_form = "01BLP0-001"
[receipts.can-tho]
tax_code = "0100109106-092"
"""


def test_a_province_has_its_own_tax_code_and_else_the_installations(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(GIVEN, encoding="utf-8")
    settings = read_settings({"POSTAL_BRIDGE_HOME": str(tmp_path)})
    own = headed(replace(PAPER, unit_key="can-tho"), settings)
    other = headed(replace(PAPER, unit_key="ha-noi"), settings)
    assert (own.tax_code, own.form_no) == ("0100109106-092", "01BLP0-001")
    assert (other.tax_code, other.form_no) == ("0100109106", "01BLP0-001")


@pytest.mark.parametrize("wrong", ["receipts = 1", "[receipts]\na = 1", "[receipts.a]\nb = '1'"])
def test_what_is_no_such_table_is_named(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(SettingsWrong, match="receipts"):
        read_settings({"POSTAL_BRIDGE_HOME": str(tmp_path)})
