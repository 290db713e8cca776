"""A record as its page shows it: every readable field's cell, from one row read like a list row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.access import parts, policy
from kizuna.base.layouts import queries as layouts
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.avatars import avatar
from kizuna.base.resources.fields import EMPTY, Cell, Field, Flag
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import RelatedList, Resource
from kizuna.base.resources.table import Sort, Table
from kizuna.base.types import text
from kizuna.base.types.names import PersonName

PANEL_ROWS = 5


class ShownRecord:
    """Cells of one record for one actor. Reading it as a row of a table gives relations their titles in one query."""

    def __init__(self, resource: Resource, record: Record, actor: Any) -> None:
        self.resource, self.record, self.actor = resource, record, actor
        self.reader = Reader.of(actor)
        self.fields = resource.readable_fields(actor)
        self.writable = resource.writable_fields(actor)
        self.layout = layouts.of(resource, actor)

    @cached_property
    def values(self) -> dict[str, Any]:
        """What is read of it as of a row; panels alone do not ask for it."""
        resource = self.resource
        placed = {name for section in self.layout.sections for name in section.fields} | {*resource.facts}
        read = {name: field for name, field in self.fields.items() if name in placed or not field.is_costly}
        table = Table(
            resource,
            self.actor,
            columns=list(read.values()),
            sort=Sort(resource.title_field, False),
            rows=resource.model.objects.filter(pk=self.record.pk),
        )
        return dict(zip(read, table.every()[0].values, strict=True))

    @property
    def url(self) -> str:
        return self.resource.record_url(self.record.pk)

    @property
    def is_deleted(self) -> bool:
        """Whether it lies in the trash, where nothing is added to it."""
        return bool(getattr(self.record, "is_deleted", False))

    def cell(self, name: str) -> Cell:
        field = self.fields.get(name)
        if field is None:
            return EMPTY
        value = self.values[name] if name in self.values else field.read(self.record)
        return field.cell(value, self.reader)

    def field(self, name: str, *, may_update: bool) -> dict[str, Any]:
        """What `ui/record.html#field` needs."""
        why_fixed = self.fields[name].why_fixed(self.record)
        is_editable = may_update and name in self.writable and not why_fixed
        cell = self.cell(name)
        if cell is EMPTY:
            cell = {"kind": "empty", "text": self._of_nothing(name, is_editable)}
        return {
            **_in_its_script(cell),
            "name": name,
            "label": self.fields[name].label,
            "hint": why_fixed if may_update else "",
            "edit_url": f"{self.url}/fields/{name}?edit" if is_editable else "",
        }

    def _of_nothing(self, name: str, is_editable: bool) -> str:
        """What stands for a value that is not there: an invitation, or why it cannot be computed."""
        if is_editable or name not in self.fields:
            return _("Add…")
        return str(self.fields[name].why_empty(self.record))

    def sections(self, *, may_update: bool) -> list[dict[str, Any]]:
        """The form's sections: first what is known, then, folded away, what could still be said."""
        found = []
        for number, section in enumerate(self.layout.sections):
            names = [name for name in section.fields if name in self.fields]
            fields = [self.field(name, may_update=may_update) for name in names]
            empty = [field for field in fields if field["kind"] == "empty"]
            if fields:
                slug = slugify(str(section.title)) or f"section-{number}"
                known = [field for field in fields if field["kind"] != "empty"]
                title = section.title or _("Details")
                found.append(
                    {"slug": slug, "title": title, "fields": known, "empty": empty, "columns": section.columns}
                )
        return found

    def facts(self) -> list[dict[str, Any]]:
        names = [name for name in self.resource.facts if name in self.fields and name not in self.layout.hidden]
        return [{"label": self.fields[name].label, "value": self._fact(name)} for name in names]

    def _fact(self, name: str) -> Cell:
        cell = self.cell(name)
        return {"kind": "empty", "text": self.fields[name].nothing} if cell is EMPTY else cell

    @property
    def title(self) -> str:
        field = self.resource.title_field
        shown = field.to_text(self.values[field.name], self.reader) if field.name in self.values else ""
        return shown or f"#{self.record.pk}"

    def heading(self) -> dict[str, Any]:
        """What the head of `ui/record.html` needs under `record`."""
        cell = self.cell(self.resource.title)
        value = self.values.get(self.resource.title)
        own = (name for name, field in self.fields.items() if field.kind == "tags" and field.editable)
        tags = next(map(self.cell, own), EMPTY)
        return {
            "id": self.record.pk,
            "key": f"{self.resource.key}:{self.record.pk}",
            "url": self.url,
            "name": self.title,
            "parts": self._parts(value),
            "honorific": value.honorific(self.reader.language) if isinstance(value, PersonName) else "",
            **avatar(self.resource, self.record.pk, cell),
            "line": [self._bit(name) for name in self.resource.subtitle if self.cell(name).get("text")],
            "tags": tags.get("tags", []),
            "version": self.record.version if self.resource.has_trash else "",
        }

    def _parts(self, value: Any) -> list[dict[str, str]]:
        if isinstance(value, PersonName):
            return [{"text": written, "reading": reading} for written, reading in value.ruby()]
        if isinstance(value, tuple) and value[1] and value[1] != value[0]:
            return [{"text": value[0], "reading": value[1]}]
        return []

    def _bit(self, name: str) -> dict[str, Any]:
        cell = self.cell(name)
        return {"text": cell["text"], "url": cell.get("url", "") if cell["kind"] == "relation" else ""}


def _in_its_script(cell: Cell) -> Cell:
    """What somebody wrote says which East Asian script it is in: each has its own glyphs and its own line breaks."""
    script = text.script(cell["text"]) if cell["kind"] in ("text", "long") else ""
    return {**cell, "lang": script} if script in ("ja", "ko", "zh") else cell


class OwnPanel(NamedTuple):
    """A panel that a room draws itself, on the page of one kind of record, instead of the lists of these kinds."""

    make: Callable[[ShownRecord], dict[str, Any] | None]
    instead_of: tuple[str, ...]
    at_once: bool


_own: dict[str, list[OwnPanel]] = {}


def add_panel(
    key: str,
    make: Callable[[ShownRecord], dict[str, Any] | None],
    *,
    instead_of: Sequence[str] = (),
    at_once: bool = False,
) -> None:
    """Put a panel of a room's own on the page of a kind of record; called in `apps.ready()`. What it makes is a panel
    of `ui/record.html`, or None where there is nothing for this reader. One that is shown `at_once` comes first and
    with the page itself: for what this kind of record is opened for, and for few questions."""
    _own.setdefault(key, []).append(OwnPanel(make, tuple(instead_of), at_once))


_alerts: dict[str, list[Callable[[ShownRecord], dict[str, Any] | None]]] = {}


def add_alert(key: str, make: Callable[[ShownRecord], dict[str, Any] | None]) -> None:
    """Put something on top of the page of a kind of record, before everything that happened; called in `apps.ready()`.
    What it makes holds `template`, which finds it as `alert`; None shows nothing."""
    _alerts.setdefault(key, []).append(make)


def alerts(shown: ShownRecord) -> list[dict[str, Any]]:
    """What everybody has to see first; nothing of what lies in the trash."""
    if shown.is_deleted:
        return []
    return [found for make in _alerts.get(shown.resource.key, ()) if (found := make(shown)) is not None]


_leads_to: dict[str, tuple[str, str, Any]] = {}


def add_main(key: str, makes: str, by: str, label: Any) -> None:
    """What the page of this kind of record is mostly left for: a new record of the kind `makes`, whose relation `by`
    points back here. It is the page's one filled button; called in `apps.ready()`."""
    _leads_to[key] = (makes, by, label)


def leads_to(actor: Any, resource: Resource, record_id: int) -> dict[str, Any] | None:
    """The button for that, for those who may make one."""
    makes, by, label = _leads_to.get(resource.key, ("", "", ""))
    if not makes or not policy.permissions_of(actor).can(makes, "create"):
        return None
    return {"label": label, "icon": "plus", "url": f"{registry.get(makes).list_url}/new?{by}={record_id}"}


class Panels:
    """What is related to a record: panels of rooms' own, and the first few records of each kind, one query per kind,
    with the way to all of them. But for what a kind of record is opened for, all of it is asked for once the page
    stands, in one request: every room adds some, and nobody waits for them to read who it is and what happened."""

    def __init__(self, shown: ShownRecord) -> None:
        self.shown = shown
        self.permissions = policy.permissions_of(shown.actor)
        self.own = _own.get(shown.resource.key, [])
        self.kinds = self._kinds()

    def _kinds(self) -> list[list[RelatedList]]:
        """The relations that lead here, by the kind of record that they come from."""
        resource = self.shown.resource
        drawn = {key for panel in self.own for key in panel.instead_of}
        if resource.lines:
            drawn.add(resource.lines.key)  # they stand in the middle of the page
        found: dict[str, list[RelatedList]] = {}
        for panel in resource.related_lists:
            key = panel.resource.key
            if not panel.resource.timeline and key not in drawn and self.permissions.can(key, "read"):
                found.setdefault(key, []).append(panel)
        return list(found.values())

    def at_once(self) -> list[dict[str, Any]]:
        return self._of_rooms(at_once=True)

    def later(self) -> list[dict[str, Any]]:
        lists = [_panel(self.shown, ways, may_create=self._may_add(ways[0])) for ways in self.kinds]
        found = [*lists, *self._of_rooms(at_once=False)]
        return sorted(found, key=_says_nothing)

    def _may_add(self, way: RelatedList) -> bool:
        """Parts of what one may not change are not offered."""
        key = way.resource.key
        if self.shown.is_deleted or not self.permissions.can(key, "create"):
            return False
        part = parts.find(key)
        return part is None or part.field != way.field.name or not self._is_closed

    @cached_property
    def _is_closed(self) -> bool:
        """Whether no parts come to this record: it is asked once for all their kinds."""
        return bool(policy.closed_wholes(self.shown.actor, type(self.shown.record), [self.shown.record.pk]))

    def heads(self) -> list[dict[str, Any]]:
        """What stands in the place of lists until they are there, without any question."""
        return [{"icon": ways[0].resource.icon, "title": _title(ways)} for ways in self.kinds]

    def _of_rooms(self, *, at_once: bool) -> list[dict[str, Any]]:
        made = (panel.make(self.shown) for panel in self.own if panel.at_once == at_once)
        return [panel for panel in made if panel is not None]


def _says_nothing(panel: dict[str, Any]) -> bool:
    """Of lists without a row: they stand below what there is to read, each in its order."""
    return not any(panel.get(name) for name in ("rows", "text", "note", "actions", "lazy_url"))


def _title(ways: list[RelatedList]) -> Any:
    return ways[0].label if len(ways) == 1 else ways[0].resource.plural_label


_BARE = {"lead": False, "lazy_url": "", "url_self": "", "note": "", "text": "", "actions": ()}
"""What a list of related records does not have, and panels of rooms' own may have."""


def _panel(shown: ShownRecord, ways: list[RelatedList], *, may_create: bool) -> dict[str, Any]:
    """One kind of related record, whichever of its relations (`ways`) leads here: a marriage is read from both ends."""
    resource = ways[0].resource
    names = [way.field.name for way in ways]
    columns = _panel_columns(resource, shown.actor, names)
    leads_here = reduce(or_, (Q(**{way.field.id_path: shown.record.pk}) for way in ways))
    sort = Sort.of(resource, shown.actor, None)
    rows = resource.visible_to(shown.actor).filter(leads_here)
    page = Table(resource, shown.actor, columns=columns, sort=sort, rows=rows).page(size=PANEL_ROWS)
    is_creatable = may_create and "create" in resource.operations
    title = _title(ways)
    return _BARE | {
        "id": resource.plural,
        "icon": resource.icon,
        "title": title,
        "count": f"{len(page.rows)}+" if page.next_cursor else str(len(page.rows)),
        "url": _all_url(names, resource, shown.record.pk),
        "more": _("Show all") if page.next_cursor else "",
        "add_url": f"{resource.list_url}/new?{names[0]}={shown.record.pk}" if is_creatable else "",
        "add_label": _("New %(noun)s") % {"noun": str(resource.label).lower()},
        "rows": [_panel_row(resource, row, columns, shown.reader) for row in page.rows],
        "nothing": _("None yet."),
    }


def _panel_columns(resource: Resource, actor: Any, without: list[str]) -> list[Field]:
    """The title and the two first further columns that are not the relation that leads back here."""
    readable = resource.readable_fields(actor)
    names = dict.fromkeys([resource.title, *resource.columns])
    return [readable[name] for name in names if name in readable and name not in without][:3]


def _panel_row(resource: Resource, row: Any, columns: list[Field], reader: Reader) -> dict[str, Any]:
    cells = [field.cell(value, reader) for field, value in zip(columns, row.values, strict=True)]
    title = cells[0] if cells else EMPTY
    details = [_detail(*one, reader) for one in list(zip(columns, row.values, cells, strict=True))[1:]]
    return {
        "name": title["text"] or f"#{row.id}",
        "url": resource.record_url(row.id),
        **avatar(resource, row.id, title),
        "detail": reader.listed(detail for detail in details if detail),
    }


def _detail(field: Field, value: Any, cell: Cell, reader: Reader) -> str:
    """In one line with others, without the head of a column: of what is a yes or a no, what is so."""
    if isinstance(field, Flag):
        return str(field.label) if value else ""
    return cell.get("text") or reader.listed(tag["text"] for tag in cell.get("tags", []))


def _all_url(names: list[str], resource: Resource, record_id: int) -> str:
    tree = {"any": [{"field": name, "op": "is", "value": record_id} for name in names]}
    return f"{resource.list_url}?{urlencode({'filter': conditions.dump(tree)})}"
