"""docs/map.md, written from the code: floors, rooms, what each declares, and which rooms it builds on."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings

from kizuna.base.events import Event
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource

PRODUCT = Path(__file__).resolve().parent.parent
FLOORS = {
    "base": "the platform; knows no business word",
    "customers": "the customer, shared by every department",
    "domains": "the business; rooms do not know each other",
    "intelligence": "reads everything below through the registries",
    "interfaces": "ways in",
}
IMPORT = re.compile(r"^kizuna\.(\w+)\.(\w+)")


@dataclass(frozen=True)
class Room:
    """One row of the map."""

    floor: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def module(self) -> str:
        return f"kizuna.{self.floor}.{self.name}"

    def holds(self, module: str) -> bool:
        """Whether a module is one of this room's."""
        return module == self.module or module.startswith(f"{self.module}.")

    @property
    def purpose(self) -> str:
        """The first paragraph of its README, on one line."""
        readme = self.path / "README.md"
        paragraphs = readme.read_text().split("\n\n") if readme.exists() else []
        return " ".join(paragraphs[1].split()) if len(paragraphs) > 1 else ""

    def sources(self) -> Iterator[Path]:
        for path in sorted(self.path.rglob("*.py")):
            if not {"tests", "migrations"} & set(path.relative_to(self.path).parts):
                yield path

    @cached_property
    def builds_on(self) -> list[str]:
        """The rooms it imports, in alphabetical order."""
        found = set()
        for path in self.sources():
            for statement in statements(ast.parse(path.read_text())):
                found |= {match[2] for name in imported(statement) if (match := IMPORT.match(name))}
        return sorted(found - {self.name})


def statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Every statement, however deep; what they are made of, nearly all of a tree, is not walked."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for block in ("body", "handlers", "orelse", "finalbody", "cases"):
            waiting += getattr(node, block, ())


def imported(node: ast.AST) -> list[str]:
    """The modules (and names, which may be modules) that an import statement asks for."""
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def rooms(floor: str) -> list[Room]:
    """The rooms of a floor, lowest first: INSTALLED_APPS says the order; `types` lies below it, `testing` above."""
    found = [Room(floor, path.parent) for path in (PRODUCT / floor).glob("*/__init__.py")]
    order = {name: number for number, name in enumerate(settings.INSTALLED_APPS)}
    above = len(order)
    return sorted(found, key=lambda room: order.get(room.module, -1 if room.name == "types" else above))


def events_of(room: Room) -> list[type[Event]]:
    """The events that a room declares, by name; base classes that only share fields have none of their own."""
    return sorted((kind for kind in all_kinds(Event) if room.holds(kind.__module__)), key=lambda kind: kind.__name__)


def all_kinds(kind: type[Event]) -> Iterator[type[Event]]:
    for child in kind.__subclasses__():
        yield child
        yield from all_kinds(child)


def resources_of(room: Room) -> list[Resource]:
    found = [resource for resource in registry.declared() if room.holds(type(resource).__module__)]
    return sorted(found, key=lambda resource: resource.key)


def summary(event: type[Event]) -> str:
    """The first line of its docstring after a colon; a dataclass without one only has its signature there."""
    first = (event.__doc__ or "").strip().split("\n")[0]
    return "" if first.startswith(f"{event.__name__}(") else f": {first}"


def describe(room: Room) -> list[str]:
    """The lines about one room."""
    lines = [f"### {room.name}", "", room.purpose, ""]
    for resource in resources_of(room):
        verbs = ", ".join(sorted(f"`{verb.name}`" for verb in resource.actions))
        lines.append(f"- resource `{resource.key}` (`/{resource.plural}`){f': {verbs}' if verbs else ''}")
    for event in events_of(room):
        lines.append(f"- event `{event.__name__}`{summary(event)}")
    if room.builds_on:
        lines.append(f"- builds on {', '.join(room.builds_on)}")
    return [*lines, ""]


def drawing() -> str:
    """The whole map as Markdown."""
    lines = [
        "# The map",
        "",
        "Written by `make docs` from the code and the READMEs of the rooms; a test keeps it true. Bottom floor first:",
        "imports go down only, and inside a floor in the order that the contracts in `pyproject.toml` say.",
        "",
    ]
    for number, (floor, meaning) in enumerate(FLOORS.items()):
        if found := rooms(floor):
            lines += [f"## Floor {number}: {floor}, {meaning}", ""]
            for room in found:
                lines += describe(room)
    lines += [
        "## server: the one place that names every room",
        "",
        "Settings, URLs, the WSGI entry and the `kizuna` command. Start reading at `settings.py`.",
    ]
    return "\n".join(lines) + "\n"
