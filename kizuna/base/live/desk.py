"""The part that asks the database: reads the log once for everybody, and decides who may hear what.

Runs in one thread of the live process, one turn after the other. A turn reads a batch of events, lets new streams in,
and asks per person and kind of record once which of the touched rows that their pages show they may read.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import InterfaceError, InternalError, OperationalError

from kizuna.base.access import policy
from kizuna.base.events import EventRow, instigators
from kizuna.base.identity.models import User
from kizuna.base.live import log, sight
from kizuna.base.live.happened import Happened
from kizuna.base.live.log import Entry, Place
from kizuna.base.live.sessions import holders
from kizuna.base.live.streams import MOST_NEW, Change, Stream
from kizuna.base.live.watching import Watch
from kizuna.base.resources import registry

logger = logging.getLogger("kizuna.live")

TROUBLE = (OperationalError, InterfaceError, InternalError)
"""What a database raises that is away, locked or failing over."""
EARLIER = 10.0
"""Seconds before a page was drawn in which a change may have begun that the page does not show."""
NEWEST = 500


@dataclass(frozen=True)
class Asked:
    """Somebody at the door: the session of their cookie and what their page shows."""

    session_key: str
    watch: Watch


@dataclass
class Turn:
    """What came of a turn."""

    place: Place
    is_more: bool = False
    admitted: list[Stream | None] = field(default_factory=list)
    """One per asked, None for somebody who is not signed in."""
    changes: list[tuple[Stream, Change]] = field(default_factory=list)
    users: dict[str, User] | None = None
    """Session -> user, when the sessions were looked at; who is not in it has to go."""


class Desk:
    """Where the log has been read to."""

    def __init__(self) -> None:
        self._state: log.State | None = None

    def turn(self, streams: Sequence[Stream], asked: Sequence[Asked] = (), *, look_again: bool = False) -> Turn:
        """Read on, and let in. Raises what a database in trouble raises, and then has read nothing."""
        before = self._state or log.begin()
        entries, after = log.read(before)
        turn = Turn(after.place, is_more=len(entries) >= log.BATCH)
        turn.admitted = self._admit(asked, turn.place)
        turn.changes = [(stream, self._missed(stream, turn.place)) for stream in turn.admitted if stream]
        try:
            happened = Happened.of(entries)
            if look_again or happened.changed_rights:
                turn.users = holders({stream.session_key for stream in streams})
            turn.changes += _told(happened, streams, turn.users)
        except TROUBLE:
            raise
        except Exception:
            logger.exception("Events up to %s could not be told; open pages read themselves again", turn.place)
            turn.changes += [(stream, Change(reload=True)) for stream in streams]
        self._state = after
        return turn

    def _admit(self, asked: Sequence[Asked], place: Place) -> list[Stream | None]:
        users = holders({one.session_key for one in asked}) if asked else {}
        return [_let_in(one, users.get(one.session_key), place) for one in asked]

    def _missed(self, stream: Stream, place: Place) -> Change:
        """What happened between the moment that the page shows and `place`."""
        after = Place.parse(stream.watch.after) if stream.watch.after else None
        if after is not None:
            entries = log.between(after, place)
        else:
            entries = _since(stream, place) if stream.watch.since is not None else []
        if entries is None:
            return Change(reload=True)
        found = _told(Happened.of(entries), [stream], None)
        return found[0][1] if found else Change()


def _let_in(asked: Asked, user: User | None, place: Place) -> Stream | None:
    if user is None:
        return None
    seen = {key: sight.visible(user, key, ids) for key, ids in asked.watch.rows.items()}
    stream = Stream(user, asked.session_key, asked.watch, seen)
    stream.place = place
    return stream


def _since(stream: Stream, place: Place) -> list[Entry]:
    """The events since a page was drawn, and those before that may not have been committed then. What somebody did
    themselves before is on their page."""
    drawn = stream.watch.since or 0.0
    rows = EventRow.objects.filter(id__gt=place.high - NEWEST, id__lte=place.high).exclude(id__in=place.holes)
    found = rows.order_by("id").values_list("id", "name", "actor_id", "occurred_at")
    return [
        Entry(number, name, actor_id)
        for number, name, actor_id, at in found
        if at.timestamp() >= drawn or (at.timestamp() >= drawn - EARLIER and actor_id != stream.user.pk)
    ]


def _told(happened: Happened, streams: Iterable[Stream], users: dict[str, User] | None) -> list[tuple[Stream, Change]]:
    """Who hears what. With `users`, everybody's rights are the new ones, and what they lost is gone."""
    by_user: dict[int, list[Stream]] = defaultdict(list)
    for stream in streams:
        if users is None or stream.session_key in users:
            by_user[stream.user.pk].append(stream)
    found = []
    for theirs in by_user.values():
        user = users[theirs[0].session_key] if users else theirs[0].user
        changes = _Person(user, theirs, happened).changes(has_other_rights=bool(users) and happened.changed_rights)
        found += [(stream, change) for stream, change in zip(theirs, changes, strict=True) if change]
    _name(found, happened)
    return found


class _Person:
    """One person with all their open pages."""

    def __init__(self, user: User, streams: list[Stream], happened: Happened) -> None:
        self.user, self.streams, self.happened = user, streams, happened

    def changes(self, *, has_other_rights: bool) -> list[Change]:
        rings = self.user.pk in self.happened.told
        found = [Change(bell=rings and stream.watch.has_bell) for stream in self.streams]
        for key in self._kinds(has_other_rights):
            for change, part in zip(found, self._of_kind(key, has_other_rights), strict=True):
                change.add(part)
        self._relate(found)
        return found

    def _of_kind(self, key: str, has_other_rights: bool) -> list[Change]:
        """What each page hears of one kind of record."""
        touched = self.happened.touched.get(key, {})
        came = self._came(key)
        shown = [stream.seen.get(key, set()) for stream in self.streams]
        asked = [ids if has_other_rights else ids & touched.keys() for ids in shown]
        given = self._given(key)
        wanted = [self._wanted(stream.watch, key, came, given) for stream in self.streams]
        named = set(sorted(set().union(*wanted), reverse=True)[: MOST_NEW + 1])
        every, has_more = self._every(key, touched)
        visible = sight.visible(self.user, key, set().union(named, every, *asked))
        found = []
        for stream, ids, on_page, new in zip(self.streams, shown, asked, wanted, strict=True):
            counts = key in stream.watch.every
            known = on_page | every if counts else on_page
            part = Change(
                changed=_some(key, known & touched.keys() & visible),
                gone=_some(key, on_page - visible),
                new=_some(key, (new & named & visible) - ids),
                more={key} if counts and has_more else set(),
            )
            found.append(part)
        return found

    def _wanted(self, watch: Watch, key: str, came: set[int], given: set[int]) -> set[int]:
        """What would be new on a page."""
        if key not in watch.lists:
            return set()
        return came | given if key in watch.mine else came

    def _came(self, key: str) -> set[int]:
        """Records that are new to this person: made or brought back, moved to one of their territories, or given to
        somebody whose records they see by one whose records they do not."""
        came, placed = self.happened.came.get(key, set()), self.happened.placed.get(key, set())
        if placed and policy.realms_of(self.user, registry.get(key).model):
            came = came | placed
        given = self.happened.given.get(key)
        seen = policy.whose(self.user, registry.get(key).model) if given else None
        if not given or seen is None:
            return came
        return came | {pk for pk, (before, after) in given.items() if after in seen and before not in seen}

    def _given(self, key: str) -> set[int]:
        """Records of others that are this person's now."""
        mine = self.user.pk
        return {
            pk for pk, (before, after) in self.happened.given.get(key, {}).items() if after == mine and before != mine
        }

    def _every(self, key: str, touched: Mapping[int, Entry]) -> tuple[set[int], bool]:
        """For pages that hear of every change: the records to be named, or, beyond many, whether there is any."""
        if not touched or not any(key in stream.watch.every for stream in self.streams):
            return set(), False
        if len(touched) <= MOST_NEW:
            return set(touched), False
        some = sorted(touched, reverse=True)[:MOST_NEW]  # whoever sees much sees one of these
        events = {entry.id for entry in touched.values()}
        return set(), bool(sight.visible(self.user, key, some)) or sight.touches(self.user, key, events)

    def _kinds(self, has_other_rights: bool) -> list[str]:
        kinds = {key for stream in self.streams for key in (*stream.seen, *stream.watch.lists, *stream.watch.every)}
        return sorted(kinds if has_other_rights else kinds & self.happened.touched.keys())

    def _relate(self, found: list[Change]) -> None:
        """Related records that came or changed, for pages of a record."""
        touched = {key: set(ids) for key, ids in self.happened.touched.items()}
        records: dict[str, set[int]] = defaultdict(set)
        for stream in self.streams:
            if stream.watch.record and stream.has_record:
                records[stream.watch.record[0]].add(stream.watch.record[1])
        for key, ids in records.items() if touched else ():
            near = sight.neighbours(self.user, key, ids, touched)
            for stream, change in zip(self.streams, found, strict=True):
                if stream.watch.record and stream.watch.record[0] == key and stream.has_record:
                    change.related |= near.get(stream.watch.record[1], set())


def _some(key: str, ids: set[int]) -> dict[str, set[int]]:
    return {key: ids} if ids else {}


def _name(found: list[tuple[Stream, Change]], happened: Happened) -> None:
    """Who changed the records whose pages are open: not Kizuna, where it only followed what somebody did."""
    deeds = {}
    for stream, change in found:
        record = stream.watch.record
        if record and record[1] in change.changed.get(record[0], ()):
            deeds[stream] = (change, happened.touched[record[0]][record[1]])
    behind = instigators({entry.id for _change, entry in deeds.values()})
    people = User.objects.in_bulk({pk for pk in behind.values() if pk})
    for stream, (change, entry) in deeds.items():
        person = people.get(behind.get(entry.id) or 0)
        mine = person == stream.user
        change.by = {"name": person.name if person else "Kizuna", "mine": mine, "event": entry.name}
