"""Lines are held after the record that they are lines of. Its verbs hold it before its lines, and what changes a line
changes its sums and those of the other lines: two who began at different ends would wait for each other for ever."""

from __future__ import annotations

from django.db import connection

from kizuna.base.records.models import RecordQuerySet
from kizuna.base.resources import lines, registry


def hold_wholes(rows: RecordQuerySet) -> None:
    """Hold the records that these rows are lines of until the end of the transaction, in their order; nothing for rows
    that are no lines, nor where one transaction writes at a time. One query."""
    relation = lines.relation_of(registry.of(rows.model))
    if relation is None or not connection.features.has_select_for_update:
        return
    wholes = relation.target.model._default_manager.filter(pk__in=rows.values(relation.id_path))
    list(wholes.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
