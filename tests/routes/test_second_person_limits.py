"""Wherever a second person's password is typed, tries are limited."""

import ast
from collections.abc import Iterator
from pathlib import Path

from routes.registry import LIMITS

ROUTES = Path(__file__).parents[2] / "routes"
BLUEPRINTS = ("Blueprint", "ApiBlueprint")


def asking(tree: ast.Module) -> Iterator[str]:
    """The views that look a second person up themselves."""
    for one in tree.body:
        if isinstance(one, ast.FunctionDef) and one.decorator_list:
            called = {node.id for node in ast.walk(one) if isinstance(node, ast.Name)}
            if "with_second_person" in called:
                yield one.name


def blueprint_of(tree: ast.Module) -> str:
    """The name its endpoints begin with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in BLUEPRINTS:
            assert isinstance(node.args[0], ast.Constant)
            return str(node.args[0].value)
    raise AssertionError("no blueprint")


def test_every_view_that_takes_a_second_password_has_a_limit() -> None:
    found = set()
    for file in [*ROUTES.glob("pages/*.py"), *ROUTES.glob("api/*.py")]:
        tree = ast.parse(file.read_text())
        found |= {f"{blueprint_of(tree)}.{name}" for name in asking(tree)}
    assert len(found) > 20
    assert found <= set(LIMITS), found - set(LIMITS)
