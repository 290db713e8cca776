"""What Today shows: tasks of mine that are due, what others changed on my records, and a few figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Cell
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.table import COUNT_LIMIT, Row, Sort, Table
from kizuna.customers.contacts.models import Contact
from kizuna.customers.timeline.models import Task

ROWS = 8
NEWEST = 1000
"""Of the contacts that somebody has, how many are looked at for changes by others: those changed last."""


def figures(actor: Any) -> list[dict[str, Any]]:
    """Counts that lead to the records they count; none where the actor may not read them."""
    if not _may_know_due_days(actor):
        return []
    reader = Reader.of(actor)
    mine = Task.objects.visible_to(actor).filter(owner_id=actor.pk)
    week = dt.datetime.combine(reader.today - dt.timedelta(days=6), dt.time(), reader.zone)
    late = mine.filter(to_do_on__lt=reader.today).count()
    due = mine.filter(to_do_on=reader.today).count()
    done = mine.filter(done_at__gte=week).count()
    found = [
        _figure(_("Late"), late, _("of my tasks"), _tasks("due_on", "before", reader.today), is_bad=late > 0),
        _figure(_("Due today"), due, _("of my tasks"), _tasks("due_on", "on", reader.today)),
        _figure(_("Done"), done, _("in the last 7 days"), _tasks("done_at", "in_period", "last_7_days")),
    ]
    if policy.permissions_of(actor).can("contact", "read"):
        contacts = Contact.objects.visible_to(actor).filter(owner_id=actor.pk).values("pk")[: COUNT_LIMIT + 1].count()
        words = f"{reader.number(min(contacts, COUNT_LIMIT))}{'+' if contacts > COUNT_LIMIT else ''}"
        found.append(_figure(_("My contacts"), words, _("in my care"), "/contacts?view=mine"))
    return found


def _may_know_due_days(actor: Any) -> bool:
    """What is counted and ordered by a field would tell it to who may not read it."""
    permissions = policy.permissions_of(actor)
    return permissions.can("task", "read") and all(
        permissions.readable("task", name) for name in ("due_on", "done_at", "owner")
    )


def _figure(label: str, value: Any, note: str, url: str, *, is_bad: bool = False) -> dict[str, Any]:
    tone, icon = ("bad", "alert-circle") if is_bad else ("", "")
    return {"label": label, "value": value, "note": note, "url": url, "tone": tone, "icon": icon}


def _tasks(field: str, operator: str, value: Any) -> str:
    """The list of my tasks that a figure counts; those asked for by their due day are open ones."""
    parts: list[Any] = [
        {"field": "owner", "op": "is_me"},
        {"field": field, "op": operator, "value": value.isoformat() if isinstance(value, dt.date) else value},
    ]
    if field == "due_on":
        parts.append({"field": "done_at", "op": "is_empty"})
    return f"/tasks?{urlencode({'filter': conditions.dump({'all': parts})})}"


def tasks(actor: Any) -> dict[str, Any] | None:
    """My open tasks with a day, the most overdue first."""
    if not _may_know_due_days(actor):
        return None
    reader = Reader.of(actor)
    rows = Task.objects.visible_to(actor).filter(owner_id=actor.pk, to_do_on__isnull=False)
    shown = []
    for row, values, cells in _shown(actor, "task", ("title", "due_on", "contact", "company"), rows, sort="to_do_on"):
        about = next((cells[name] for name in ("contact", "company") if cells.get(name, {}).get("url")), {})
        due = values.get("due_on")
        url = registry.get("task").record_url(row.id)
        shown.append(
            {
                "name": cells.get("title", {}).get("text", ""),
                "url": url,
                "detail": about.get("text", ""),
                "detail_lang": about.get("lang", ""),
                "when": when_due(due, reader),
                "late": bool(due and due < reader.today),
                "check_url": f"{url}/actions/complete_task",
            }
        )
    return {
        "id": "tasks",
        "title": _("My tasks"),
        "url": "/tasks?view=mine",
        "link": _("All my tasks"),
        "span": 6,
        "rows": shown,
        "nothing": _("Nothing is due. Add a task on a contact’s page, or with C."),
    }


def when_due(due: dt.date | None, reader: Reader) -> str:
    """ "2 days late", "Today", "Tomorrow", or the day."""
    if due is None:
        return ""
    away = (due - reader.today).days
    if away < -1:
        return _("%(count)d days late") % {"count": -away}
    named = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
    return named.get(away) or reader.day(due)


def changed(actor: Any) -> dict[str, Any] | None:
    """Contacts in my care that somebody else changed last, the newest change first."""
    if not policy.permissions_of(actor).can("contact", "read"):
        return None
    mine = Contact.objects.visible_to(actor).filter(owner_id=actor.pk)
    newest = mine.order_by("-updated_at", "-pk").values("pk")[:NEWEST]  # a walk in the index of owner and change
    rows = mine.filter(pk__in=newest).exclude(updated_by_id=actor.pk)
    shown = []
    for row, _values, cells in _shown(actor, "contact", ("name", "updated_at", "updated_by"), rows, sort="-updated_at"):
        name = cells.get("name", {})
        shown.append(
            {
                "name": name.get("text", ""),
                "lang": name.get("lang", ""),
                "url": registry.get("contact").record_url(row.id),
                "detail": cells.get("updated_by", {}).get("text", ""),
                "when": cells.get("updated_at", {}).get("text", ""),
                "icon": "pencil",
            }
        )
    return {
        "id": "changed",
        "title": _("Changed by others"),
        "url": "/contacts?view=mine&sort=-updated_at",
        "link": _("All my contacts"),
        "span": 6,
        "rows": shown,
        "nothing": _("Nobody else has changed your contacts."),
    }


def _shown(
    actor: Any, key: str, names: tuple[str, ...], rows: QuerySet, *, sort: str
) -> Iterator[tuple[Row, dict[str, Any], dict[str, Cell]]]:
    """The first rows with their values and cells, of the fields that the actor may read."""
    reader = Reader.of(actor)
    resource = registry.get(key)
    columns = [field for name, field in resource.readable_fields(actor).items() if name in names]
    order = Sort(resource.fields[sort.removeprefix("-")], sort.startswith("-"))
    for row in Table(resource, actor, columns=columns, sort=order, rows=rows).page(size=ROWS).rows:
        values = {field.name: value for field, value in zip(columns, row.values, strict=True)}
        yield row, values, {field.name: field.cell(values[field.name], reader) for field in columns}
