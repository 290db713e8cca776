"""My work: tasks that are due, today's meetings, what others changed on my records, and a few figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.access.models import Scope
from kizuna.base.resources import registry, unions
from kizuna.base.resources.fields import Cell
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.table import COUNT_LIMIT, Row, Sort, Table
from kizuna.customers.contacts.models import Contact
from kizuna.customers.timeline import queries
from kizuna.customers.timeline.models import Meeting, Task

ROWS = 8
NEXT_ROWS, NEXT_DAYS = 4, 7
NEWEST = 1000
"""Of the contacts that somebody has, how many are looked at for changes by others: those changed last."""


def figures(actor: Any) -> list[dict[str, Any]]:
    """Counts that lead to the records they count; none where the actor may not read them."""
    if not may_know_due_days(actor):
        return []
    reader = Reader.of(actor)
    mine = Task.objects.visible_to(actor).filter(owner_id=actor.pk)
    week = dt.datetime.combine(reader.today - dt.timedelta(days=6), dt.time(), reader.zone)
    now = timezone.now()
    counted: list[QuerySet] = [
        mine.filter(queries.late(reader.today, now)),
        mine.filter(queries.due_today(reader.today, now, reader.zone)),
        mine.filter(done_at__gte=week),
    ]
    has_contacts = policy.permissions_of(actor).can("contact", "read")
    if has_contacts:
        counted.append(Contact.objects.visible_to(actor).filter(owner_id=actor.pk)[: COUNT_LIMIT + 1])
    late, due, done, *contacts = unions.counts(counted)
    found = [
        _figure(_("Late"), late, _("of my tasks"), list_of("task", *_late(reader, now)), is_bad=late > 0),
        _figure(_("Due today"), due, _("of my tasks"), list_of("task", *_due_today(reader, now))),
        _figure(_("Done"), done, _("in the last 7 days"), list_of("task", part("done_at", "in_period", "last_7_days"))),
    ]
    for count in contacts:
        words = f"{reader.number(min(count, COUNT_LIMIT))}{'+' if count > COUNT_LIMIT else ''}"
        found.append(_figure(_("My contacts"), words, _("in my care"), "/contacts?view=mine"))
    return found


def strip(actor: Any) -> dict[str, Any] | None:
    """The figures as a panel; None where there are none."""
    found = figures(actor)
    return {"figures": found} if found else None


def leads(actor: Any) -> bool:
    """Whether somebody may put views before their team, and so wants to know what it does."""
    return policy.permissions_of(actor).scope("contact", "share") >= Scope.TEAM


def may_know_due_days(actor: Any) -> bool:
    """What is counted and ordered by a field would tell it to who may not read it."""
    permissions = policy.permissions_of(actor)
    return permissions.can("task", "read") and all(
        permissions.readable("task", name) for name in ("due_on", "due_at", "done_at", "owner")
    )


def _figure(label: str, value: Any, note: str, url: str, *, is_bad: bool = False) -> dict[str, Any]:
    tone, icon = ("bad", "alert-circle") if is_bad else ("", "")
    return {"label": label, "value": value, "note": note, "url": url, "tone": tone, "icon": icon}


def part(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    found = {"field": field, "op": operator}
    return found if value is None else found | {"value": value}


def _late(reader: Reader, now: dt.datetime) -> list[dict[str, Any]]:
    """`queries.late` as a person would ask for it."""
    by_day = {"all": [part("due_at", "is_empty"), part("due_on", "before", reader.today.isoformat())]}
    return [part("done_at", "is_empty"), {"any": [by_day, part("due_at", "before", now.isoformat())]}]


def _due_today(reader: Reader, now: dt.datetime) -> list[dict[str, Any]]:
    """`queries.due_today` likewise."""
    today = reader.today.isoformat()
    by_day = {"all": [part("due_at", "is_empty"), part("due_on", "on", today)]}
    by_moment = {"all": [part("due_at", "on", today), part("due_at", "on_or_after", now.isoformat())]}
    return [part("done_at", "is_empty"), {"any": [by_day, by_moment]}]


def list_of(key: str, *parts: dict[str, Any]) -> str:
    """The list of my records that a figure counts."""
    condition = {"all": [part("owner", "is_me"), *parts]}
    return f"{registry.get(key).list_url}?{urlencode({'view': 'all', 'filter': conditions.dump(condition)})}"


def tasks(actor: Any) -> dict[str, Any] | None:
    """My open tasks with a day: those that are late, the most overdue first, today's, and those of the next days."""
    if not may_know_due_days(actor):
        return None
    reader, now = Reader.of(actor), timezone.now()
    mine = Task.objects.visible_to(actor).filter(owner_id=actor.pk)
    groups = (
        (_("Overdue"), queries.late(reader.today, now), ROWS),
        (_("Today"), queries.due_today(reader.today, now, reader.zone), ROWS),
        (_("Next days"), queries.due_next(reader.today, reader.zone, days=NEXT_DAYS), NEXT_ROWS),
    )
    firsts = [mine.filter(which).order_by("to_do_on", "pk").values_list("pk")[:size] for _title, which, size in groups]
    group_of = {pk: group for group, pk in unions.each(firsts)}
    shown = _task_rows(reader, mine.filter(pk__in=group_of), group_of, now)
    for number, (heading, _which, _size) in enumerate(groups):
        first = next((row for group, row in shown if group == number), {})
        first["heading"] = heading
    return {
        "url": "/tasks?view=mine",
        "link": _("All my tasks"),
        "rows": [row for _group, row in shown],
        "nothing": _("Nothing is due. Add a task on a contact’s page, or with C."),
    }


def _task_rows(
    reader: Reader, rows: QuerySet, group_of: Mapping[int, int], now: dt.datetime
) -> list[tuple[int, dict[str, Any]]]:
    """These tasks behind their groups, within each by their moments where the reader is."""
    found = []
    names = ("title", "due_on", "due_at", "contact", "company")
    for row, values, cells in _shown(reader.actor, "task", names, rows):
        about = next((cells[name] for name in ("contact", "company") if cells.get(name, {}).get("url")), {})
        moment = values.get("due_at")
        due = moment.astimezone(reader.zone).date() if moment else values.get("due_on")
        url = registry.get("task").record_url(row.id)
        shown = {
            "name": cells.get("title", {}).get("text", ""),
            "url": url,
            "detail": about.get("text", ""),
            "detail_lang": about.get("lang", ""),
            "when": _when(due, moment, reader),
            "late": bool(due and (moment < now if moment else due < reader.today)),
            "check_url": f"{url}/actions/complete_task",
        }
        found.append((group_of[row.id], due, moment or dt.datetime.max.replace(tzinfo=dt.UTC), shown))
    return [(group, shown) for group, _due, _moment, shown in sorted(found, key=lambda row: row[:3])]


def _when(due: dt.date | None, moment: dt.datetime | None, reader: Reader) -> str:
    """The day; of today's tasks with a time, the time."""
    if moment and due == reader.today:
        return reader.clock(moment)
    words = when_due(due, reader)
    return f"{words} {reader.clock(moment)}" if moment and due and due > reader.today else words


def when_due(due: dt.date | None, reader: Reader) -> str:
    """ "2 days late", "Today", "Tomorrow", or the day."""
    if due is None:
        return ""
    away = (due - reader.today).days
    if away < -1:
        return _("%(count)d days late") % {"count": -away}
    named = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
    return named.get(away) or reader.day(due)


def meetings(actor: Any) -> dict[str, Any] | None:
    """Whom I meet today, in order; nothing where there is no meeting."""
    permissions = policy.permissions_of(actor)
    if not permissions.can("meeting", "read") or not permissions.readable("meeting", "day"):
        return None
    reader = Reader.of(actor)
    mine = Meeting.objects.visible_to(actor).filter(queries.of_person(actor.pk))
    rows = mine.filter(queries.meetings_on(reader.today, reader.zone)).order_by("starts_at", "pk")[:ROWS]
    names = ("title", "start_time", "starts_at", "place", "contact", "company")
    shown = []
    for row, values, cells in _shown(actor, "meeting", names, rows):
        with_whom = [cells[name].get("text", "") for name in ("contact", "company", "place") if name in cells]
        is_timed = values.get("start_time") is not None and values.get("starts_at") is not None
        shown.append(
            {
                "name": cells.get("title", {}).get("text", ""),
                "url": registry.get("meeting").record_url(row.id),
                "detail": reader.listed(filter(None, with_whom)),
                "when": reader.clock(values["starts_at"]) if is_timed else _("All day"),
                "icon": "calendar",
            }
        )
    if not shown:
        return None
    return {
        "url": "/meetings",
        "link": _("All meetings"),
        "rows": shown,
    }


def changed(actor: Any) -> dict[str, Any] | None:
    """Contacts in my care that somebody else changed last, the newest change first."""
    if not policy.permissions_of(actor).can("contact", "read"):
        return None
    seen = Contact.objects.visible_to(actor)
    newest = seen.filter(owner_id=actor.pk).order_by("-updated_at", "-pk")[:NEWEST]
    rows = seen.filter(pk__in=_by_others(newest, actor)).order_by("-updated_at", "-pk")
    shown = []
    for row, _values, cells in _shown(actor, "contact", ("name", "updated_at", "updated_by"), rows):
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
        "url": "/contacts?view=mine&sort=-updated_at",
        "link": _("All my contacts"),
        "rows": shown,
        "nothing": _("Nobody else has changed your contacts."),
    }


def _by_others(newest: QuerySet, actor: Any) -> RawSQL:
    """The first of these that somebody else changed: a walk in one index, no farther than it takes. Were they chosen
    with the others' condition in the same WHERE, PostgreSQL would read all that are mine: it takes them for few."""
    walked, values = newest.values("pk", "updated_by_id").query.sql_with_params()
    others = f"SELECT pk FROM ({walked}) AS newest WHERE updated_by_id <> %s OR updated_by_id IS NULL LIMIT {ROWS}"  # noqa: S608 - SQL of Django's
    return RawSQL(others, (*values, actor.pk))  # noqa: S611 - SQL of Django's, values beside it


def _shown(
    actor: Any, key: str, names: tuple[str, ...], rows: QuerySet
) -> Iterator[tuple[Row, dict[str, Any], dict[str, Cell]]]:
    """Rows that the actor sees, with their values and cells, of the fields that they may read."""
    reader = Reader.of(actor)
    resource = registry.get(key)
    columns = [field for name, field in resource.readable_fields(actor).items() if name in names]
    for row in Table(resource, actor, columns=columns, sort=Sort(resource.title_field, False), rows=rows).every():
        values = {field.name: value for field, value in zip(columns, row.values, strict=True)}
        yield row, values, {field.name: field.cell(values[field.name], reader) for field in columns}
