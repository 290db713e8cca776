"""Charts drawn by the server: numbers become places in a picture of 1000 by 1000 that stretches to its box.

Words stay beside the picture as text of the page (`ui/parts/chart.html`), so that they never stretch and can be read
aloud; every chart has its table. Values may be Decimals: only where things are drawn they become whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any

SIDE = 1000
GAP = 75
"""How far apart words at the end of lines stand at least."""
TICKS, SHADES = 4, 5
"""About so many steps a scale has, and so many tones a field of a heat map."""

Points = Sequence[tuple[Decimal, Decimal]]
"""Places from left (0) to right (1), and the value at each."""


@dataclass(frozen=True)
class Word:
    """A word at a line, a tick or a dot; `x` and `y` in thousandths. `tone` names its colour."""

    text: Any
    y: int = 0
    x: int = 0
    tone: str = ""
    anchor: str = ""
    url: str = ""


@dataclass
class Chart:
    """`bands` and `lines` are (what they look like, path); `table` is what the picture shows, row by row of cells
    {text, url, is_head}."""

    label: Any
    ticks: Sequence[Word] = ()
    marks: Sequence[Word] = ()
    bands: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    dots: list[Word] = field(default_factory=list)
    ends: Sequence[Word] = ()
    heads: Sequence[Any] = ()
    rows: Sequence[Sequence[dict[str, Any]]] = ()


def ticks_upto(most: Decimal) -> list[Decimal]:
    """Round numbers from 0 to at least `most`: 0, 20, 40, 60."""
    if most <= 0:
        return [Decimal(0), Decimal(1)]
    rough = most / TICKS
    power = Decimal(10) ** rough.adjusted()
    step = next(factor * power for factor in (1, 2, Decimal("2.5"), 5, 10) if factor * power >= rough)
    steps = int((most / step).to_integral_value(ROUND_CEILING))
    return [step * number for number in range(steps + 1)]


def height(value: Decimal, most: Decimal) -> int:
    """Where a value lies, from the top."""
    if most <= 0:
        return SIDE
    return SIDE - int(min(max(value / most, Decimal(0)), Decimal(1)) * SIDE)


def line(points: Points, most: Decimal) -> str:
    """The path of a line through these points."""
    places = [f"{int(x * SIDE)} {height(value, most)}" for x, value in points]
    return f"M{'L'.join(places)}" if places else ""


def band(upper: Points, lower: Points, most: Decimal) -> str:
    """The path around what lies between two lines."""
    return f"{line([*upper, *reversed(lower)], most)}Z" if upper and lower else ""


def spark(values: Sequence[Decimal]) -> dict[str, Any]:
    """A small line of its own scale: {path, x, y} with the place of its last value; nothing for less than two."""
    if len(values) < 2:
        return {}
    least, most = min(values), max(values)
    points = [(Decimal(place) / (len(values) - 1), value - least) for place, value in enumerate(values)]
    whole = most - least
    return {"path": line(points, whole), "x": SIDE, "y": height(points[-1][1], whole)}


def share(value: Decimal | int, most: Decimal | int) -> int:
    """How long a bar is, in thousandths; what is there at all is seen."""
    return max(int(Decimal(value) * SIDE / Decimal(most)), 6 if value else 0) if most else 0


def spread(words: Iterable[Word]) -> list[Word]:
    """Words one above the other without touching, as near to their lines as that allows."""
    found = sorted(words, key=lambda one: one.y)
    places: list[int] = []
    for word in found:
        places.append(max(word.y, places[-1] + GAP) if places else max(word.y, 0))
    limit = SIDE
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], limit)
        limit = places[index] - GAP
    return [Word(word.text, y, word.x, word.tone, word.anchor, word.url) for word, y in zip(found, places, strict=True)]


def heat(count: int, most: int) -> int:
    """How dark a field is: 0 for nothing, then 1 to `SHADES`."""
    return 0 if not count or not most else 1 + (count - 1) * SHADES // max(most, 1) if count < most else SHADES
