"""A check of the database lets pass what it compares with nothing: none may be open to a row that is half empty."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db.models import F, Q

from kizuna.base.records.constraints import RowCheck, compiled

CHECKS = [
    (model, one)
    for model in apps.get_models()
    for one in model._meta.constraints
    if isinstance(one, RowCheck) and model.__module__.startswith("kizuna.")
]


def compared(condition: Any) -> Iterator[tuple[str, Any]]:
    """The columns of a condition, each with a value that it is compared with."""
    for one in condition.children:
        if isinstance(one, Q):
            yield from compared(one)
            continue
        name, wanted = one
        yield name.partition("__")[0], 1 if isinstance(wanted, F | bool) or wanted is None else wanted
        if isinstance(wanted, F):
            yield wanted.name, 1


def unknown(model: Any, check: RowCheck) -> bool:
    """Whether there is a row of which the database cannot say whether the check holds."""
    values: dict[str, list[Any]] = {}
    for name, value in compared(check.condition):
        column = model._meta.get_field(name)
        known = values.setdefault(column.attname, [None] if column.null else [])
        known += [one for one in (value if isinstance(value, list | tuple) else [value]) if one not in known]
    test = compiled(check.condition, model)
    rows = (SimpleNamespace(**dict(zip(values, row, strict=True))) for row in product(*values.values()))
    return any(test(row) is None for row in rows)


def test_every_check_says_yes_or_no_to_every_row() -> None:
    assert [check.name for model, check in CHECKS if unknown(model, check)] == []
