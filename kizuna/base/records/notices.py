"""What somebody hears who has written a record by hand or over the API, beside that it is written: rooms above register
who looks. It is no refusal: the record is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from kizuna.base.resources.resource import Resource

Notice = Callable[[Resource, Any, Collection[str]], Sequence[Any]]
"""What there is to say of a record of which these fields were written."""

_notices: list[Notice] = []


def register(notice: Notice) -> None:
    """To be called in `apps.ready()`. A notice asks the database a fixed number of questions."""
    _notices.append(notice)


def of(resource: Resource, record: Any, written: Collection[str]) -> list[str]:
    return [str(words) for notice in _notices for words in notice(resource, record, written)]
