"""Many records at once, faster than `records.create_many` can: rows go to the database as they are.

For made data only. The records must be in storage form already, with ids of their own; keys, search and the log are
fed through the same functions as always.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models, transaction

from kizuna.base.events import Touched, publish
from kizuna.base.records import bulk, indexes
from kizuna.base.records.events import RecordsCreated
from kizuna.base.records.models import Record
from kizuna.base.resources import registry

BATCH = 2000
Model = TypeVar("Model", bound=Record)


def copy_of(record: Model, **columns: Any) -> Model:
    """A new record like `record`, with other values in some columns; a tenth of the price of making one."""
    found = object.__new__(type(record))
    found.__dict__ = {**record.__dict__, **columns}
    return found


def next_id(model: type[models.Model]) -> int:
    return (model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def store(actor: Any, made: Iterable[Record]) -> int:
    """Write records of one kind, a transaction for each batch; returns how many there were."""
    rows = iter(made)
    done = 0
    while batch := list(islice(rows, BATCH)):
        resource = registry.of(batch[0])
        with transaction.atomic():
            bulk.insert(type(batch[0]), batch)
            indexes.refresh(resource, batch, is_new=True)
            publish(
                RecordsCreated(resource=resource.key, ids=tuple(record.pk for record in batch)),
                subjects=(Touched(resource.key, record.pk) for record in batch),
                by=actor,
            )
        done += len(batch)
    return done


def renumber(model: type[models.Model]) -> None:
    """Have the database give out ids after those that were written."""
    if connection.vendor == "postgresql":
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
            )


@contextmanager
def without_indexes(*kinds: type[models.Model]) -> Iterator[None]:
    """Drop the indexes of tables that are about to be filled, and build them again afterwards, which is far quicker."""
    dropped = [(model, index) for model in kinds for index in model._meta.indexes]
    with connection.schema_editor(atomic=False) as editor:
        for model, index in dropped:
            editor.remove_index(model, index)
    try:
        yield
    finally:
        with connection.schema_editor(atomic=False) as editor:
            for model, index in dropped:
                editor.add_index(model, index)
