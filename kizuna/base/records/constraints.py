"""Checks of one row that the database keeps and that Kizuna can answer without asking it; and what it says in words."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, models
from django.db.models import F, Q

from kizuna.base.types.columns import MoneyField

_LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, wanted: value in wanted,
}
Test = Callable[[Any], bool | None]


class RowCheck(models.CheckConstraint):
    """A check constraint whose condition compares columns of one row with each other or with plain values.

    Django asks the database once per constraint before each save, which costs about a millisecond each. This one
    reads the condition itself; where it asks for one column alone, that field is said to be wrong. In the database and
    in migrations it is an ordinary check constraint.
    """

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        if holds(self.condition, instance) is not False:
            return
        wrong = ValidationError(self.get_violation_error_message(), code=self.violation_error_code)
        columns = asked_of(self.condition)
        raise ValidationError({columns.pop(): [wrong]}) if len(columns) == 1 else wrong

    def deconstruct(self) -> Any:
        _path, args, options = super().deconstruct()
        return "django.db.models.CheckConstraint", args, options


def asked_of(condition: Any) -> set[str]:
    """The columns that a condition asks for; the key, which nobody gives, is none of them."""
    if isinstance(condition, Q):
        return {name for child in condition.children for name in asked_of(child)}
    name, wanted = condition
    other = {wanted.name} if isinstance(wanted, F) else set()  # type: ignore[attr-defined]  # its stubs lack it
    return {name.partition("__")[0], *other} - {"id"}


@cache
def _tests(model: type[models.Model]) -> tuple[Test, ...] | None:
    """The constraints of a model as functions, when none of them needs the database; else None."""
    found = [one for _owner, constraints in model().get_constraints() for one in constraints]
    if not all(isinstance(one, RowCheck) for one in found):
        return None
    return tuple(compiled(one.condition, model) for one in found if isinstance(one, RowCheck))


def validate(record: models.Model) -> None:
    """What `validate_constraints` does; at once where every constraint is a RowCheck. Raises ValidationError."""
    tests = _tests(type(record))
    if tests is None or any(test(record) is False for test in tests):
        record.validate_constraints()


def broken(error: DatabaseError) -> Any:
    """What is wrong, in the words of the constraint that a database kept; None where that has no words of its own.

    PostgreSQL names the constraint; SQLite does so too, but for columns that are unique together it names these.
    """
    told, known = str(error).partition("\n")[0], _worded()
    for name in (told.partition(" failed: ")[2], *re.findall(r"\w+", told)):
        if name in known:
            return known[name].get_violation_error_message()
    return None


@cache
def _worded() -> dict[str, models.BaseConstraint]:
    """Constraints that say something, by what databases call them."""
    found: dict[str, models.BaseConstraint] = {}
    for model in apps.get_models():
        for one in model._meta.constraints:
            if one.violation_error_message == one.default_violation_error_message:
                continue
            found[one.name] = one
            if isinstance(one, models.UniqueConstraint) and one.fields:
                columns = {
                    column.name: f"{model._meta.db_table}.{column.column}" for column in model._meta.concrete_fields
                }
                found[", ".join(columns[name] for name in one.fields)] = one
    return found


def holds(condition: Any, record: models.Model) -> bool | None:
    """Whether a condition is true of a record in memory; None is the database's "unknown", which a check lets pass."""
    return compiled(condition, type(record))(record)


def compiled(condition: Any, model: type[models.Model]) -> Test:
    """The same as a function of the record, made once: an import asks it of every row."""
    if isinstance(condition, Q):
        return _joined(condition, [compiled(child, model) for child in condition.children])
    name, wanted = condition
    column, _separator, lookup = name.partition("__")
    read = _reader(column, model)
    if isinstance(wanted, F):
        return _compared(_LOOKUPS[lookup or "exact"], read, _reader(wanted.name, model))  # type: ignore[attr-defined]
    if wanted is None:
        return lambda record: read(record) is None
    if lookup == "isnull":
        return lambda record: (read(record) is None) == wanted
    return _compared(_LOOKUPS[lookup or "exact"], read, lambda record: wanted)


def _reader(column: str, model: type[models.Model]) -> Callable[[Any], Any]:
    """What the column holds: the id for a foreign key, the bare amount of money."""
    found = model._meta.get_field(column)
    name = getattr(found, "attname", column)
    return (lambda record: record.__dict__[name]) if isinstance(found, MoneyField) else attrgetter(name)


def _compared(lookup: Callable[[Any, Any], bool], one: Callable[[Any], Any], other: Callable[[Any], Any]) -> Test:
    def test(record: Any) -> bool | None:
        value, wanted = one(record), other(record)
        return None if value is None or wanted is None else lookup(value, wanted)

    return test


def _joined(condition: Q, tests: list[Test]) -> Test:
    """SQL's AND, OR and NOT over true, false and unknown."""
    decisive = condition.connector != Q.AND
    negated = condition.negated

    def test(record: Any) -> bool | None:
        is_unknown = False
        for one in tests:
            found = one(record)
            if found is decisive:
                return decisive != negated
            is_unknown = is_unknown or found is None
        return None if is_unknown else (not decisive) != negated

    return test
