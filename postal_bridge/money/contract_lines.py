"""What agencies owe by contract: written with the fact that causes it, once, never changed. Parts.

A cause has one line. Where no contract names an amount it is 0: the fact is there for both sides
to see, and nothing is posted. What was undone takes its line back by a second one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from postal_bridge.directory.service import agency_view, section_view, unit_view
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import LostUpdate
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, contract_store
from postal_bridge.money.accounts import Posting
from postal_bridge.money.contract_publishing import contract_book
from postal_bridge.money.contracts import Contract, ContractItem, amount_vnd, terms_of
from postal_bridge.money.ledger import EntryHead, post

Facts = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class ContractCause:
    """One fact of a delivery that its quote does not cover.

    Attributes
    ----------
    section_id : whose result it is: its agency has the contract
    cause : what tells it from others of the item in this delivery, as "ride:2"
    facts : counts, codes and amounts, nothing personal; `commune` of REMOTE, `days` of STORAGE,
        `difference_vnd` of HEAVIER
    """

    delivery_id: UUID
    dossier_id: UUID
    unit_id: UUID
    section_id: UUID
    item: ContractItem
    cause: str
    facts: Facts


def write_contract_line(uow: UnitOfWork, cause: ContractCause, *, actor: Actor) -> None:
    """The line of this cause stands, by the contract of today; one that stands stays as it is.

    A commune that no contract names as remote, and days that are all free, are no such fact.
    """
    last = contract_store.last_of_cause(
        uow.session, cause.delivery_id, cause.item.value, cause.cause
    )
    if last is not None and last.no % 2:
        return
    agency_id = section_view(uow, cause.section_id).agency_id
    contract = contract_book(uow).of(
        _upwards(uow, cause.unit_id), agency_view(uow, agency_id).key, local(uow.now).date()
    )
    if not _is_one(cause, contract):
        return
    counted = {name: value for name, value in cause.facts.items() if isinstance(value, int)}
    _add(
        uow,
        {
            "delivery_id": cause.delivery_id,
            "dossier_id": cause.dossier_id,
            "unit_id": cause.unit_id,
            "section_id": cause.section_id,
            "agency_id": agency_id,
            "item": cause.item.value,
            "cause": cause.cause,
            "no": 1 if last is None else last.no + 1,
            "contract": None if contract is None else contract.key,
            "amount_vnd": amount_vnd(cause.item, contract, counted),
            "facts": {**cause.facts, **terms_of(cause.item, contract)},
            "why": None,
        },
        actor,
    )


def take_back_contract_lines(
    uow: UnitOfWork,
    delivery_id: UUID,
    items: Sequence[ContractItem],
    why: str,
    *,
    actor: Actor,
    cause: str | None = None,
) -> None:
    """Nobody owes the delivery's lines of these items any more (of one cause, where one is named).

    `why` is the code of what undid them.
    """
    for row in contract_store.standing(uow.session, delivery_id, [one.value for one in items]):
        if cause is not None and row.cause != cause:
            continue
        kept = (
            "delivery_id", "dossier_id", "unit_id", "section_id", "agency_id",
            "item", "cause", "contract", "facts",
        )  # fmt: skip
        turned = {name: getattr(row, name) for name in kept}
        _add(uow, {**turned, "no": row.no + 1, "amount_vnd": -row.amount_vnd, "why": why}, actor)


def _is_one(cause: ContractCause, contract: Contract | None) -> bool:
    if cause.item is ContractItem.REMOTE:
        return contract is not None and cause.facts["commune"] in contract.remote_communes
    if cause.item is ContractItem.STORAGE:
        return int(cause.facts["days"]) > (contract.storage_free_days if contract else 0)
    return True


def _add(uow: UnitOfWork, values: dict[str, Any], actor: Actor) -> None:
    """The line, its posting where it is of an amount, and its word in the dossier's journal."""
    line_id = new_id()
    row = {
        **values,
        "id": line_id,
        "entry_id": _posted(uow, values, actor),
        "at": uow.now,
        "actor": actor.ref,
    }
    uow.session.flush()
    if not contract_store.add_line(uow.session, row):
        raise LostUpdate
    streams.append(
        uow,
        streams.journal_stream(f"dossier:{values['dossier_id']}"),
        "contract_line",
        {
            "line_id": str(line_id),
            "delivery_id": str(values["delivery_id"]),
            "item": values["item"],
            "cause": values["cause"],
            "no": values["no"],
            "contract": values["contract"],
            "amount_vnd": values["amount_vnd"],
        },
        actor=actor,
    )


def _posted(uow: UnitOfWork, values: Mapping[str, Any], actor: Actor) -> UUID | None:
    """The agency owes it, and the post has earned it; turned round where it is taken back."""
    owed_vnd = values["amount_vnd"]
    if not owed_vnd:
        return None
    line = Posting(
        accounts.contract(values["agency_id"]),
        accounts.fare_revenue(values["unit_id"]),
        abs(owed_vnd),
        values["item"],
    )
    head = EntryHead(
        journal=f"dossier:{values['dossier_id']}",
        kind="contract_line" if owed_vnd > 0 else "contract_line_back",
        unit_id=values["unit_id"],
        section_id=values["section_id"],
        dossier_id=values["dossier_id"],
        reason=values["why"],
        cause=f"contract:{values['delivery_id']}:{values['item']}",
    )
    return post(uow, head, [line if owed_vnd > 0 else line.turned_round()], actor=actor)


def _upwards(uow: ReadUnit, unit_id: UUID) -> list[str]:
    """The keys of the unit and of all above it, the nearest first."""
    keys: list[str] = []
    above: UUID | None = unit_id
    while above is not None:
        unit = unit_view(uow, above)
        keys.append(unit.key)
        above = unit.parent_id
    return keys
