"""The lines of a record (`resources.lines`) as its page shows them: a table edited in place, and the sums beneath."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import EMPTY, Field, MoneyAmount
from kizuna.base.resources.lines import POSITION, Lines
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Row, Sort, Table
from kizuna.base.types.errors import Problem
from kizuna.base.ui import controls

MOST = 200
"""Lines that the table shows; where there are more, it says so and leads to the list of all."""


def panel(
    actor: Any,
    resource: Resource,
    record: Record,
    *,
    may_update: bool,
    data: QueryDict | None = None,
    error: Problem | None = None,
    at: str = "",
) -> dict[str, Any] | None:
    """What `ui/parts/lines.html` needs; None where a record has no lines, or none for this reader. `data` and `error`
    are a line that could not be added; `at` is the cell ("7-quantity", or "add") that has the focus."""
    lines = resource.lines
    if lines is None or not policy.permissions_of(actor).can(lines.key, "read"):
        return None
    may_update = may_update and lines.when(record)
    drawn = Drawn(actor, resource, lines, record)
    rows, has_more = drawn.rows(may_update=may_update)
    return {
        "url": f"{drawn.url}/lines",
        "title": lines.resource.plural_label,
        "noun": str(lines.resource.label).lower(),
        "count": f"{MOST}+" if has_more else str(len(rows)),
        "more_url": lines.resource.list_url if has_more else "",
        "columns": [{"name": one.name, "label": one.label, "numeric": one.numeric} for one in drawn.columns],
        "rows": rows,
        "can_move": may_update and len(rows) > 1 and POSITION in drawn.writable and all(row["edit"] for row in rows),
        "adding": drawn.adding(data, error) if may_update else None,
        "totals": list(lines.totals(record, drawn.reader)) if lines.totals and drawn.is_whole else [],
        "at": at,
    }


class Drawn:
    """The lines of one record for one actor."""

    def __init__(self, actor: Any, resource: Resource, lines: Lines, record: Record) -> None:
        self.actor, self.lines, self.record = actor, lines, record
        self.reader = Reader.of(actor)
        self.url = resource.record_url(record.pk)
        readable = lines.resource.readable_fields(actor)
        self.writable = lines.resource.writable_fields(actor)
        self.columns: list[Field] = [readable[name] for name in lines.columns if name in readable]
        self.is_whole = len(self.columns) == len(lines.columns)  # who may not read a part of them learns no sum of it

    def rows(self, *, may_update: bool) -> tuple[list[dict[str, Any]], bool]:
        child = self.lines.resource
        mine = child.visible_to(self.actor).filter(**{self.lines.field.id_path: self.record.pk})
        sort = Sort(child.declared[POSITION], False)
        page = Table(child, self.actor, columns=self.columns, sort=sort, rows=mine).page(size=MOST)
        ids = [row.id for row in page.rows]
        editable = self._permitted("update", ids) if may_update else frozenset()
        removable = self._removable(ids, editable) if may_update else frozenset()
        return [self._row(row, row.id in editable, row.id in removable) for row in page.rows], bool(page.next_cursor)

    def _removable(self, ids: Collection[int], editable: frozenset[int]) -> frozenset[int]:
        """What may be edited may mostly be removed by the same rule: then it is not asked twice."""
        update, delete = (policy.predicate(self.actor, self.lines.resource.model, one) for one in ("update", "delete"))
        if update == delete and self._may("update") and self._may("delete"):
            return editable
        return self._permitted("delete", ids)

    def _permitted(self, operation: str, ids: Collection[int]) -> frozenset[int]:
        if not self._may(operation):
            return frozenset()
        rows: models.QuerySet = self.lines.resource.model.objects.permitted(self.actor, operation).filter(pk__in=ids)
        return frozenset(rows.values_list("pk", flat=True))

    def _may(self, operation: str) -> bool:
        child = self.lines.resource
        return operation in child.operations and policy.permissions_of(self.actor).can(child.key, operation)

    def _row(self, row: Row, may_edit: bool, may_remove: bool) -> dict[str, Any]:
        cells = [self._cell(field, value, row, may_edit) for field, value in zip(self.columns, row.values, strict=True)]
        return {
            "id": row.id,
            "url": self.lines.resource.record_url(row.id),
            "title": cells[0]["text"] if cells else f"#{row.id}",
            "version": row.version,
            "cells": cells,
            "edit": may_edit,
            "remove_url": f"{self.url}/lines/{row.id}/remove" if may_remove else "",
        }

    def _cell(self, field: Field, value: Any, row: Row, may_edit: bool) -> dict[str, Any]:
        cell = field.cell(value, self.reader)
        is_editable = may_edit and field.name in self.writable
        return {
            **(cell if cell is not EMPTY else {"kind": "empty", "text": ""}),
            "name": field.name,
            "label": field.label,
            "numeric": field.numeric,
            "id": f"line-{row.id}-{field.name}",
            "edit_url": f"{self.url}/lines/{row.id}/cells/{field.name}" if is_editable else "",
        }

    def adding(self, data: QueryDict | None, error: Problem | None) -> dict[str, Any] | None:
        """The row that adds a line; the values of one that was refused stand in it again."""
        child = self.lines.resource
        may_create = "create" in child.operations and policy.permissions_of(self.actor).can(child.key, "create")
        fields = [self.writable[name] for name in self.lines.asks if name in self.writable]
        if not may_create or not fields:
            return None
        drawn = [controls.drawn_again(field, self.actor, data, error, field.default) for field in fields]
        currency = getattr(self.record, "currency", "")
        for one, field in zip(drawn, fields, strict=True):
            if currency and isinstance(field, MoneyAmount):  # all lines of a record are in one
                one |= {"currency": currency, "currencies": (currency,)}
        return {
            "action": f"{self.url}/lines",
            "fields": [one | {"id": f"line-add-{one['name']}", "placeholder": one["label"]} for one in drawn],
            "errors": controls.other_errors(error, {one["name"] for one in drawn}, child) if error else [],
            "label": _("Add %(noun)s") % {"noun": str(child.label).lower()},
            "form_url": f"{child.list_url}/new?{self.lines.field.name}={self.record.pk}",
            "once": controls.once(),
        }
