"""Every code has its sentence in both languages, and no exception speaks for itself."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import couriers
import geo
import postal_bridge
import routes
from app import checks
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.text import LANGUAGES, Texts
from routes.pages.recorded_acts import WRONG_FIELDS

ROOT = Path(__file__).parents[2]
TEXTS = Texts.load()


def load_everything() -> None:
    for package in (postal_bridge, geo, couriers, routes):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def all_errors() -> list[type[AppError]]:
    load_everything()
    found, ahead = [], [AppError]
    while ahead:
        cls = ahead.pop()
        found.append(cls)
        ahead += cls.__subclasses__()
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_code_has_a_sentence(language: str) -> None:
    missing = [
        cls.code
        for cls in all_errors()
        if cls.__module__.split(".")[0] != "tests"
        and language not in TEXTS.catalogue.get(cls.code, {})
    ]
    assert not missing


def test_a_phone_s_refused_act_is_said_for_codes_that_exist() -> None:
    """A code that is renamed would leave the device's page with its general sentence."""
    named = {code.removeprefix("device_refused_") for code in TEXTS.catalogue
             if code.startswith("device_refused_")} - {"other"}  # fmt: skip
    assert named - {cls.code for cls in all_errors()} == {WRONG_FIELDS}
    assert "{" not in "".join(  # the row keeps the code alone, nothing to fill in
        TEXTS.catalogue[f"device_refused_{one}"][language]
        for one in named
        for language in LANGUAGES
    )


def test_every_text_stands_in_both_languages() -> None:
    assert not [code for code in TEXTS.catalogue if not TEXTS.has(code)]


def test_every_check_of_what_is_stored_says_what_it_looked_at(tmp_path: Path) -> None:
    assert not [name for name in checks(Blobs(tmp_path)) if not TEXTS.has(f"verify_check_{name}")]


def test_no_exception_is_shown_as_it_is() -> None:
    """`str(exc)` is for logs."""
    shown = []
    for path in sorted((ROOT / "routes").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _is_str_of_error(node):
                shown.append(f"{path.name}:{node.lineno}")
    assert not shown


def _is_str_of_error(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Name)
        and call.func.id == "str"
        and len(call.args) == 1
        and isinstance(call.args[0], ast.Name)
        and call.args[0].id in ("exc", "error", "e")
    )
