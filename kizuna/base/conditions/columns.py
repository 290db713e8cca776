"""What the database knows about a path: which column it ends in, and what numbers fit into that column."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Exists, Q
from django.db.models.constants import LOOKUP_SEP

from kizuna.base.conditions.nodes import Within
from kizuna.base.types.custom_values import CustomValuesField

_LOOKUPS = {"exact", "iexact", "in", "isnull", "gt", "gte", "lt", "lte", "contains", "icontains", "startswith"}
_LOOKUPS |= {"istartswith", "endswith", "iendswith", "range"}
_BITS = {"SmallIntegerField": 15, "PositiveSmallIntegerField": 15, "IntegerField": 31, "PositiveIntegerField": 31}


@functools.lru_cache(maxsize=4096)
def column_at(model: type[models.Model], path: str) -> tuple[models.Field | None, bool]:
    """The column that a path ends in (None for a part of a JSON column), and whether a to-many relation lies on it.

    Of a part of custom values it is the column that the part would be: one of no model.
    """
    here, found, many = model, None, False
    for step in path.split(LOOKUP_SEP):
        if found is not None and not found.is_relation:
            return (found.part(step) if isinstance(found, CustomValuesField) else None), many
        try:
            found = here._meta.pk if step == "pk" else here._meta.get_field(step)
        except FieldDoesNotExist:
            return None, many
        if found.is_relation:
            many = many or bool(found.many_to_many or found.one_to_many)
            here = found.related_model or here
    return (found if isinstance(found, models.Field) else None), many


def is_plain(q: Q, model: type[models.Model]) -> bool:
    """Whether Django's own negation of `q` treats empty values as "not so" (it does not for parts of JSON columns)."""
    return all(_is_plain_part(part, model) for part in q.children)


def _is_plain_part(part: Any, model: type[models.Model]) -> bool:
    if isinstance(part, Q):
        return is_plain(part, model)
    if not isinstance(part, tuple):
        return isinstance(part, Exists)
    path, _, lookup = part[0].rpartition(LOOKUP_SEP)
    column, many = column_at(model, path if lookup in _LOOKUPS and path else part[0])
    return column is not None and hasattr(column, "model") and not many


def has_subquery(q: Q) -> bool:
    """Whether something in `q` is a query of its own."""
    return any(
        has_subquery(part) if isinstance(part, Q) else hasattr(part[1], "query") if isinstance(part, tuple) else True
        for part in q.children
    )


def fitted(test: Within, column: models.Field | None) -> Within | None:
    """The same range in the numbers that a column can hold; None when no such number lies in it.

    Without this, 2.5 would be cut to 2 for a whole number, and numbers beyond the column's size be errors of the
    database. Ends beyond that size are dropped.
    """
    if column is None or isinstance(column, models.FloatField):
        as_python = _json_number if column is None else float
        return replace(test, lower=_or_none(as_python, test.lower), upper=_or_none(as_python, test.upper))
    step, limit = _grid(column)
    lower = _or_none(lambda end: _snap(end, step, ROUND_CEILING if test.with_lower else ROUND_FLOOR), test.lower)
    upper = _or_none(lambda end: _snap(end, step, ROUND_FLOOR if test.with_upper else ROUND_CEILING), test.upper)
    if (lower is not None and lower >= limit) or (upper is not None and upper <= -limit):
        return None
    lower = None if lower is not None and lower <= -limit else lower
    upper = None if upper is not None and upper >= limit else upper
    if lower is not None and upper is not None and lower > upper:
        return None
    convert = int if step == 1 else Decimal
    return replace(test, lower=_or_none(convert, lower), upper=_or_none(convert, upper))


def _or_none(convert: Any, value: Any) -> Any:
    return None if value is None else convert(value)


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _grid(column: models.Field) -> tuple[Decimal, Decimal]:
    """The step between two numbers of a column, and the first number that is too large for it."""
    if isinstance(column, models.DecimalField):
        places = column.decimal_places or 0
        return Decimal(1).scaleb(-places), Decimal(10) ** ((column.max_digits or 28) - places)
    return Decimal(1), Decimal(2) ** _BITS.get(column.get_internal_type(), 63)


def _snap(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return value if value % step == 0 else (value / step).to_integral_value(rounding) * step


def concrete(model: type[models.Model], path: str) -> models.Field | None:
    return column_at(model, path)[0]


def crosses_many(model: type[models.Model], paths: Sequence[str]) -> bool:
    return any(column_at(model, path)[1] for path in paths if path)
