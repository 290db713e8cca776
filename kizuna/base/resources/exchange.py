"""What amounts of other currencies are worth to a reader today. The room that keeps rates says so when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from kizuna.base.resources.reader import Reader

Worth = tuple[str, Mapping[str, Decimal]]
Source = Callable[[Reader], Worth]

NOTHING: Worth = ("", {})
_sources: list[Source] = []


def comes_from(source: Source) -> None:
    _sources.append(source)


def worth_for(reader: Reader) -> Worth:
    """A currency, and what one unit of each known one is in it (of itself 1); NOTHING where no rates help."""
    return next((found for source in _sources if (found := source(reader))[0]), NOTHING)
