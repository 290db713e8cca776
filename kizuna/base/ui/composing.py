"""The composer of a record page: one kind of timeline entry at a time, chosen by tabs."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.layouts import queries as layouts
from kizuna.base.records.models import Record
from kizuna.base.resources.resource import RelatedList, Resource
from kizuna.base.types.errors import Missing, Problem
from kizuna.base.ui import comments, controls, form_parts, timeline


def kinds(actor: Any, resource: Resource) -> list[RelatedList]:
    """The kinds of entry that this person may add."""
    permissions = policy.permissions_of(actor)
    return [
        panel
        for panel in timeline.composable(actor, resource)
        if _is_written(panel.resource)
        and "create" in panel.resource.operations
        and permissions.can(panel.resource.key, "create")
    ]


def _is_written(resource: Resource) -> bool:
    return resource.timeline is not None and resource.timeline.is_written


def kind(actor: Any, resource: Resource, key: str) -> RelatedList:
    """The kind with this key. Raises Missing."""
    found = next((panel for panel in kinds(actor, resource) if panel.resource.key == key), None)
    if found is None:
        raise Missing()
    return found


def composer(
    actor: Any,
    resource: Resource,
    record: Record,
    key: str = "",
    *,
    data: QueryDict | None = None,
    error: Problem | None = None,
) -> dict[str, Any] | None:
    """What `ui/parts/composer.html` needs; None where there is nothing that may be written."""
    if not resource.has_trash or record.is_deleted:
        return None
    offered = kinds(actor, resource)
    current = next((panel for panel in offered if panel.resource.key == key), offered[0] if offered else None)
    if key == comments.KEY or current is None:
        tabs = _tabs(resource, record, offered, None)
        return comments.composer(resource, record, **_typed(data, error)) | {"kinds": tabs}
    entry = current.resource.timeline
    assert entry is not None
    writable = current.resource.writable_fields(actor)
    asked = dict.fromkeys([*current.resource.quick, *layouts.needed(current.resource, actor)])
    names = [name for name in asked if name in writable and name not in (entry.body, current.field.name)]
    url = f"{resource.record_url(record.pk)}/compose"
    fields = [
        controls.drawn_again(writable[name], actor, data, error, actor.pk if name == "owner" else None)
        for name in names
    ]
    return {
        "kinds": _tabs(resource, record, offered, current),
        "action": f"{url}/{current.resource.key}",
        "name": entry.body,
        "placeholder": current.resource.prompt or writable[entry.body].label,
        "submit_label": _("Add %(noun)s") % {"noun": str(current.resource.label).lower()},
        "value": data.get(entry.body, "") if data else "",
        "errors": _errors(error, entry.body, names),
        "fields": fields,
        "parts": form_parts.drawn(current.resource, actor, form_parts.as_posted(fields, data or QueryDict()), None),
        "once": (data.get("once") if data else "") or controls.once(),
        "key": f"{resource.key}:{record.pk}:{current.resource.key}",
    }


def _typed(data: QueryDict | None, error: Problem | None) -> dict[str, Any]:
    """A comment that was refused, to be drawn again."""
    if data is None or error is None:
        return {}
    return {"text": data.get("text", ""), "errors": controls.errors_at(error, "text") or [str(error.message)]}


def _tabs(
    resource: Resource, record: Record, offered: list[RelatedList], current: RelatedList | None
) -> list[dict[str, Any]]:
    """One for each kind of entry, and comments, which everybody may write."""
    url = f"{resource.record_url(record.pk)}/compose"
    comment = comments.tab(resource, record.pk, is_current=current is None)
    return [*(_tab(panel, url, panel is current) for panel in offered), comment]


def _tab(panel: RelatedList, url: str, is_current: bool) -> dict[str, Any]:
    resource = panel.resource
    return {"label": resource.label, "icon": resource.icon, "url": f"{url}/{resource.key}", "current": is_current}


def _errors(error: Problem | None, body: str, names: list[str]) -> list[str]:
    if error is None:
        return []
    return controls.errors_at(error, body) + controls.other_errors(error, dict.fromkeys([body, *names]))
