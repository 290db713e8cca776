"""Checks of one row that the database keeps and that Kizuna can answer without asking it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, Q

_LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, wanted: value in wanted,
}


class RowCheck(models.CheckConstraint):
    """A check constraint whose condition compares columns of one row with each other or with plain values.

    Django asks the database once per constraint before each save, which costs about a millisecond each. This one
    reads the condition itself. In the database and in migrations it is an ordinary check constraint.
    """

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        if holds(self.condition, instance) is False:
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> Any:
        _path, args, options = super().deconstruct()
        return "django.db.models.CheckConstraint", args, options


def holds(condition: Any, record: models.Model) -> bool | None:
    """Whether a condition is true of a record in memory; None is the database's "unknown", which a check lets pass."""
    if isinstance(condition, Q):
        found = _joined(condition.connector, [holds(child, record) for child in condition.children])
        return None if found is None else found != condition.negated
    name, wanted = condition
    column, _separator, lookup = name.partition("__")
    value = _stored(record, column)
    if isinstance(wanted, F):
        wanted = _stored(record, wanted.name)  # type: ignore[attr-defined]
    elif wanted is None:
        return value is None
    if lookup == "isnull":
        return (value is None) == wanted
    if value is None or wanted is None:
        return None
    return _LOOKUPS[lookup or "exact"](value, wanted)


def _stored(record: models.Model, column: str) -> Any:
    """What the column holds: the id for a foreign key."""
    return getattr(record, getattr(record._meta.get_field(column), "attname", column))


def _joined(connector: str, found: list[bool | None]) -> bool | None:
    """SQL's AND and OR over true, false and unknown."""
    decisive = connector != Q.AND
    if decisive in found:
        return decisive
    return None if None in found else not decisive
