"""A room has the same files, always; a drawer is not a room."""

import ast
import re

import pytest

from tests.architecture.code import PRODUCT, ROOT, Room, modules, nodes, rooms, shown, tree, written_files

MODULES = {
    "apps", "events", "models", "policies", "queries", "services", "resources", "handlers", "views", "urls",
    "measures", "demo", "forms", "api", "jobs",
}  # fmt: skip
VALUES = {"reckoning"}
"""Pure values of a room, without tables, that every other file of it may use: what `base/types` is to the building."""
FOLDERS = {"templates", "templatetags", "static", "tests", "migrations", "management", "__pycache__"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "stuff", "shared"}
MACHINERY = {"base", "interfaces"}
"""Floors whose rooms are parts of a machine and name their modules after those parts; no drawers there either."""

ROOMS = pytest.mark.parametrize("room", rooms(), ids=str)


@ROOMS
def test_a_room_has_only_the_files_that_every_room_has(room: Room) -> None:
    if room.floor in MACHINERY:
        return
    for path in room.path.iterdir():
        if path.is_dir():
            assert path.name in MODULES | FOLDERS, f"{shown(path)}: no such folder in a room"
        elif path.name not in ("README.md", "__init__.py"):
            known = path.suffix == ".py" and path.stem in MODULES | VALUES
            assert known, f"{shown(path)}: no such file in a room"


@ROOMS
def test_a_room_says_in_thirty_lines_what_it_is_for(room: Room) -> None:
    readme = room.path / "README.md"
    assert readme.exists(), f"{room} has no README.md"
    lines = readme.read_text().splitlines()
    assert len(lines) <= 30, f"{shown(readme)} has {len(lines)} lines"
    assert lines[0].startswith("# ")


@ROOMS
def test_a_room_is_an_app_under_its_own_name(room: Room) -> None:
    if room.name == "types":
        return  # values without tables: nothing for Django to know
    apps = room.path / "apps.py"
    if room.name == "testing" and not apps.exists():
        return  # only imported by tests
    source = apps.read_text()
    assert f'name = "kizuna.{room.floor}.{room.name}"' in source
    assert f'label = "{room.name}"' in source
    assert "verbose_name = _(" in source


@ROOMS
def test_a_room_says_in_its_readme_which_events_it_publishes(room: Room) -> None:
    readme = "".join(path.read_text() for path in room.path.glob("README.md"))
    for path in modules():
        if not path.is_relative_to(room.path):
            continue
        for name in event_names(tree(path)):
            assert name in readme, f"{room}: README.md does not mention the event {name}"


def event_names(module: ast.Module) -> list[str]:
    """Classes derived straight from Event in one module."""
    return [
        node.name
        for node in nodes(module)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).split(".")[-1] == "Event" for base in node.bases)
    ]


@ROOMS
def test_the_tests_of_a_room_mirror_it(room: Room) -> None:
    tests = sorted((room.path / "tests").glob("test_*.py"))
    assert tests, f"{room} has no tests"


def test_nothing_is_called_a_drawer() -> None:
    for path in written_files(".py", ".html", ".js", ".mjs", ".css"):
        words = set(re.split(r"[^a-z]+", path.stem.lower()))
        assert not words & DRAWERS, f"{shown(path)}: the name says nothing about what is in it"
    for folder in [*PRODUCT.rglob("*/"), *(ROOT / "tests").rglob("*/")]:
        assert folder.name not in DRAWERS, f"{shown(folder)}: the name says nothing about what is in it"


def test_rooms_stand_only_where_something_is_in_them() -> None:
    for room in rooms():
        written = [path for path in room.path.rglob("*.py") if path.name not in ("__init__.py", "apps.py")]
        assert written, f"{room} is empty"


def test_no_module_hides_behind_a_folder_of_its_name() -> None:
    """Python imports the folder, and the file beside it is never read again."""
    hidden = [shown(path) for path in modules(tests=True) if path.with_suffix("").joinpath("__init__.py").exists()]
    assert hidden == []
