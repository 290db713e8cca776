"""From text to tree. What is wrong is told with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from kizuna.base.types.formulas.nodes import LONGEST, MOST_NODES, SIGNS, Call, Literal, Name, Node, Wrong, walk

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')"""
    r"""|(?P<sign><=|>=|<>|!=|==|[-+*/&=<>(),]))"""
)
_BINDING = {
    "or": 1,
    "and": 2,
    "=": 4,
    "<>": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "&": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
}
_NOT, _NEGATIVE = 3, 8
_SAME = {"==": "=", "!=": "<>"}
MOST_DIGITS, DEEPEST = 15, 60


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int


@lru_cache(maxsize=512)
def parse(text: str) -> Node:
    """The tree of a formula. Raises Wrong."""
    if len(text) > LONGEST:
        raise Wrong(_("At most %(limit)d characters."), LONGEST, limit=LONGEST)
    return parse_written(text)


def parse_written(text: str) -> Node:
    """The same for what `nodes.written` made, however long."""
    reader = _Reader(_tokens(text), len(text))
    tree = reader.expression(0, 0)
    if reader.here.kind:
        raise Wrong(_("“%(word)s” is not expected here."), reader.here.at, word=reader.here.text[:40])
    return tree


def check_size(tree: Node) -> None:
    """Raise Wrong for a tree that is too large, other formulas in it included."""
    if sum(1 for _one in walk(tree)) > MOST_NODES:
        raise Wrong(_("This formula is too long."), 0)


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            if text[at] in "\"'":
                raise Wrong(_("This text has no end: a quotation mark is missing."), at)
            raise Wrong(_("“%(word)s” is not understood."), at, word=text[at])
        kind = str(match.lastgroup)
        found.append(Token(kind, match.group(kind), match.start(kind)))
        place = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[Token], end: int) -> None:
        self.tokens, self.place, self.end = tokens, 0, end

    @property
    def here(self) -> Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else Token("", "", self.end)

    def take(self) -> Token:
        found = self.here
        self.place += 1
        return found

    def takes(self, sign: str) -> bool:
        if self.here.kind == "sign" and self.here.text == sign:
            self.place += 1
            return True
        return False

    def operator(self) -> str:
        word = self.here.text.lower() if self.here.kind == "name" else self.here.text
        word = _SAME.get(word, word)
        return word if word in _BINDING and self.here.kind in ("sign", "name") else ""

    def expression(self, binding: int, depth: int) -> Node:
        if depth > DEEPEST:
            raise Wrong(_("There are too many brackets within brackets."), self.here.at)
        left = self.beginning(depth)
        while (sign := self.operator()) and _BINDING[sign] > binding:
            at = self.take().at
            left = Call(sign, (left, self.expression(_BINDING[sign], depth + 1)), at)
        return left

    def beginning(self, depth: int) -> Node:
        token = self.take()
        if token.kind == "number":
            if len(token.text.replace(".", "")) > MOST_DIGITS:
                raise Wrong(_("This number has too many digits."), token.at)
            return Literal(Decimal(token.text), token.at)
        if token.kind == "text":
            quote = token.text[0]
            return Literal(token.text[1:-1].replace(quote * 2, quote), token.at)
        if token.kind == "name":
            return self.word(token, depth)
        if token.text == "-":
            return Call("neg", (self.expression(_NEGATIVE, depth + 1),), token.at)
        if token.text == "(":
            inner = self.expression(0, depth + 1)
            if not self.takes(")"):
                raise Wrong(_("A closing bracket is missing."), self.here.at)
            return inner
        if not token.kind:
            raise Wrong(_("Something is missing at the end."), token.at)
        raise Wrong(_("“%(word)s” is not expected here."), token.at, word=token.text)

    def word(self, token: Token, depth: int) -> Node:
        word = token.text.lower()
        if word == "not":
            return Call("not", (self.expression(_NOT, depth + 1),), token.at)
        if self.takes("("):
            return Call(SIGNS.get(word, word), self.arguments(depth), token.at)
        if word in ("true", "false"):
            return Literal(word == "true", token.at)
        if word in ("and", "or"):
            raise Wrong(_("“%(word)s” is not expected here."), token.at, word=token.text)
        return Name(token.text, token.at)

    def arguments(self, depth: int) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.takes(")"):
            return ()
        while True:
            found.append(self.expression(0, depth + 1))
            if self.takes(")"):
                return tuple(found)
            if not self.takes(","):
                raise Wrong(_("A comma or a closing bracket is missing."), self.here.at)
