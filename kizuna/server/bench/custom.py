"""A field that an administrator added, with a value on every contact: for measuring lists that go by it."""

from __future__ import annotations

from django.db import connection, transaction

from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.records.custom import storage
from kizuna.base.records.models import CustomField
from kizuna.base.resources import registry
from kizuna.customers.contacts.models import Contact

NAME, VALUES = "bench_score", 10_000
_FILL = {
    "sqlite": "json_set(COALESCE(custom, '{{}}'), '$.{slot}', CAST((id * 7919) % {values} AS TEXT))",
    "postgresql": "COALESCE(custom, '{{}}') || jsonb_build_object('{slot}', ((id * 7919) % {values})::text)",
}


def scored() -> str:
    """The name of the field; it is added, filled and indexed when it is not there yet."""
    resource = registry.get("contact")
    if CustomField.objects.filter(resource=resource.key, name=NAME).exists():
        return NAME
    with transaction.atomic():
        field = records.add_custom_field(actor=SYSTEM, resource=resource, kind="number", labels="Score", name=NAME)
        value = _FILL[connection.vendor].format(slot=field.slot, values=VALUES)
        table = connection.ops.quote_name(Contact._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET custom = {value}")  # noqa: S608 - names of ours
    storage.make_index(field)
    return NAME
