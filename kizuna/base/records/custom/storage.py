"""What the database keeps for a custom field beside its values: an index on the very expression that queries use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections, models, router, transaction

from kizuna.base.records import indexes
from kizuna.base.records.custom import making
from kizuna.base.records.models import CustomField, CustomRecord, Record
from kizuna.base.resources import registry
from kizuna.base.types import custom_values

BATCH = 500


def index_name(definition: CustomField) -> str:
    return f"custom_{definition.slot}"


def make_index(definition: CustomField) -> bool:
    """Make the index that sorting and filtering by a field use, unless it is there; says whether it has one at all.

    On PostgreSQL nobody waits for it, outside a transaction. Then the planner learns what is in it.
    """
    resource = registry.find(definition.resource)
    if resource is None or definition.kind == CustomField.Kind.FORMULA:
        return False
    field = making.field_of(definition)
    if not field.is_indexed:
        return False
    model = resource.model
    using = router.db_for_write(model)
    connection = connections[using]
    quote = connection.ops.quote_name
    name, table = quote(index_name(definition)), quote(model._meta.db_table)
    wanted = custom_values.expression(field.part, field.number, using)
    is_postgresql = connection.vendor == "postgresql"
    how = "CONCURRENTLY " if is_postgresql and not connection.in_atomic_block else ""
    with connection.cursor() as cursor:
        if is_postgresql and _is_broken(cursor, index_name(definition)):
            cursor.execute(f"DROP INDEX {how}IF EXISTS {name}")
        kind = f"{quote('kind')}, " if issubclass(model, CustomRecord) else ""  # all of them share a table
        cursor.execute(
            f"CREATE INDEX {how}IF NOT EXISTS {name} ON {table} ({kind}({wanted}), {quote('id')})"
            f" WHERE {quote('deleted_at')} IS NULL"
        )
        cursor.execute(f"ANALYZE {table}" if is_postgresql else f"ANALYZE {name}")
    return True


def _is_broken(cursor: Any, name: str) -> bool:
    """Whether an index was left half made by a process that died."""
    cursor.execute("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [name])
    return cursor.fetchone() is not None


def drop_index(definition: CustomField) -> None:
    connection = connections[router.db_for_write(CustomField)]
    how = "CONCURRENTLY " if connection.vendor == "postgresql" and not connection.in_atomic_block else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {how}IF EXISTS {connection.ops.quote_name(index_name(definition))}")


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


def _write(model: type[models.Model], found: list[Record]) -> None:
    model._default_manager.bulk_update(found, ["custom"], batch_size=200)
