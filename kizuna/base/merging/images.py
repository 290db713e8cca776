"""The columns of a record as JSON, to the last microsecond; and how to take out again what a merge brought in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import models

from kizuna.base.merging.outcome import units_of
from kizuna.base.records.models import Record
from kizuna.base.resources.resource import Resource
from kizuna.base.types import points
from kizuna.base.types.columns import MoneyField, PositionField
from kizuna.base.types.custom_values import COLUMN

Image = dict[str, Any]
APART = {"id", "version", "deleted_at"}
"""What a merge does not bring back: the number of a version never comes twice."""
STAMPS = ("updated_at", "updated_by_id")


def image(record: Record) -> Image:
    """What stands in the columns of a record that was read from the database."""
    columns = record._meta.concrete_fields
    return {one.attname: _written(record.__dict__[one.attname]) for one in columns if one.attname not in APART}


def row_image(row: models.Model) -> Image:
    """All columns of a row that was read from the database, its id too."""
    return {one.attname: _written(row.__dict__[one.attname]) for one in row._meta.concrete_fields}


def _written(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | uuid.UUID) else value


def put_on(record: models.Model, values: Image) -> None:
    """Give the record what an image says, in memory; columns that came since stay as they are."""
    for column in record._meta.concrete_fields:
        if column.attname in values:
            record.__dict__[column.attname] = _read(column, values[column.attname])


_READERS: list[tuple[type[models.Field], Any]] = [
    (models.DateTimeField, dt.datetime.fromisoformat),
    (models.DateField, dt.date.fromisoformat),
    (models.TimeField, dt.time.fromisoformat),
    (models.DecimalField, Decimal),
    (models.UUIDField, uuid.UUID),
]


def _read(column: models.Field, value: Any) -> Any:
    if value is None:
        return None
    return next((read(value) for kind, read in _READERS if isinstance(column, kind)), value)


def says_the_same(model: type[Record], one: Image, other: Image) -> bool:
    """Whether two images differ in nothing but who changed the record last, when, and what is counted of it."""
    passed_over = {*STAMPS, *model.figures}
    return all(other.get(name) == value for name, value in one.items() if name not in passed_over)


def stamps_of(one: Image) -> Image:
    """Who changed the record last, and when."""
    return {name: one[name] for name in STAMPS if name in one}


def same_stamps(one: Image, other: Image) -> bool:
    """Whether nobody changed the record between two images."""
    return stamps_of(one) == stamps_of(other)


# Back again ---------------------------------------------------------------------------------------------------------


def taken_back(
    resource: Resource, before: Image, after: Image, now: Image, *, wanted: Collection[str] = ()
) -> tuple[Image, list[str]]:
    """What the columns hold without what a merge did to them, and those that were changed since and stay as they are.

    `wanted` are columns that get back what they were although they were changed since.
    """
    found, kept = dict(now), []
    for group in _groups(resource, now):
        names = [name for name in group if name in before and name in after]
        if all(before[name] == after[name] for name in names):
            continue
        if all(now[name] == after[name] for name in names) or not set(names).isdisjoint(wanted):
            found |= {name: before[name] for name in names}
        elif len(names) == 1 and isinstance(now[names[0]], list | dict):
            name = names[0]
            found[name], more = _parted(name, before[name], after[name], now[name])
            kept += more
        else:
            kept += names
    return found, kept


def _groups(resource: Resource, now: Image) -> list[tuple[str, ...]]:
    """Columns that only make sense together, and each other one for itself."""
    columns = {column.name: column for column in resource.model._meta.concrete_fields}
    together: list[tuple[str, ...]] = []
    for column in columns.values():
        if isinstance(column, MoneyField):
            together.append((column.attname, column.currency_name))
        elif isinstance(column, PositionField):
            together.append((column.attname, *column.companions))
    for unit in units_of(resource).values():
        if len(unit) > 1:
            together.append(tuple(columns[field.name].attname for field in unit if field.name in columns))
    known = {name for group in together for name in group}
    return [*together, *((name,) for name in now if name not in known and name not in STAMPS)]


def _parted(name: str, before: Any, after: Any, now: Any) -> tuple[Any, list[str]]:
    """A list without what the merge added, with what it took away; the values of custom fields, one by one."""
    if isinstance(now, dict):
        found, kept = dict(now), []
        for slot in {*before, *after}:
            was, became, stands = before.get(slot), after.get(slot), now.get(slot)
            if was == became:
                continue
            if stands != became:
                kept.append(f"{name}.{slot}")
            elif was is None:
                found.pop(slot, None)
            else:
                found[slot] = was
        return found, kept
    return _parted_list(before or [], after or [], now), []


def _parted_list(before: Sequence[Any], after: Sequence[Any], now: Sequence[Any]) -> list[Any]:
    was, became = ({_identity(one): one for one in values} for values in (before, after))
    found = []
    for one in now:
        key = _identity(one)
        if key in became and key not in was:
            continue
        found.append(was[key] if key in was and one == became.get(key) else one)
    known = {_identity(one) for one in found}
    found += [one for key, one in was.items() if key not in became and key not in known]
    is_points = bool(found) and all(isinstance(one, dict) and "primary" in one for one in found)
    return points.together([{**one} for one in found]) if is_points else found


def _identity(one: Any) -> Any:
    return (one.get("key"), one.get("label")) if isinstance(one, dict) else one


def fields_behind(resource: Resource, columns: Sequence[str]) -> list[str]:
    """The names of the fields that these columns (and "custom.f12") belong to."""
    slots = {f"{COLUMN}.{field.slot}": field.name for field in resource.fields.values() if hasattr(field, "slot")}
    by_column = {column.attname: column.name for column in resource.model._meta.concrete_fields}
    names = [slots.get(column) or by_column.get(column, "") for column in columns]
    return [name for name in dict.fromkeys(names) if name in resource.fields and resource.fields[name].editable]


def columns_of(resource: Resource, names: Mapping[str, Any] | Collection[str]) -> set[str]:
    """The columns that hold these fields."""
    by_name = {column.name: column.attname for column in resource.model._meta.concrete_fields}
    return {by_name[name] for name in names if name in by_name}
