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
    given: dict[str, dict[int, tuple[int | None, int | None]]] = field(default_factory=lambda: defaultdict(dict))
    """Records that have another owner: the one before, and the one after."""
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
        rows = Subject.objects.filter(event_id__in=list(events))
        columns = rows.values_list("event_id", "resource", "record_id", "changes__owner")
        owned = []
        for event_id, resource, record_id, owners in columns.iterator(chunk_size=CHUNK):
            found._note(events[event_id], resource, record_id)
            if owners:
                owned.append((event_id, resource, record_id, owners))
        for _event_id, resource, record_id, (before, after) in sorted(owned):
            first, _between = found.given[resource].get(record_id, (before, after))
            found.given[resource][record_id] = (first, after)
        found.changed_rights |= not realms.deciding().isdisjoint(found.touched)
        return found

    def _note(self, entry: Entry, resource: str, record_id: int) -> None:
        if entry.name == NotificationsChanged.event_name:
            self.told.add(record_id)
            return
        known = self.touched[resource].get(record_id)
        if known is None or known.id < entry.id:
            self.touched[resource][record_id] = entry
        if entry.name in COMING:
            self.came[resource].add(record_id)
        if entry.name in PLACING:
            self.placed[resource].add(record_id)
