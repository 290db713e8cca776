"""Which kinds of records lie in territories: rooms that have such records say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kizuna.base.resources import registry
from kizuna.base.resources.resource import Section
from kizuna.base.territories.fields import Takes

Tree = dict[str, Any]
SHAPES = ("territory", "territorydraft")


@dataclass(frozen=True)
class Placeable:
    """A kind of record that lies in a territory; its model is `Placed`.

    `key` is that of its resource. A record that no rule of its own kind takes goes where the first of `follows` lies,
    relations to other such records. What meets `settled` stays where it lay when that came to be: a deal that was
    closed counts for the territory of that day. `amount` is what a preview adds up.
    """

    key: str
    follows: Sequence[str] = ()
    settled: Tree = field(default_factory=dict)
    amount: str = ""

    @property
    def label(self) -> Any:
        return registry.get(self.key).plural_label

    @property
    def model(self) -> Any:
        return registry.get(self.key).model

    def target_of(self, relation: str) -> str:
        """The kind of record at the other end."""
        return str(registry.get(self.key).fields[relation].target_key)  # type: ignore[attr-defined]


_placeable: dict[str, Placeable] = {}


def place(kind: Placeable) -> Placeable:
    """Let records of a kind lie in territories; called in a room's `apps.ready()`, those that are followed first."""
    _placeable[kind.key] = kind
    for shape in SHAPES:
        takes = Takes(kind.key)
        registry.extend(shape, fields=[takes])
        declaration = type(registry.get(shape))
        *others, last = declaration.sections
        declaration.sections = (*others, Section(last.title, *last.fields, takes.name))
    return kind


def placeable() -> list[Placeable]:
    """Every kind, those that are followed before those that follow them."""
    return list(_placeable.values())


def find(key: str) -> Placeable | None:
    return _placeable.get(key)


def following(key: str) -> list[tuple[Placeable, str]]:
    """Kinds that follow records of this one, and by which relation."""
    return [(kind, name) for kind in placeable() for name in kind.follows if kind.target_of(name) == key]
