"""What the database keeps for a custom field beside its values: an index on the very expression that queries use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connections, models, router, transaction

from kizuna.base.records import indexes
from kizuna.base.records.custom import catalogue
from kizuna.base.records.models import CustomField, CustomRecord, Record
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Choice, Field
from kizuna.base.resources.fields.formulas import Figured
from kizuna.base.types import custom_values
from kizuna.base.types.formulas.columns import function_name

BATCH = 500
_NAME = re.compile(r"custom_f([0-9]+)(?:_newest|_([0-9a-f]{8}))?")


def index_name(definition: CustomField, mark: str = "") -> str:
    """That of a formula has the mark of what it means: another meaning is another index."""
    return f"custom_{definition.slot}_{mark}" if mark else f"custom_{definition.slot}"


def _mark_of(field: Field) -> str:
    return field.formula.mark if isinstance(field, Figured) else ""


def make_index(definition: CustomField) -> bool:
    """Make the index that sorting and filtering by a field use, unless it is there; says whether it has one at all.

    On PostgreSQL nobody waits for it, outside a transaction. Then the planner learns what is in it, and queries use it.
    """
    resource = registry.find(definition.resource)
    field: Any = resource.fields.get(definition.name) if resource else None
    if resource is None or getattr(field, "number", None) != definition.pk or not field.is_indexed:
        return False
    _write_index(resource.model, field, index_name(definition, _mark_of(field)))
    if isinstance(field, Choice):  # a lane of a board shows what was changed last
        _write_index(resource.model, field, f"{index_name(definition)}_newest", before_id=("updated_at",))
    if isinstance(field, Figured) and not field.formula.has_index:
        with transaction.atomic():
            CustomField.objects.filter(pk=definition.pk).update(indexed=field.formula.mark)
            catalogue.publish_edition()
    return True


def _write_index(model: type[models.Model], field: Any, name: str, before_id: Sequence[str] = ()) -> None:
    using = router.db_for_write(model)
    connection = connections[using]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    parts = [custom_values.part_of(path) for path in field.index_paths]
    is_postgresql = connection.vendor == "postgresql"
    how = "CONCURRENTLY " if is_postgresql and not connection.in_atomic_block else ""
    kind = f"{quote('kind')}, " if issubclass(model, CustomRecord) else ""  # all of them share a table
    columns = kind + ", ".join([*(f"({part.bare(model, using)})" for part in parts), *map(quote, (*before_id, "id"))])
    with connection.cursor() as cursor:
        if is_postgresql and _is_broken(cursor, name):
            cursor.execute(f"DROP INDEX {how}IF EXISTS {quote(name)}")
        if is_postgresql and isinstance(field, Figured):
            cursor.execute(parts[0].create_function(model, connection))  # type: ignore[attr-defined]
        cursor.execute(
            f"CREATE INDEX {how}IF NOT EXISTS {quote(name)} ON {table} ({columns}) WHERE {quote('deleted_at')} IS NULL"
        )
        cursor.execute(f"ANALYZE {table}" if is_postgresql else f"ANALYZE {quote(name)}")


def _is_broken(cursor: Any, name: str) -> bool:
    """Whether an index was left half made by a process that died."""
    cursor.execute("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [name])
    return cursor.fetchone() is not None


def drop_index(definition: CustomField) -> None:
    """Drop what a field has, of whatever meaning."""
    for name, number, _mark in _existing():
        if number == definition.pk:
            _drop(name)


def drop_stale() -> int:
    """Drop the indexes of what formulas meant before, when nobody asks for them any more; returns how many."""
    current = dict(CustomField.objects.exclude(indexed="").values_list("pk", "indexed"))
    stale = [name for name, number, mark in _existing() if mark and current.get(number) != mark]
    for name in stale:
        _drop(name)
    return len(stale)


def _existing() -> list[tuple[str, int, str]]:
    """Our indexes: name, number of the field, mark."""
    connection = connections[router.db_for_write(CustomField)]
    is_postgresql = connection.vendor == "postgresql"
    asked = (
        "SELECT relname FROM pg_class WHERE relkind = 'i' AND pg_table_is_visible(oid)"
        if is_postgresql
        else "SELECT name FROM sqlite_master WHERE type = 'index'"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{asked} ORDER BY 1")
        found = [_NAME.fullmatch(name) for (name,) in cursor.fetchall()]
    return [(match[0], int(match[1]), match[2] or "") for match in found if match]


def _drop(name: str) -> None:
    """Drop an index, and the function that it was made on."""
    connection = connections[router.db_for_write(CustomField)]
    is_postgresql = connection.vendor == "postgresql"
    how = "CONCURRENTLY " if is_postgresql and not connection.in_atomic_block else ""
    quote = connection.ops.quote_name
    match = _NAME.fullmatch(name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {how}IF EXISTS {quote(name)}")
        if is_postgresql and match and match[2]:
            cursor.execute(f"DROP FUNCTION IF EXISTS {quote(function_name(int(match[1]), match[2]))}")


def batches(definition: CustomField) -> Iterator[list[Record]]:
    """Every record with a value of a field, locked, batch by batch: each batch is a transaction of its own."""
    model = registry.get(definition.resource).model
    last = 0
    while True:
        with transaction.atomic():
            rows = model._default_manager.filter(pk__gt=last, custom__has_key=definition.slot).order_by("pk")
            found = list(rows.select_for_update(of=("self",))[:BATCH])
            if not found:
                return
            last = found[-1].pk
            yield found


def index_again(definition: CustomField) -> Iterator[int]:
    """Make records be found by a field that has come back; yields how many each batch had."""
    resource = registry.get(definition.resource)
    for found in batches(definition):
        indexes.refresh(resource, found)
        yield len(found)


def drop_values(definition: CustomField) -> Iterator[int]:
    """Take a field's values out of every record, and what they are found by; yields how many each batch had."""
    resource = registry.get(definition.resource)
    for found in batches(definition):
        for record in found:
            record.custom = {slot: value for slot, value in record.custom.items() if slot != definition.slot}
        _write(resource.model, found)
        indexes.refresh(resource, found)
        yield len(found)


_forget: list[Callable[[str, str], None]] = []


def when_dropped(forget: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """Have a function called with the key of a kind of record and the slot of a field whose values are gone for good,
    to forget what was kept of them elsewhere."""
    _forget.append(forget)
    return forget


def forget_values(definition: CustomField) -> None:
    """Have every room forget what it keeps of a field."""
    for forget in _forget:
        forget(definition.resource, definition.slot)


def _write(model: type[models.Model], found: list[Record]) -> None:
    model._default_manager.bulk_update(found, ["custom"], batch_size=200)
