from datetime import date

import pytest

from postal_bridge.directory.dossier_code import (
    DossierCodeWrong,
    format_dossier_code,
    parse_dossier_code,
)


@pytest.mark.parametrize(
    ("text", "identifier", "received_on", "sequence"),
    [
        ("000.00.12.H29-210315-0001", "000.00.12.H29", date(2021, 3, 15), 1),
        ("H56.14-260101-0001", "H56.14", date(2026, 1, 1), 1),
        ("H56-260101-12345", "H56", date(2026, 1, 1), 12345),
    ],
)
def test_codes_of_the_old_rule_and_of_later_practice_are_read(
    text: str, identifier: str, received_on: date, sequence: int
) -> None:
    code = parse_dossier_code(f" {text} ")
    assert (code.raw, code.identifier, code.received_on, code.sequence) == (
        *(text, identifier, received_on),
        sequence,
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1.002835.000.00.00.H56", "shape"),
        ("H56-260101-001", "shape"),
        ("H56-260101-0001\n-x", "shape"),
        ("H56-260101-٠٠٠١", "shape"),
        ("H56-260231-0001", "date"),
        ("H56-" + "260101-" + "1" * 80, "shape"),
    ],
)
def test_what_is_no_code_is_refused(text: str, fault: str) -> None:
    with pytest.raises(DossierCodeWrong) as refusal:
        parse_dossier_code(text)
    assert refusal.value.params == {"fault": fault}


def test_a_seated_code_is_written_as_it_is_read() -> None:
    text = format_dossier_code("H56.14", date(2026, 1, 1), 7)
    assert text == "H56.14-260101-0007"
    assert parse_dossier_code(text).sequence == 7
