"""The house as a test: floors, rooms and furniture (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_LINES = 400  # 300 is a smell: the review asks which second idea lives in the file

# Lowest first. A module may import its own entry and the entries before it.
ORDER = [
    "config", "geo", "postal_bridge",  # the package file itself sees no room
    "postal_bridge.kernel", "postal_bridge.directory", "postal_bridge.people",
    "postal_bridge.custody", "postal_bridge.money", "postal_bridge.dossiers",
    "postal_bridge.delivery", "postal_bridge.runs", "postal_bridge.counter",
    "postal_bridge.notices", "postal_bridge.insight", "postal_bridge.jobs",
    "couriers", "routes", "app",  # the composition root sees everything
]  # fmt: skip
FLOORS = ("config", "geo", "postal_bridge", "couriers", "routes")
SOCKETS = {"requests", "urllib", "socket", "http", "redis", "rq"}
PRIVATE = ("store", "tables")
IMPURE = {"sqlalchemy", "flask", "rq", "redis", "requests", "alembic"}
MIGRATIONS = "postal_bridge.kernel.migrations"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def entry(module: str) -> str | None:
    """The longest entry of ORDER that covers `module`; None if it is not ours."""
    covering = [e for e in ORDER if module == e or module.startswith(f"{e}.")]
    return max(covering, key=len) if covering else None


def imports(tree: ast.AST) -> Iterator[str]:
    """Everything imported anywhere, hidden imports included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """The public top-level functions of a file by name."""
    if not path.exists():
        return {}
    return {
        node.name: node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }


def is_part(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return bool(arguments) and arguments[0].arg == "uow"


@cache
def service_functions(room: str) -> dict[str, ast.FunctionDef]:
    """Functions another room reaches through `room.service`, re-exported ones included."""
    folder = ROOT / room.replace(".", "/")
    service = folder / "service.py"
    found = dict(functions(service))
    if service.exists():
        for node in ast.parse(service.read_text()).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{room}."):
                origin = functions(ROOT / f"{(node.module or '').replace('.', '/')}.py")
                for alias in node.names:
                    if alias.name in origin:
                        found[alias.asname or alias.name] = origin[alias.name]
    return found


def is_use_case(room: str, name: str) -> bool:
    """True for a function of the room's service that opens its own unit of work."""
    function = service_functions(room).get(name)
    if function is None:
        return False
    names = {argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]}
    return "units" in names


def offences(tree: ast.AST, own: str) -> Iterator[str]:
    """What a module of the entry `own` imports and may not."""
    for name in imports(tree):
        if own == "geo" and name.split(".")[0] in SOCKETS:
            yield f"{name}: geo/ opens no socket"
        other = entry(name)
        if other is None or other == own:
            continue
        if ORDER.index(other) > ORDER.index(own):
            yield f"{name}: looks up"
        piece, _, wanted = name.removeprefix(f"{other}.").partition(".")
        if other.startswith("postal_bridge.") and other != "postal_bridge.kernel":
            if piece in PRIVATE or piece.endswith("_store"):
                yield f"{name}: private to its room"
            is_room = own.startswith("postal_bridge.") and own != "postal_bridge.jobs"
            if is_room and piece == "service" and (not wanted or is_use_case(other, wanted)):
                yield f"{name}: another room may call parts only, by name"


FILES = [
    ROOT / "app.py",
    *(path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))),
]
PLANTED = [
    ("geo", "import requests", "opens no socket"),
    ("geo", "from postal_bridge.kernel import ids", "looks up"),
    ("config", "def f():\n    from geo.point import Point", "looks up"),
    ("postal_bridge.custody", "from postal_bridge.money.service import quote", "looks up"),
    ("postal_bridge.money", "from postal_bridge.custody.tables import ItemRow", "private"),
    ("postal_bridge.money", "import postal_bridge.custody.store", "private"),
    ("postal_bridge.counter", "from postal_bridge.people.service import sign_in", "parts only"),
    ("postal_bridge.counter", "import postal_bridge.people.service", "parts only"),
    ("couriers", "from routes.web import build", "looks up"),
    ("routes", "from postal_bridge.dossiers.store import DossierStore", "private"),
    ("routes", "import app", "looks up"),
]


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_point_one_way_and_rooms_are_closed(path: Path) -> None:
    own = entry(module_name(path))
    assert own is not None
    assert not list(offences(ast.parse(path.read_text()), own))


def test_no_file_is_too_long_to_read() -> None:
    """Migrations may be: a step that is written in pieces is harder to read, not easier."""
    read = [path for path in FILES if not module_name(path).startswith(f"{MIGRATIONS}.versions")]
    read += sorted((ROOT / "tests").rglob("*.py"))
    assert not [path for path in read if len(path.read_text().splitlines()) > MAX_LINES]


@pytest.mark.parametrize(("own", "source", "why"), PLANTED)
def test_a_planted_import_is_caught(own: str, source: str, why: str) -> None:
    assert any(why in offence for offence in offences(ast.parse(source), own))


@pytest.mark.parametrize("path", [p for p in FILES if p.name == "rules.py"], ids=module_name)
def test_rules_are_pure(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(ast.parse(path.read_text()))}
    assert not roots & IMPURE


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if module_name(p).startswith(f"{MIGRATIONS}.versions.0")],
    ids=module_name,
)
def test_migrations_import_nothing_of_the_application(path: Path) -> None:
    ours = [name for name in imports(ast.parse(path.read_text())) if entry(name)]
    assert all(name.startswith(f"{MIGRATIONS}.facts") for name in ours)


ROOMS = [e for e in ORDER if e.startswith("postal_bridge.") and e != "postal_bridge.kernel"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_part_never_commits_and_a_use_case_names_its_actor(room: str) -> None:
    for name, function in service_functions(room).items():
        if name.startswith("_"):
            continue
        commits = [
            node
            for node in ast.walk(function)
            if isinstance(node, ast.Attribute) and node.attr == "commit"
        ]
        if is_part(function):
            assert not commits, f"{room}.{name} takes a uow and commits"


def opens_savepoint(tree: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "begin_nested" for n in ast.walk(tree))


def test_only_the_unit_of_work_opens_savepoints() -> None:
    """What else would be undone by one knows nothing of facts, messages and held rows."""
    opening = [module_name(p) for p in FILES if opens_savepoint(ast.parse(p.read_text()))]
    assert opening == ["postal_bridge.kernel.unit_of_work"]


def test_only_stores_tables_and_the_kernel_know_sql() -> None:
    strangers = []
    for path in FILES:
        name = module_name(path)
        if not name.startswith("postal_bridge.") or name.startswith("postal_bridge.kernel"):
            continue
        knows = any(n.split(".")[0] == "sqlalchemy" for n in imports(ast.parse(path.read_text())))
        last = name.rsplit(".", 1)[-1]
        allowed = last in ("tables", "store", "verify") or last.endswith(("_store", "_tables"))
        if knows and not allowed:
            strangers.append(name)
    assert not strangers
