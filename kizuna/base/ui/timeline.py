"""The timeline of a record: what was said and done, from related resources, and the trace its changes left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.collaboration.events import CommentAdded
from kizuna.base.identity.models import User
from kizuna.base.records.history import Entry, history_between
from kizuna.base.records.models import Record
from kizuna.base.resources import registry, unions
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import RelatedList, Resource, TimelineEntry
from kizuna.base.search import queries as search
from kizuna.base.ui import changes, comments
from kizuna.base.ui.timeline_asked import CHANGES, Asked, facets_of, narrowing, narrowing_fields

PAGE_SIZE = 30

Item = dict[str, Any]
Key = tuple[dt.datetime, str, int]
"""Where an entry stands: its moment, its kind, its number."""


_BARE: Item = {
    "url": "",
    "detail": "",
    "excerpt": "",
    "badge": None,
    "amount": "",
    "lang": "",
    "pieces": (),
    "changes": (),
}
"""What not every entry has: a template that asks in vain has Django look through all that a dictionary can do."""


@dataclass(frozen=True)
class Source:
    """A kind of entry on the timeline of one kind of record, and which of its rows stand there."""

    resource: Resource
    entry: TimelineEntry
    rows: Callable[[int], Q]


class Kind(NamedTuple):
    """Rows that were asked for, by which column they are put in order, and what makes entries of some of them."""

    rows: QuerySet
    at: str
    read: Callable[[list[int]], Iterator[tuple[Key, Item]]]


def page(actor: Any, record: Record, resource: Resource, asked: Asked | None = None) -> dict[str, Any]:
    """The newest entries that were asked for, grouped by day; a fixed number of queries, however many there are."""
    asked = asked or Asked()
    reader = Reader.of(actor)
    sources = sources_of(actor, resource)
    facets = facets_of(sources, actor)
    asked = replace(asked, chosen={name: value for name, value in asked.chosen.items() if name in facets})
    found = _said(reader, sources, resource, record, asked)
    if asked.show in ("", "changes") and not asked.leaves_changes_out:
        found += _traces(reader, record, resource, asked)
    found.sort(key=lambda pair: pair[0], reverse=True)
    shown, is_more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    _name_actors([item for _key, item in shown])
    days = [
        {"label": day_words(reader, day), "entries": [item for _key, item in pairs]}
        for day, pairs in groupby(shown, key=lambda pair: pair[0][0].astimezone(reader.zone).date())
    ]
    url = f"{resource.record_url(record.pk)}/timeline"
    return {
        "url": _url(url, asked.query()),
        "base_url": url,
        "filters": _filters(url, sources, asked),
        "narrowing": _narrowing(asked, sources, actor) if resource.has_trash else None,
        "days": days,
        "more_url": _url(url, asked.query(before=_place(shown[-1][0]))) if is_more else "",
        "nothing": _nothing(asked),
    }


def _narrowing(asked: Asked, sources: list[Source], actor: Any) -> dict[str, Any]:
    """Of the controls a page shows only those in use: the others are many, and folded away."""
    found = narrowing(asked)
    return found | {"fields": _fields(asked, sources, actor)} if asked.is_narrowed else found


def controls_of(actor: Any, resource: Resource) -> dict[str, Any]:
    """What `ui/parts/narrowing.html#fields` needs when somebody opens what was folded away."""
    return {"fields": _fields(Asked(), sources_of(actor, resource), actor)}


def _fields(asked: Asked, sources: list[Source], actor: Any) -> list[dict[str, Any]]:
    return narrowing_fields(asked, facets_of(sources, actor), _people_field(sources), actor)


def _place(key: Key) -> str:
    at, kind, pk = key
    return f"{at.isoformat()}|{kind}|{pk}"


def _url(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def _nothing(asked: Asked) -> str:
    if asked.is_narrowed:
        return _("Nothing here is like that. Ask for less, or for a longer period.")
    return _("Nothing has happened yet. What you write above is kept here, with every change.")


def _filters(url: str, sources: list[Source], asked: Asked) -> list[dict[str, Any]]:
    kinds = [("", _("Everything")), *((one.resource.key, one.resource.plural_label) for one in sources)]
    return [
        {"label": label, "url": _url(url, asked.query(show=key)), "current": key == asked.show}
        for key, label in [*kinds, (comments.KEY, _("Comments")), ("changes", _("Changes"))]
    ]


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
    return sorted(found, key=lambda panel: _loudness(panel.resource))


def sources_of(actor: Any, resource: Resource) -> list[Source]:
    """What the timeline of such a record is made of, for this person: what points to it, and what reaches it."""
    panels = composable(actor, resource)
    pointing = {panel.resource.key for panel in panels}
    found = [_source(resource, panel.resource, panel.field) for panel in panels]
    permissions = policy.permissions_of(actor)
    if resource.has_trash:
        found += [
            _source(resource, other, None)
            for other in registry.all_resources()
            if other.timeline
            and resource.key in other.timeline.reach
            and other.key not in pointing
            and permissions.can(other.key, "read")
        ]
    return sorted(found, key=lambda source: _loudness(source.resource))


def _source(resource: Resource, other: Resource, field: Relation | None) -> Source:
    entry = other.timeline
    assert entry is not None
    reach = entry.reach.get(resource.key)
    if reach is None:
        assert field is not None
        path = field.id_path
        reach = lambda record_id: Q(**{path: record_id})  # noqa: E731
    return Source(other, entry, reach)


def _loudness(resource: Resource) -> int:
    entry = resource.timeline
    return 0 if entry and entry.weight == "said" else 1


def _people_field(sources: list[Source]) -> Relation | None:
    """A field that names a colleague, for the control that asks who."""
    for source in sources:
        for name in (source.entry.by, "owner"):
            field = source.resource.fields.get(name)
            if isinstance(field, Relation) and field.editable:
                return field
    return None


def _said(
    reader: Reader, sources: list[Source], resource: Resource, record: Record, asked: Asked
) -> list[tuple[Key, Item]]:
    """The newest rows of all kinds, comments among them. Where they are is found first, in one question that an index
    answers for each kind however many there are; then only kinds are read of which something is shown."""
    kinds = _kinds(reader, sources, resource, record, asked)
    places = unions.each(
        [one.rows.order_by(f"-{one.at}", "-pk").values_list(one.at, "pk")[: PAGE_SIZE + 1] for one in kinds]
    )
    moments = sorted([at for _place, at, _pk in places], reverse=True)
    oldest = moments[min(PAGE_SIZE, len(moments) - 1)] if moments else None
    chosen: dict[int, list[int]] = {}
    for place, at, pk in places:
        if at >= oldest:
            chosen.setdefault(place, []).append(pk)
    return [each for place, ids in chosen.items() for each in kinds[place].read(ids)]


def _kinds(reader: Reader, sources: list[Source], resource: Resource, record: Record, asked: Asked) -> list[Kind]:
    found = [
        Kind(rows, source.entry.at, partial(_entries, reader, source, resource, record))
        for source in sources
        if asked.show in ("", source.resource.key) and (rows := _rows(reader, source, record, asked)) is not None
    ]
    if asked.show in ("", comments.KEY) and not asked.chosen:
        rows = comments.asked_for(reader, resource, record, asked)
        found.append(Kind(rows, "created_at", partial(comments.said, reader, resource)))
    return found


def _entries(
    reader: Reader, source: Source, resource: Resource, record: Record, ids: list[int]
) -> Iterator[tuple[Key, Item]]:
    kind, entry = source.resource, source.entry
    readable = policy.permissions_of(reader.actor).readable(kind.key, entry.body)
    for row in _read(reader, kind, entry, record, ids):
        at = getattr(row, entry.at)
        item = _BARE | {
            "id": f"{kind.key}-{row.pk}",
            "weight": entry.weight,
            "icon": entry.icon(row) if entry.icon else kind.icon,
            "tone": "accent",
            "say": partial(changes.sentence, _phrase(entry, row)),
            "detail": entry.detail(row, reader, resource.key) if entry.detail else "",
            "excerpt": getattr(row, entry.body) if readable else "",
            "url": kind.record_url(row.pk),
            "actor_id": getattr(row, f"{entry.by}_id") or row.created_by_id,
            "badge": entry.badge(row) if entry.badge else None,
        }
        yield (at, kind.key, row.pk), item | _when(reader, at)


def _read(reader: Reader, kind: Resource, entry: TimelineEntry, record: Record, ids: list[int]) -> list[Any]:
    """The rows with what they need; most need the very record whose page it is, which is there already. Of what a row
    may do without, only what the reader sees is there: nobody is named beside it whom they do not see."""
    needed = {name: kind.model._meta.get_field(name) for name in entry.needs}
    here = [name for name, column in needed.items() if column.related_model is type(record)]
    limited = [
        name
        for name, column in needed.items()
        if name not in here and column.null and not policy.sees_all(reader.actor, column.related_model)
    ]
    joined = [name for name in needed if name not in here and name not in limited]
    rows = list(kind.model._default_manager.filter(pk__in=ids).select_related(*joined))
    for name in (*here, *limited):
        elsewhere = []
        for row in rows:
            if name in here and getattr(row, f"{name}_id") == record.pk:
                setattr(row, name, record)
            else:
                elsewhere.append(row)
        others = needed[name].related_model._default_manager
        seen = others.visible_to(reader.actor) if needed[name].null else others.all()
        prefetch_related_objects(elsewhere, Prefetch(name, seen))
    return rows


def _phrase(entry: TimelineEntry, row: Any) -> Any:
    phrase = entry.phrase(row) if callable(entry.phrase) else entry.phrase
    return phrase or _("%(who)s added this")


def _rows(reader: Reader, source: Source, record: Record, asked: Asked) -> QuerySet | None:
    """The rows of one kind that were asked for; None where it cannot have what was asked."""
    kind, entry = source.resource, source.entry
    readable = kind.readable_fields(reader.actor)
    if any(name not in entry.facets or name not in readable for name in asked.chosen):
        return None
    rows: QuerySet = kind.visible_to(reader.actor).filter(source.rows(record.pk), asked.period(entry.at, reader))
    rows = rows.filter(**{readable[name].path: value for name, value in asked.chosen.items()})
    if asked.who:
        rows = rows.filter(**{f"{entry.by}_id": asked.who})
    if asked.words:
        rows = rows.filter(search.matching(kind, reader.actor, asked.words))
    return rows.filter(asked.place.before(entry.at, kind.key)) if asked.place else rows


def _traces(reader: Reader, record: Record, resource: Resource, asked: Asked) -> list[tuple[Key, Item]]:
    newest = asked.newest(reader)
    entries = history_between(actor=reader.actor, record=record, before=newest, size=PAGE_SIZE + 1)
    differences = changes.Differences(reader, resource, entries)
    return [
        ((entry.occurred_at, CHANGES, entry.event_id), _trace(reader, resource, entry, differences))
        for entry in entries
        if entry.name != CommentAdded.event_name and asked.holds(entry.occurred_at, reader)
    ]  # the comment itself is there


def _trace(reader: Reader, resource: Resource, entry: Entry, differences: changes.Differences) -> Item:
    return _BARE | {
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
    ids = {item["actor_id"] for item in items if item["actor_id"]}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    for item in items:
        item |= item.pop("say")(names.get(item["actor_id"], "Kizuna"))


def day_words(reader: Reader, day: dt.date) -> str:
    away = (reader.today - day).days
    if away == 0:
        return _("Today")
    if away == 1:
        return _("Yesterday")
    return reader.day(day)
