"""No row of a state table is out of everybody's reach.

The calls are read from the source, name by name through the imports: from each page, API route,
command and handler of later work down to the code that names the action. A row whose action
nobody can ask for is a promise nobody keeps. (A link's moves are named by the request itself.)
"""

import ast
from collections import deque
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from postal_bridge.custody.rules import POUCH_MOVES
from postal_bridge.delivery.rules import MOVES as DELIVERY_MOVES
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.dossiers.rules import MOVES as DOSSIER_MOVES
from postal_bridge.money.fee_change_rules import MOVES as FEE_CHANGE_MOVES
from postal_bridge.money.hand_in_rules import GAP_MOVES, HAND_IN_MOVES
from postal_bridge.money.rules import DRAWER_MOVES, PAYMENT_MOVES
from postal_bridge.runs.rules import RUN_MOVES, STOP_MOVES

ROOT = Path(__file__).parents[2]
FLOORS = ("postal_bridge", "couriers", "routes")
ENTRIES = ("routes/pages/", "routes/api/", "routes/commands/", "routes/webhooks", "/handlers.py")
MACHINES: Mapping[str, Mapping[Any, Any]] = {
    "dossier": DOSSIER_MOVES,
    "delivery": DELIVERY_MOVES,
    "pouch": POUCH_MOVES,
    "payment": PAYMENT_MOVES,
    "drawer": DRAWER_MOVES,
    "run": RUN_MOVES,
    "stop": STOP_MOVES,
    "hand_in": HAND_IN_MOVES,
    "gap": GAP_MOVES,
    "fee_change": FEE_CHANGE_MOVES,
}
BY_NAME = {
    # A visit fails on the road; what was only reported is refuted at the office.
    (DeliveryStatus.REPORTED_DELIVERED, DeliveryAction.FAIL): "refute_report",
}

Node = tuple[str, str]
"""A function, or a class with its methods, by module and name."""


class Module:
    """The names of one file: what it defines, and where it has the others from."""

    def __init__(self, path: Path) -> None:
        self.name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        self.path = str(path.relative_to(ROOT))
        tree = ast.parse(path.read_text("utf-8"))
        kinds = (ast.FunctionDef, ast.ClassDef)
        self.bodies = {one.name: one for one in tree.body if isinstance(one, kinds)}
        self.tables = [one for one in tree.body if isinstance(one, ast.Assign | ast.AnnAssign)]
        self.imported = {
            alias.asname or alias.name: (one.module, alias.name)
            for one in ast.walk(tree)
            if isinstance(one, ast.ImportFrom) and one.module
            for alias in one.names
        }


@cache
def modules() -> Mapping[str, Module]:
    paths = (path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
    found = (Module(path) for path in paths if "migrations" not in path.parts)
    return {one.name: one for one in found}


def target(module: str, name: str) -> Node | None:
    """Where a name is defined, through however many files it is handed on."""
    while (seen := modules().get(module)) is not None:
        if name in seen.bodies:
            return module, name
        if name not in seen.imported:
            return None
        module, name = seen.imported[name]
    return None


def asked(node: Node) -> Iterator[Node]:
    """What the code of a node names."""
    module = modules()[node[0]]
    for one in ast.walk(module.bodies[node[1]]):
        if isinstance(one, ast.Name):
            found = target(module.name, one.id)
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            owner = module.imported.get(one.value.id)
            found = target(".".join(owner), one.attr) if owner else None
        else:
            continue
        if found is not None:
            yield found


@cache
def reached() -> frozenset[Node]:
    """Everything that some door of the service leads to."""
    entries = [
        (one.name, name)
        for one in modules().values()
        if any(entry in one.path for entry in ENTRIES)
        for name in one.bodies
    ]
    seen, ahead = set(entries), deque(entries)
    while ahead:
        for found in asked(ahead.popleft()):
            if found not in seen:
                seen.add(found)
                ahead.append(found)
    return frozenset(seen)


@cache
def actions_named() -> frozenset[str]:
    """`DeliveryAction.PACK` and the like, as far as reached code names them."""
    named = set()
    for module, name in reached():
        if module.endswith("rules"):
            continue  # the tables name every action
        for one in ast.walk(modules()[module].bodies[name]):
            if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
                named.add(f"{one.value.id}.{one.attr}")
    return frozenset(named)


def spelt(action: StrEnum) -> str:
    return f"{type(action).__name__}.{action.name}"


@pytest.mark.parametrize("machine", MACHINES)
def test_every_row_can_be_asked_for_by_somebody(machine: str) -> None:
    actions = {spelt(action) for _, action in MACHINES[machine]}
    assert actions <= actions_named()


@pytest.mark.parametrize(("row", "part"), BY_NAME.items(), ids=str)
def test_a_row_with_a_door_of_its_own_has_it(row: tuple[Any, Any], part: str) -> None:
    assert row in DELIVERY_MOVES
    assert part in {name for _, name in reached()}


def test_what_no_door_leads_to_is_not_reached() -> None:
    """The reading is exact enough to see a part that only tests call: a carrier's own word, which
    comes with the first carrier's adapter."""
    assert ("postal_bridge.delivery.handing_over", "hand_over_to") in reached()
    assert ("postal_bridge.delivery.handing_over", "report_delivered") not in reached()
