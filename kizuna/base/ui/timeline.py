"""The timeline of a record: what was said and done, from related resources, and the trace its changes left."""

from __future__ import annotations

import datetime as dt
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.collaboration.events import CommentAdded
from kizuna.base.identity.models import User
from kizuna.base.records.history import Entry, history_between
from kizuna.base.records.models import Record
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import RelatedList, Resource
from kizuna.base.types.errors import Invalid
from kizuna.base.ui import changes, comments

PAGE_SIZE = 30

Item = dict[str, Any]


def page(
    actor: Any, record: Record, resource: Resource, *, show: str = "", before: str | None = None
) -> dict[str, Any]:
    """The newest items, or those before a moment (ISO), grouped by day; a fixed number of queries.

    `show` is the key of one kind of entry, "changes" for the trace alone, "" for everything.
    """
    limit = _moment(before)
    reader = Reader.of(actor)
    panels = composable(actor, resource)
    found: list[tuple[dt.datetime, Item]] = []
    for panel in panels:
        if show in ("", panel.resource.key):
            found += _said(reader, panel, record, limit)
    if show in ("", comments.KEY):
        found += comments.said(reader, resource, record, limit, PAGE_SIZE + 1)
    if show in ("", "changes"):
        found += _traces(reader, record, resource, limit)
    found.sort(key=lambda pair: pair[0], reverse=True)
    shown, is_more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    _name_actors([item for _at, item in shown])
    days = [
        {"label": day_words(reader, day), "entries": [item for _at, item in pairs]}
        for day, pairs in groupby(shown, key=lambda pair: pair[0].astimezone(reader.zone).date())
    ]
    url = f"{resource.record_url(record.pk)}/timeline"
    return {
        "url": f"{url}?{urlencode({'show': show})}" if show else url,
        "filters": _filters(url, panels, show),
        "days": days,
        "more_url": f"{url}?{urlencode({'show': show, 'before': shown[-1][0].isoformat()})}" if is_more else "",
        "nothing": _("Nothing has happened yet. What you write above is kept here, with every change."),
    }


def _filters(url: str, panels: list[RelatedList], show: str) -> list[dict[str, Any]]:
    kinds = [("", _("Everything")), *((panel.resource.key, panel.resource.plural_label) for panel in panels)]
    return [
        {"label": label, "url": f"{url}?{urlencode({'show': key})}" if key else url, "current": key == show}
        for key, label in [*kinds, (comments.KEY, _("Comments")), ("changes", _("Changes"))]
    ]


def _moment(before: str | None) -> dt.datetime | None:
    if not before:
        return None
    try:
        found = parse_datetime(before)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid({"before": [_("Give a moment with its zone.")]})
    return found


def composable(actor: Any, resource: Resource) -> list[RelatedList]:
    """The related resources that belong on the timeline and that the actor may read; what is said comes first."""
    if not resource.has_trash:
        return []  # notes are written about customers, not about the colleague who owns them
    permissions = policy.permissions_of(actor)
    found = [
        panel
        for panel in resource.related_lists
        if panel.resource.timeline and permissions.can(panel.resource.key, "read")
    ]
    return sorted(found, key=_loudness)


def _loudness(panel: RelatedList) -> int:
    entry = panel.resource.timeline
    return 0 if entry and entry.weight == "said" else 1


def _said(
    reader: Reader, panel: RelatedList, record: Record, limit: dt.datetime | None
) -> list[tuple[dt.datetime, Item]]:
    resource, entry = panel.resource, panel.resource.timeline
    assert entry is not None
    rows: QuerySet = resource.visible_to(reader.actor).filter(**{panel.field.id_path: record.pk})
    if limit:
        rows = rows.filter(**{f"{entry.at}__lt": limit})
    readable = policy.permissions_of(reader.actor).readable(resource.key, entry.body)
    found = []
    for row in rows.order_by(f"-{entry.at}", "-pk")[: PAGE_SIZE + 1]:
        at = getattr(row, entry.at)
        item = {
            "id": f"{resource.key}-{row.pk}",
            "weight": entry.weight,
            "icon": resource.icon,
            "tone": "accent",
            "say": partial(changes.sentence, entry.phrase or _("%(who)s added this")),
            "excerpt": getattr(row, entry.body) if readable else "",
            "url": resource.record_url(row.pk),
            "actor_id": row.created_by_id,
            "badge": entry.badge(row) if entry.badge else None,
        }
        found.append((at, item | _when(reader, at)))
    return found


def _traces(
    reader: Reader, record: Record, resource: Resource, limit: dt.datetime | None
) -> list[tuple[dt.datetime, Item]]:
    entries = history_between(actor=reader.actor, record=record, before=limit, size=PAGE_SIZE + 1)
    differences = changes.Differences(reader, resource, entries)
    return [
        (entry.occurred_at, _trace(reader, resource, entry, differences))
        for entry in entries
        if entry.name != CommentAdded.event_name  # the comment itself is there
    ]


def _trace(reader: Reader, resource: Resource, entry: Entry, differences: changes.Differences) -> Item:
    return {
        "weight": "trace",
        "icon": "history",
        "say": partial(differences.sentence, entry),
        "changes": differences.of(entry),
        "actor_id": entry.actor_id,
        **_when(reader, entry.occurred_at),
    }


def _when(reader: Reader, at: dt.datetime) -> dict[str, str]:
    return {"time": reader.clock(at), "iso": at.isoformat()}


def _name_actors(items: list[Item]) -> None:
    """Put who acted into what is said of each, in one query for all; Kizuna itself acts without an id."""
    people = User.objects.in_bulk({item["actor_id"] for item in items if item["actor_id"]})
    for item in items:
        person = people.get(item["actor_id"])
        item |= item.pop("say")(person.name if person else "Kizuna")


def day_words(reader: Reader, day: dt.date) -> str:
    away = (reader.today - day).days
    if away == 0:
        return _("Today")
    if away == 1:
        return _("Yesterday")
    return reader.day(day)
