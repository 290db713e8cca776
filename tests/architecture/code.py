"""The building as data: floors, rooms, modules and their syntax trees, read once per run."""

import ast
import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ROOT / "kizuna"
FLOORS = ("base", "customers", "domains", "intelligence", "interfaces")


@dataclass(frozen=True)
class Room:
    """One room: a folder with modules on a floor."""

    floor: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def __str__(self) -> str:
        return f"{self.floor}/{self.name}"


@functools.cache
def rooms() -> tuple[Room, ...]:
    found = []
    for floor in FLOORS:
        for path in sorted((PRODUCT / floor).glob("*/__init__.py")):
            found.append(Room(floor, path.parent))
    return tuple(found)


@functools.cache
def modules(*, tests: bool = False) -> tuple[Path, ...]:
    """Python files of the product without migrations; with `tests`, those of the tests and tools too."""
    found = [path for path in PRODUCT.rglob("*.py") if "migrations" not in path.parts]
    if not tests:
        return tuple(sorted(path for path in found if "tests" not in path.parts))
    return tuple(sorted([*found, *(ROOT / "tests").rglob("*.py"), *(ROOT / "tools").rglob("*.py")]))


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


@functools.cache
def nodes(module: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a module; to walk there costs more than to parse."""
    return tuple(ast.walk(module))


def written_files(*suffixes: str) -> Iterator[Path]:
    """Files that people write, by suffix, in every folder of ours; nothing built, installed or kept by a tool."""
    return (path for path in written() if path.suffix in suffixes)


MADE = {ROOT / "frontend" / "node_modules", PRODUCT / "base" / "ui" / "static" / "kizuna"}


@functools.cache
def written() -> tuple[Path, ...]:
    found: list[Path] = []
    for name in ("kizuna", "tests", "tools", "frontend", "docs"):
        for folder, folders, files in os.walk(ROOT / name):
            folders[:] = [one for one in folders if Path(folder, one) not in MADE]
            found += [Path(folder, file) for file in files]
    return (*sorted(found), *(path for path in sorted(ROOT.glob("*")) if path.is_file()))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
