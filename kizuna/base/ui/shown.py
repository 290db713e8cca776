"""A record as its page shows it: every readable field's cell, from one row read like a list row."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.records.models import Record
from kizuna.base.resources.fields import EMPTY, Cell, Field
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Sort, Table


class ShownRecord:
    """Cells of one record for one actor. Reading it as a row of a table gives relations their titles in one query."""

    def __init__(self, resource: Resource, record: Record, actor: Any) -> None:
        self.resource, self.record, self.actor = resource, record, actor
        self.reader = Reader.of(actor)
        self.fields = resource.readable_fields(actor)
        self.writable = resource.writable_fields(actor)
        table = Table(
            resource,
            actor,
            columns=list(self.fields.values()),
            sort=Sort(resource.title_field, False),
            rows=resource.model.objects.filter(pk=record.pk),
        )
        row = table.page().rows[0]
        self.values = dict(zip(self.fields, row.values, strict=True))

    def cell(self, name: str) -> Cell:
        field = self.fields.get(name)
        return field.cell(self.values[name], self.reader) if field else EMPTY

    def field(self, name: str, *, may_update: bool) -> dict[str, Any]:
        """What `record.html#field` needs."""
        described = self.fields[name]
        return {
            "name": name,
            "label": described.label,
            "cell": self.cell(name),
            "widget": described.widget,
            "editable": may_update and name in self.writable,
            "url": f"{self.resource.record_url(self.record.pk)}/fields/{name}",
        }

    def sections(self, *, may_update: bool) -> list[dict[str, Any]]:
        """The form's sections with values, then who and when; a section is open when it says something."""
        found = []
        for number, section in enumerate(self.resource.form_sections):
            names = [name for name in section.fields if name in self.fields]
            fields = [self.field(name, may_update=may_update) for name in names]
            filled = any(field["cell"]["kind"] != "empty" for field in fields)
            if fields:
                found.append({"title": section.title, "fields": fields, "open": number < 2 or filled})
        return found

    def facts(self) -> list[dict[str, Any]]:
        return [
            {"label": self.fields[name].label, "cell": self.cell(name), "name": name}
            for name in self.resource.facts
            if name in self.fields
        ]

    @property
    def title(self) -> str:
        field = self.resource.title_field
        if field.name not in self.values:
            return f"#{self.record.pk}"
        return field.to_text(self.values[field.name], self.reader) or f"#{self.record.pk}"

    @property
    def heading(self) -> Cell:
        cell = {**self.cell(self.resource.title)}
        cell["text"] = self.title
        cell["tint"] = self.record.pk % 6 + 1
        value = self.values.get(self.resource.title)
        if hasattr(value, "honorific"):
            cell["honorific"] = value.honorific(self.reader.language)
            cell["parts"] = value.ruby()
        return cell


def panels(shown: ShownRecord, size: int = 5) -> list[dict[str, Any]]:
    """Related records beside the timeline: the newest few of each kind, one query per kind, and where all are."""
    permissions = policy.permissions_of(shown.actor)
    found = []
    for panel in shown.resource.related_lists:
        resource = panel.resource
        if resource.timeline or not permissions.can(resource.key, "read"):
            continue
        columns = _panel_columns(resource, shown.actor, panel.field)
        rows = resource.visible_to(shown.actor).filter(**{panel.field.id_path: shown.record.pk})
        sort = Sort.of(resource, shown.actor, resource.default_sort)
        page = Table(resource, shown.actor, columns=columns, sort=sort, rows=rows).page(size=size)
        found.append(
            {
                "title": resource.plural_label,
                "icon": resource.icon,
                "relation": panel.field.label,
                "rows": [_panel_row(resource, row, columns, shown.reader) for row in page.rows],
                "count": f"{len(page.rows)}+" if page.next_cursor else str(len(page.rows)),
                "all_url": _all_url(panel.field.name, resource, shown.record.pk) if page.next_cursor else "",
                "new_url": f"{resource.list_url}/new?{panel.field.name}={shown.record.pk}"
                if "create" in resource.operations and permissions.can(resource.key, "create")
                else "",
            }
        )
    return found


def _panel_columns(resource: Resource, actor: Any, without: Field) -> list[Field]:
    """The title and the two first further columns that are not the relation that leads back here."""
    readable = resource.readable_fields(actor)
    names = dict.fromkeys([resource.title, *resource.columns])
    return [readable[name] for name in names if name in readable and name != without.name][:3]


def _panel_row(resource: Resource, row: Any, columns: list[Field], reader: Reader) -> dict[str, Any]:
    cells = [field.cell(value, reader) for field, value in zip(columns, row.values, strict=True)]
    return {"url": resource.record_url(row.id), "title": cells[0] | {"tint": row.id % 6 + 1}, "rest": cells[1:]}


def _all_url(name: str, resource: Resource, record_id: int) -> str:
    tree = {"all": [{"field": name, "op": "is", "value": record_id}]}
    return f"{resource.list_url}?{urlencode({'filter': conditions.dump(tree)})}"
