"""The tree of a formula. Every node knows at which letter of the text it begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from kizuna.base.types.errors import Malformed, fill

LONGEST, MOST_NODES = 2000, 400


class Type(StrEnum):
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    TEXT = "text"
    BOOLEAN = "boolean"


class Wrong(Malformed):
    """A formula that cannot be understood; `at` is the place in its text, from 0."""

    def __init__(self, message: Any, at: int, **values: Any) -> None:
        super().__init__("formula", fill(message, values) if values else message)
        self.at = at


@dataclass(frozen=True)
class Literal:
    value: Decimal | str | bool | dt.date
    at: int = 0


@dataclass(frozen=True)
class Name:
    name: str
    at: int = 0


@dataclass(frozen=True)
class Call:
    """A function, or an operator by its sign: "+", "and", "neg"."""

    name: str
    args: tuple[Node, ...]
    at: int = 0


Node = Literal | Name | Call


def walk(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Call):
        for arg in node.args:
            yield from walk(arg)


def names_in(node: Node) -> list[str]:
    """The fields that a formula reads, each once, in the order of the text."""
    return list(dict.fromkeys(one.name for one in walk(node) if isinstance(one, Name)))


def is_volatile(node: Node) -> bool:
    """Whether the answer changes with the calendar or the reader's zone."""
    return any(isinstance(one, Call) and one.name in ("today", "date") for one in walk(node))


def replaced(node: Node, trees: Mapping[str, Node]) -> Node:
    """The tree with these names replaced by trees of their own."""
    if isinstance(node, Name):
        return trees.get(node.name, node)
    if isinstance(node, Call):
        return Call(node.name, tuple(replaced(arg, trees) for arg in node.args), node.at)
    return node


def written(node: Node) -> str:
    """The tree as a text that is read as the same tree."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Call):
        return f"{_WORDS.get(node.name, node.name)}({', '.join(map(written, node.args))})"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    if isinstance(node.value, Decimal):
        return f"{node.value:f}"
    return '"' + str(node.value).replace('"', '""') + '"'


_WORDS = {
    "+": "_add", "-": "_sub", "*": "_mul", "/": "_div", "&": "_join", "=": "_eq", "<>": "_ne", "<": "_lt",
    "<=": "_le", ">": "_gt", ">=": "_ge", "and": "_and", "or": "_or", "not": "_not", "neg": "_neg",
}  # fmt: skip
SIGNS = {word: sign for sign, word in _WORDS.items()}
"""How operators are written where only Kizuna reads it."""
