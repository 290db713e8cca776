"""Records as JSON: the fields that the reader may see, each as its kind of field writes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.bulk import queries as bulk
from kizuna.base.bulk.models import Outcome, Sheet
from kizuna.base.bulk.queries import Line as LineOfSheet
from kizuna.base.collaboration.models import Comment
from kizuna.base.duplicates.resolver import Candidate
from kizuna.base.files.models import Attachment
from kizuna.base.notifications.queries import Line
from kizuna.base.records.custom.kinds import CHANGEABLE
from kizuna.base.records.models import CustomField, CustomObject
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Field, Moment, Related, Relation
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Row, Sort, Table
from kizuna.base.saved_views.models import SavedView

DELETED_AT = Moment("deleted_at", _("deleted"), editable=False)
BY_ID = Sort(Field("id", _("number"), path="pk"), is_descending=False)

Shown = dict[str, Any]


def columns(resource: Resource, actor: Any) -> dict[str, Field]:
    """Everything of a resource that the actor may read, by name; besides `id` and `version`, which every row has."""
    trash = {DELETED_AT.name: DELETED_AT} if resource.has_trash else {}
    return resource.readable_fields(actor) | trash


class Shape:
    """How the rows of one answer are written: the columns to select, and a JSON object of each row."""

    def __init__(self, resource: Resource, actor: Any, names: Collection[str] | None = None) -> None:
        self.resource, self.actor = resource, actor
        readable = columns(resource, actor)
        self.columns = list(readable.values()) if names is None else [readable[name] for name in names]
        self._writers = [(field.name, field.to_json) for field in self.columns]

    def write(self, row: Row) -> Shown:
        shown: Shown = {"id": row.id}
        if self.resource.has_trash:
            shown["version"] = row.version
        for (name, to_json), value in zip(self._writers, row.values, strict=True):
            shown[name] = to_json(value)
        return shown

    def table(self, rows: QuerySet, sort: Sort = BY_ID) -> Table:
        return Table(self.resource, self.actor, columns=self.columns, sort=sort, rows=rows)

    def one(self, rows: QuerySet) -> Shown | None:
        """The only row of a queryset, in one query; None when there is none."""
        found = self.table(rows).page(size=1).rows
        return self.write(found[0]) if found else None


def of_record(resource: Resource, actor: Any, record: Any) -> Shown:
    """A record just written, from memory: reading it again would cost almost as much as writing it.

    Whoever may write it but not read it learns its number and version, no more.
    """
    shown: Shown = {"id": record.pk, "version": record.version}
    if not policy.sees_all(actor, resource.model) and not resource.visible_to(actor).filter(pk=record.pk).exists():
        return shown
    for field in columns(resource, actor).values():
        value = field.read(record)
        shown[field.name] = field.to_json(_related(field, actor, value) if isinstance(field, Relation) else value)
    return shown


def of_candidates(resource: Resource, actor: Any, found: Sequence[Candidate]) -> list[Shown]:
    """Records that may be the same, the most certain first, with what speaks for it and against it: one query."""
    shape = Shape(resource, actor)
    rows = resource.visible_to(actor).filter(pk__in=[one.record_id for one in found])
    shown = {row.id: shape.write(row) for row in shape.table(rows).page(size=max(1, len(found))).rows}
    return [
        {
            "record": shown[one.record_id],
            "certainty": round(one.certainty, 4),
            "is_likely": one.is_likely,
            "reasons": [{"field": reason.field, "how": reason.how} for reason in one.reasons],
        }
        for one in found
        if one.record_id in shown
    ]


def _related(field: Relation, actor: Any, record_id: int | None) -> Related | None:
    """The other end of a relation, in one query; in none when it is the actor."""
    if record_id is None:
        return None
    target, title = field.target, field.target.title_field
    is_named = target.is_named_to(actor)
    if is_named and target.model is type(actor) and record_id == actor.pk:
        return Related(record_id, title.read(actor), is_visible=True)
    seen = (
        target.model.objects.all() if policy.sees_all(actor, target.model) else target.model.objects.visible_to(actor)
    )
    live = seen.filter(deleted_at=None) if target.has_trash else seen
    row = live.filter(pk=record_id).values_list(*title.paths).first()
    is_named = is_named and row is not None
    return Related(record_id, title.value(row) if is_named else None, row is not None, is_named)


def of_view(view: SavedView) -> Shown:
    """A saved view. Its condition is shown as it was written; asking it is another matter."""
    return {
        "id": view.pk,
        "version": view.version,
        "resource": registry.get(view.resource).plural,
        "name": view.name,
        "kind": view.kind,
        "owner": {"id": view.owner_id, "title": view.owner.name},
        "audience": view.audience,
        "team": {"id": view.team.pk, "title": view.team.name} if view.team else None,
        "condition": view.condition,
        "search": view.search,
        "sort": view.sort,
        "columns": view.columns,
        "density": view.density,
        "settings": view.settings,
        "created_at": view.created_at,
        "updated_at": view.updated_at,
    }


def of_current(changed: Any, actor: Any) -> Shown:
    """What stands there now, for whoever came too late to change it."""
    if isinstance(changed, Attachment):
        return of_file(changed)
    if isinstance(changed, Comment):
        return of_comment(changed)
    if isinstance(changed, CustomField):
        return of_custom_field(changed)
    if isinstance(changed, CustomObject):
        return of_custom_object(changed)
    return of_view(changed) if isinstance(changed, SavedView) else of_record(registry.of(changed), actor, changed)


def of_custom_field(field: CustomField) -> Shown:
    """A field that an administrator added; those that were removed have `removed_at`."""
    names = ("id", "version", "name", "kind", "labels", "help", "settings", "required", "section")
    resource = registry.get(field.resource).plural
    return {name: getattr(field, name) for name in names} | {"resource": resource, "removed_at": field.deleted_at}


def of_custom_object(definition: CustomObject) -> Shown:
    """A kind of record that an administrator made."""
    names = ("id", "version", "key", "plural", *CHANGEABLE)
    return {name: getattr(definition, name) for name in names} | {"removed_at": definition.deleted_at}


def of_file(file: Attachment) -> Shown:
    """A file of a record. The type is what its bytes say."""
    who = file.uploaded_by
    return {
        "id": file.pk,
        "version": file.version,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "pages": file.pages,
        "uploaded_at": file.uploaded_at,
        "uploaded_by": {"id": who.pk, "title": who.name} if who else None,
        "deleted_at": file.deleted_at,
    }


def of_comment(comment: Comment) -> Shown:
    """A comment, with the people whom it mentions."""
    return {
        "id": comment.pk,
        "version": comment.version,
        "text": comment.text,
        "author": {"id": comment.author_id, "title": comment.author.name},
        "mentions": [{"id": one.user_id, "title": one.words} for one in comment.mentions.all()],
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
    }


def of_line(line: Line) -> Shown:
    """A notification in the reader's language."""
    told = line.notification
    return {
        "id": told.pk,
        "kind": told.kind,
        "text": line.text,
        "excerpt": line.excerpt,
        "resource": registry.get(told.resource).plural,
        "record_id": told.record_id,
        "created_at": told.created_at,
        "read_at": told.read_at,
    }


def of_sheet(sheet: Sheet) -> Shown:
    """A change of many records: how far it is."""
    who = sheet.created_by
    return {
        "id": sheet.pk,
        "resource": registry.get(sheet.resource).plural,
        "operation": sheet.operation,
        "action": sheet.action,
        "state": bulk.state_of(sheet),
        "total": sheet.total,
        "done": sheet.done_count,
        "unchanged": sheet.unchanged_count,
        "refused": sheet.refused_count,
        "error": sheet.error,
        "undoes": sheet.undoes_id,
        "created_by": {"id": who.pk, "title": who.name} if who else None,
        "created_at": sheet.created_at,
        "finished_at": sheet.finished_at,
    }


def of_line_of_sheet(line: LineOfSheet, outcome: Outcome) -> Shown:
    """What became of one record; without a title where the reader may not see it."""
    title = line.title or None
    return {"record_id": line.record_id, "title": title, "outcome": outcome.kind, "reason": outcome.reason}


def etag(version: int) -> str:
    return f'"{version}"'


def respond(shown: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """A JSON answer; that of a record carries its version as ETag."""
    response = HttpResponse(
        msgspec.json.encode(shown), status=status, content_type="application/json", headers=headers or {}
    )
    if isinstance(shown, dict) and "version" in shown:
        response["ETag"] = etag(shown["version"])
    return response
