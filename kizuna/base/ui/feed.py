"""What people did, as a page draws it: by day, and on each day by record, with the fields that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from kizuna.base.identity.models import User
from kizuna.base.records import activity
from kizuna.base.records.activity import Deed
from kizuna.base.resources.reader import Reader
from kizuna.base.ui.changes import Differences
from kizuna.base.ui.timeline import day_words

Feed = dict[str, Any]


def page(actor: Any, people: Sequence[int], *, before: int | None = None, size: int = activity.PAGE_SIZE) -> Feed:
    """`days` for `ui/parts/feed.html`, and `next`, the event before which the next page begins."""
    reader = Reader.of(actor)
    deeds, following = activity.deeds(actor=actor, people=people, before=before, size=size)
    names = User.objects.in_bulk({deed.entry.actor_id for deed in deeds if deed.entry.actor_id})
    differences = _differences(reader, deeds)
    days = []
    for day, of_day in groupby(deeds, key=lambda deed: deed.entry.occurred_at.astimezone(reader.zone).date()):
        by_record: dict[tuple[str, int], list[Deed]] = defaultdict(list)
        for deed in of_day:
            by_record[deed.resource.key, deed.record_id].append(deed)
        records = [_record(reader, found, names, differences) for found in by_record.values()]
        days.append({"label": day_words(reader, day), "records": records})
    return {"days": days, "next": following}


def _differences(reader: Reader, deeds: Sequence[Deed]) -> dict[str, Differences]:
    """For each kind of record, so that titles of related records are looked up once per field."""
    by_kind: dict[str, list[Deed]] = defaultdict(list)
    for deed in deeds:
        by_kind[deed.resource.key].append(deed)
    return {
        key: Differences(reader, found[0].resource, [deed.entry for deed in found]) for key, found in by_kind.items()
    }


def _record(
    reader: Reader, deeds: Sequence[Deed], names: dict[int, User], differences: dict[str, Differences]
) -> dict[str, Any]:
    first = deeds[0]
    return {
        "title": first.title,
        "kind": first.resource.label,
        "icon": first.resource.icon,
        "url": first.resource.record_url(first.record_id),
        "deeds": [_deed(reader, deed, names, differences[deed.resource.key]) for deed in deeds],
    }


def _deed(reader: Reader, deed: Deed, names: dict[int, User], differences: Differences) -> dict[str, Any]:
    person = names.get(deed.entry.actor_id or 0)
    return {
        **differences.sentence(deed.entry, person.name if person else "Kizuna"),
        "changes": differences.of(deed.entry),
        "time": reader.clock(deed.entry.occurred_at),
        "iso": deed.entry.occurred_at.isoformat(),
    }
