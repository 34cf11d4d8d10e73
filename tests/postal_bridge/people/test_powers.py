"""Who may do what, as one table."""

import ast
import re
from itertools import chain
from pathlib import Path

import pytest

from postal_bridge.directory import rules as directory_rules
from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.text import Texts
from postal_bridge.people import rules
from postal_bridge.people.rules import MAY_APPOINT, POWERS, Power, check_may, check_may_appoint

ROOMS = Path(__file__).parents[3] / "postal_bridge"


def one_with(*roles: Role) -> Actor:
    return Actor(ActorKind.STAFF, "x", roles=frozenset(roles))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("power", Power)
def test_a_power_not_in_the_table_is_forbidden(role: Role, power: Power) -> None:
    if power in POWERS[role]:
        check_may(one_with(role), power)
    else:
        with pytest.raises(Forbidden):
            check_may(one_with(role), power)


def test_every_power_is_somebodys_and_no_role_is_without() -> None:
    assert set(chain.from_iterable(POWERS.values())) == set(Power)
    assert set(POWERS) == set(Role)


def test_who_handles_money_or_papers_does_not_approve_corrections_of_them() -> None:
    for role in (Role.CLERK, Role.COURIER, Role.OFFICER, Role.OPERATOR):
        assert Power.APPROVE_CORRECTIONS not in POWERS[role]
    assert not POWERS[Role.SUPERVISOR] & {Power.KEEP_DRAWER, Power.DELIVER}


def test_nobody_without_a_role_may_do_anything() -> None:
    for power in Power:
        with pytest.raises(Forbidden):
            check_may(one_with(), power)


@pytest.mark.parametrize("own", Role)
@pytest.mark.parametrize("given", Role)
def test_roles_are_given_by_the_table(own: Role, given: Role) -> None:
    if given in MAY_APPOINT.get(own, frozenset()):
        check_may_appoint(one_with(own), given)
    else:
        with pytest.raises(Forbidden):
            check_may_appoint(one_with(own), given)


def test_every_refusal_and_every_word_of_these_rooms_has_its_texts() -> None:
    texts = Texts.load()
    codes = {
        match
        for room in ("directory", "people")
        for file in (ROOMS / room).glob("*.py")
        for match in re.findall(r'^    code = "(\w+)"$', file.read_text(), re.MULTILINE)
    }
    codes |= {f"role_{role}" for role in Role}
    codes |= {f"party_role_{role}" for role in rules.PartyRole}
    codes |= {f"id_kind_{kind}" for kind in rules.IdKind}
    codes |= {f"staff_kind_{kind}" for kind in rules.StaffKind}
    codes |= {f"device_state_{state}" for state in rules.DeviceState}
    codes |= {f"status_link_{status}" for status in directory_rules.LinkStatus}
    codes |= {f"channel_{channel}" for channel in directory_rules.Channel}
    codes |= {f"who_may_receive_{circle}" for circle in directory_rules.WhoMayReceive}
    codes |= {f"unit_level_{level}" for level in directory_rules.UnitLevel}
    assert len(codes) > 50
    assert not sorted(code for code in codes if not texts.has(code))


def test_what_the_door_names_is_there() -> None:
    """`__all__` of both service files is what they import or define, and nothing else."""
    for room in ("directory", "people"):
        tree = ast.parse((ROOMS / room / "service.py").read_text())
        listed = next(
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "__all__"
        )
        module = __import__(f"postal_bridge.{room}.service", fromlist=["x"])
        assert not [name for name in listed if not hasattr(module, name)]
