"""Fields that an administrator added, with values on many contacts: for measuring lists and boards that go by them."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.records.custom import storage
from kizuna.base.records.models import CustomField
from kizuna.base.resources import registry
from kizuna.customers.contacts.models import Contact

SCORE, VALUES = "bench_score", 10_000
QUEUE, COLUMNS = "bench_queue", 10
ONE_IN = 20
"""Contacts of which one stands in a queue: 50,000 of a million."""
_FILL = {
    "sqlite": "json_set(COALESCE(custom, '{{}}'), '$.{slot}', {value})",
    "postgresql": "COALESCE(custom, '{{}}') || jsonb_build_object('{slot}', {value})",
}


def scored() -> str:
    """The name of a number that every contact has."""
    return _filled(SCORE, f"CAST((id * 7919) % {VALUES} AS TEXT)", kind="number", labels="Score")


def queued() -> str:
    """The name of a choice of ten, which one contact in twenty has."""
    choices = [f"Queue {number}" for number in range(COLUMNS)]
    value = f"'queue_' || CAST(id / {ONE_IN} % {COLUMNS} AS TEXT)"
    where = f"id % {ONE_IN} = 0"
    return _filled(QUEUE, value, where, kind="choice", labels="Queue", settings={"choices": choices})


def _filled(name: str, value: str, where: str = "1 = 1", **definition: Any) -> str:
    """The field is added, filled with `value` (SQL) and indexed when it is not there yet."""
    resource = registry.get("contact")
    if CustomField.objects.filter(resource=resource.key, name=name).exists():
        return name
    with transaction.atomic():
        field = records.add_custom_field(actor=SYSTEM, resource=resource, name=name, **definition)
        fill = _FILL[connection.vendor].format(slot=field.slot, value=value)
        table = connection.ops.quote_name(Contact._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET custom = {fill} WHERE {where}")  # noqa: S608 - names of ours
    storage.make_index(field)
    return name
