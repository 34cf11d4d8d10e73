"""The fee of a procedure as its row of a file says: the file's own holds, another ends."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import ProcedureFeeRow, ProcedureRow
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.text import Texts

Differences = dict[str, tuple[Any, Any]]


def write_fees(
    store: DirectoryStore,
    procedure: ProcedureRow,
    values: Mapping[str, Any],
    *,
    origin: str,
    today: date,
) -> bool:
    """The fee of the file holds; one of another kind ends yesterday. Tells whether it differed."""
    key = f"{procedure.key}:{values['fee_kind']}"
    others = [fee for fee in store.fees([procedure.id], today) if fee.key != key]
    for fee in others:
        fee.valid_to = today - timedelta(days=1)
    if values["fee_kind"] == "none":
        return bool(others)
    return _write_fee(store, procedure, key, values, origin) or bool(others)


def _write_fee(
    store: DirectoryStore,
    procedure: ProcedureRow,
    key: str,
    values: Mapping[str, Any],
    origin: str,
) -> bool:
    code = f"fee_name_{values['fee_kind']}"
    named = {"procedure_vi": procedure.name_vi, "procedure_en": procedure.name_en}
    attributes = {
        "kind": values["fee_kind"],
        "amount_vnd": values["fee_vnd"],
        "per": values["fee_per"],
        "name_vi": _texts().render(code, named, "vi")[:400],
        "name_en": _texts().render(code, named, "en")[:400],
        "source": values.get("source", ""),
        "valid_to": None,
    }
    row = store.rows_by_key(ProcedureFeeRow).get(key)
    if row is not None:
        row.origin = origin
        return bool(fill(row, attributes))
    fee = ProcedureFeeRow(
        id=new_id(), key=key, procedure_id=procedure.id, origin=origin, **attributes
    )
    store.add_all([fee])
    return True


def fill(target: Any, attributes: Mapping[str, Any]) -> Differences:
    """The row holds these values; what was otherwise, before and after."""
    found: Differences = {}
    for name, value in attributes.items():
        before = getattr(target, name)
        if before != value:
            setattr(target, name, value)
            found[name] = (before, value)
    return found


@cache
def _texts() -> Texts:
    return Texts.load()
