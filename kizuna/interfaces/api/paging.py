"""Lists that are read from a number on: where a page begins, how long it is, and the answer that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from django.http import HttpResponse

from kizuna.base.resources.table import PAGE_SIZE
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.representations import respond

PARAMETERS = ("cursor", "limit")
LARGEST_PAGE = 200
LARGEST_ID = 2**62


def place(given: Parameters) -> tuple[int | None, int]:
    """Behind which number the page begins, None for the first one, and how many may be on it."""
    behind: int | None = given.read("cursor", incoming.whole_number(1, LARGEST_ID))
    return behind, given.read("limit", incoming.whole_number(1, LARGEST_PAGE), PAGE_SIZE)


def page(
    rows: Iterable[Any], size: int, write: Callable[[Any], Any], number: Callable[[Any], int] = attrgetter("pk")
) -> HttpResponse:
    """A page of `size`, of rows among which one more was looked for: if it is there, another page follows."""
    found = list(rows)
    next_cursor = str(number(found[size - 1])) if len(found) > size else None
    return respond({"items": [write(one) for one in found[:size]], "next_cursor": next_cursor})
