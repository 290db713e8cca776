"""Which rows would be the same, or could not be, were they to point to another record: read from the constraints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import F
from django.db.models.functions import Greatest, Least

from kizuna.base.records.constraints import RowCheck, compiled, holds

Read = Callable[[Any], Any]
_FOLDS: Mapping[type, Callable[..., Any]] = {Least: min, Greatest: max}


def constraints_on(model: Any, column: models.Field) -> list[Any]:
    """The constraints of a model by which rows could get into each other's way when `column` changes: those that make
    it unique, and those that compare it with another column."""
    found: list[Any] = [column.name] if column.unique else []
    found += [fields for fields in model._meta.unique_together if column.name in fields]
    return found + [one for one in model._meta.constraints if _rests_on(one, column.name)]


def _rests_on(constraint: Any, name: str) -> bool:
    if isinstance(constraint, models.UniqueConstraint):
        return name in constraint.fields or any(name in _names(one) for one in constraint.expressions)
    return isinstance(constraint, models.CheckConstraint) and _compares(constraint.condition, name)


def _names(expression: Any) -> Iterator[str]:
    if isinstance(expression, F):
        yield expression.name  # type: ignore[attr-defined]
    else:
        for part in expression.get_source_expressions():
            yield from _names(part)


def _compares(condition: Any, name: str) -> bool:
    if not hasattr(condition, "children"):
        key, wanted = condition
        return isinstance(wanted, F) and name in (key.partition("__")[0], *_names(wanted))
    return any(_compares(child, name) for child in condition.children)


def is_understood(constraint: Any) -> bool:
    """Whether two rows can be compared by it without asking the database."""
    if isinstance(constraint, models.UniqueConstraint):
        return all(_part(one) is not None for one in constraint.expressions)
    return isinstance(constraint, str | tuple | RowCheck)


def either_way(model: Any, column: models.Field) -> list[str]:
    """The columns that a uniqueness reads together with this one, whichever way round they stand: a rival of a row may
    point to the record by one of those."""
    found = set()
    for constraint in constraints_on(model, column):
        for one in constraint.expressions if isinstance(constraint, models.UniqueConstraint) else ():
            names = set(_names(one))
            found |= names - {column.name} if column.name in names else set()
    return [model._meta.get_field(name).attname for name in sorted(found)]


def keys_of(model: Any, column: models.Field) -> list[Callable[[Any], tuple[Any, ...] | None]]:
    """Functions of a row in memory, one per uniqueness that rests on a column: what no other row may have, None for a
    row that it does not reach."""
    return [_key(model, one) for one in constraints_on(model, column) if not isinstance(one, models.CheckConstraint)]


def stands(model: Any, column: models.Field, row: Any) -> bool:
    """Whether the checks that compare a column with another one let a row be."""
    checks = [one for one in constraints_on(model, column) if isinstance(one, RowCheck)]
    return all(holds(one.condition, row) is not False for one in checks)


def _key(model: Any, constraint: Any) -> Callable[[Any], tuple[Any, ...] | None]:
    parts: list[Read]
    if isinstance(constraint, models.UniqueConstraint):
        parts = [_column(model, name) for name in constraint.fields]
        parts += [_of_parts(model, one) for one in constraint.expressions]
        applies = compiled(constraint.condition, model) if constraint.condition else lambda row: True
    else:
        names = [constraint] if isinstance(constraint, str) else constraint
        parts, applies = [_column(model, name) for name in names], lambda row: True

    def key(row: Any) -> tuple[Any, ...] | None:
        if not applies(row):
            return None
        found = tuple(part(row) for part in parts)
        return None if None in found else found

    return key


def _part(expression: Any) -> Any:
    """How an expression of a constraint is computed here; None for one that cannot be."""
    inner = getattr(expression, "expression", expression)
    return F if isinstance(inner, F) else _FOLDS.get(type(inner))


def _of_parts(model: Any, expression: Any) -> Read:
    inner = getattr(expression, "expression", expression)
    if isinstance(inner, F):
        return _column(model, inner.name)  # type: ignore[attr-defined]
    fold = _FOLDS[type(inner)]
    reads = [_column(model, one.name) for one in inner.get_source_expressions()]
    return lambda row: fold(read(row) for read in reads)


def _column(model: Any, name: str) -> Read:
    attribute = model._meta.get_field(name).attname
    return lambda row: getattr(row, attribute)
