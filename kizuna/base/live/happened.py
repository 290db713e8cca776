"""What a few events did, as far as a screen could show it: which records they touched, which came, who did it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kizuna.base.access import realms
from kizuna.base.events import Subject
from kizuna.base.live.log import Entry
from kizuna.base.notifications.events import NotificationsChanged
from kizuna.base.records.events import RecordsCreated, RecordsRestored
from kizuna.base.territories.events import RecordsCarriedOver, RecordsPlaced

COMING = {RecordsCreated.event_name, RecordsRestored.event_name}
PLACING = {RecordsPlaced.event_name, RecordsCarriedOver.event_name}
RIGHTS = ("access.", "identity.")
"""Rooms whose events change who may see what, or who is signed in."""
CHUNK = 2_000


@dataclass
class Happened:
    """Records by kind and id, each with the last event that touched it."""

    touched: dict[str, dict[int, Entry]] = field(default_factory=lambda: defaultdict(dict))
    came: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    placed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Records that lie in another territory than before."""
    told: set[int] = field(default_factory=set)
    """People whose bell has more or less to say than before."""
    changed_rights: bool = False

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Happened:
        """One query for all entries. Of a record that came and was touched again both are kept."""
        events = {entry.id: entry for entry in entries}
        found = cls(changed_rights=any(entry.name.startswith(RIGHTS) for entry in events.values()))
        if not events:
            return found
        rows = Subject.objects.filter(event_id__in=list(events)).values_list("event_id", "resource", "record_id")
        for event_id, resource, record_id in rows.iterator(chunk_size=CHUNK):
            entry = events[event_id]
            if entry.name == NotificationsChanged.event_name:
                found.told.add(record_id)
                continue
            known = found.touched[resource].get(record_id)
            if known is None or known.id < event_id:
                found.touched[resource][record_id] = entry
            if entry.name in COMING:
                found.came[resource].add(record_id)
            if entry.name in PLACING:
                found.placed[resource].add(record_id)
        found.changed_rights |= not realms.deciding().isdisjoint(found.touched)
        return found
