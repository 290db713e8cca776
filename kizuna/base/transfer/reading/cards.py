"""vCard files as rows: versions 2.1, 3 and 4, several cards to a file, folded and quoted lines, each card one row.

The columns are those of Google Contacts, whose meaning is known: "E-mail 1 - Value", "Phone 2 - Label". Which of them
there are is found by one pass over the names of the properties; a second one reads the cards, one at a time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from kizuna.base.transfer.formulas import literal
from kizuna.base.transfer.reading import problems
from kizuna.base.transfer.reading.card_columns import KNOWN, MOST_NUMBERED, NUMBERED, cells_of, header_of
from kizuna.base.transfer.reading.card_lines import Property, physical_lines, properties
from kizuna.base.transfer.reading.rows import Row

BEGIN, END = "BEGIN", "END"
MOST_PROPERTIES = 2000  # of one card
_NAME = re.compile(rb"(?:[A-Za-z0-9_-]+\.)?([A-Za-z0-9-]+)[;:]")
_GROUPS = ("KIND", "X-ADDRESSBOOKSERVER-KIND")


@dataclass
class Card:
    """The properties of one card, and the line that it begins at."""

    line: int
    properties: list[Property] = field(default_factory=list)
    problem: Any = None

    @property
    def is_group(self) -> bool:
        return any(one.name in _GROUPS and one.text.lower() == "group" for one in self.properties)


@dataclass(frozen=True)
class Survey:
    """What a file has: how many cards, and the most of each property in any of them."""

    count: int
    most: dict[str, int]


def survey(file: BinaryIO, encoding: str) -> Survey:
    """Count without reading values: the names of properties begin their lines."""
    most: Counter[str] = Counter()
    here: Counter[str] = Counter()
    count = 0
    for _number, line in physical_lines(file, encoding):
        found = _NAME.match(line)
        if found is None:
            continue
        name = found[1].upper().decode()
        if name == BEGIN:
            count += 1
            here = Counter()
        elif name == END:
            most |= here
        elif name in KNOWN:
            here[name] += 1
    return Survey(count, dict(most | here))


def rows(file: BinaryIO, encoding: str) -> Generator[Row]:
    """The header, then one row for each card."""
    found = survey(file, encoding)
    most = {kind: sum(found.most.get(name, 0) for name in names) for kind, names in NUMBERED.items()}
    header = header_of(found.most.keys(), {kind: min(count, MOST_NUMBERED) for kind, count in most.items()})
    yield Row(1, header)
    places = {name: place for place, name in enumerate(header)}
    for card in cards(file, encoding):
        cells = [""] * len(header)
        for name, text in cells_of(card.properties).items():
            if name in places:
                cells[places[name]] = literal(text)
        problem = card.problem or (problems.GROUP_CARD if card.is_group else None)
        yield Row(card.line, cells, problem or (None if any(cells) else problems.EMPTY_CARD))


def cards(file: BinaryIO, encoding: str) -> Iterator[Card]:
    """Every card; one that is never ended has a problem, and what stands between cards is no concern."""
    card: Card | None = None
    for one in properties(file, encoding):
        is_card = one.text.strip().upper() == "VCARD"
        if one.name == BEGIN and is_card:
            if card is not None:
                card.problem = problems.OPEN_CARD
                yield card
            card = Card(one.line)
        elif card is not None and one.name == END and is_card:
            yield card
            card = None
        elif card is not None and len(card.properties) < MOST_PROPERTIES:
            card.properties.append(one)
            card.problem = card.problem or one.problem
        elif card is not None:
            card.problem = problems.above(problems.LARGE_CARD, MOST_PROPERTIES)
    if card is not None:
        card.problem = problems.OPEN_CARD
        yield card
