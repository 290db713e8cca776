"""Telling people what happened: one line each, however many records it touched, and only of those that they may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.access import audience, policy
from kizuna.base.identity.models import User
from kizuna.base.notifications import kinds
from kizuna.base.notifications.models import Letter, Mail, Notification
from kizuna.base.notifications.services.pushing import reachable, write_pushes
from kizuna.base.notifications.services.reading import note
from kizuna.base.resources import registry

BATCH = 200
TOGETHER = dt.timedelta(hours=1)
IN_ONE_GO = dt.timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class News:
    """Something to tell. `key` stays the same when it is told again, because a job ran twice."""

    kind: kinds.Kind
    key: str
    resource: str
    actor_id: int | None = None
    event_id: int | None = None
    part_id: int | None = None
    fields: Sequence[str] = field(default=())
    """The fields that changed: whoever may read none of them is told nothing. None named: nothing is asked."""
    joins: bool = False
    """Whether further news of the same record within an hour become one line."""
    in_bulk: bool = False
    """Whether further news from the same person within ten minutes become one line, whichever records they touch."""


def tell(news: News, records_of: Mapping[int, Sequence[int]]) -> None:
    """Tell each person (by id) of their records. Never those who did it, who have left, or who may not see it.

    Safe to repeat: nobody is told twice. The number of queries grows with hundreds of people, not with records.
    """
    people = [pk for pk in records_of if pk != news.actor_id]
    for start in range(0, len(people), BATCH):
        with transaction.atomic():
            _tell_some(news, people[start : start + BATCH], records_of)


def _tell_some(news: News, ids: Sequence[int], records_of: Mapping[int, Sequence[int]]) -> None:
    people = list(_locked(ids).filter(is_active=True).select_related("team"))
    resource = registry.find(news.resource)
    if resource is None:  # an administrator took this kind of record away
        return
    every = dict.fromkeys(pk for person in people for pk in records_of[person.pk])
    seen = audience.seen_by(people, resource.model, every)
    rows, pushed, reached = [], [], reachable(ids)
    for person in people:
        wants = kinds.preference(person, news.kind)
        mine = set(records_of[person.pk])
        records = [pk for pk in seen[person.pk] if pk in mine]
        is_pushed = wants.push and person.pk in reached
        is_wanted = wants.in_product or is_pushed or wants.mail != Mail.NEVER
        if not records or not is_wanted or not _may_know(person, news):
            continue
        rows.append(_row(news, person, records, wants))
        pushed += [person.pk] if is_pushed else []
    if news.joins or news.in_bulk:
        rows = _joined(news, rows)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    note([row.user_id for row in rows if row.in_product])
    _write_letters(news, [row.user_id for row in rows if row.by_mail == Mail.NOW])
    if pushed := [row.user_id for row in rows if row.user_id in pushed]:
        write_pushes(Notification.objects.filter(user_id__in=pushed, kind=news.kind.code, key=news.key))


def _may_know(person: User, news: News) -> bool:
    readable = policy.permissions_of(person).readable
    return not news.fields or any(readable(news.resource, name) for name in news.fields)


def _row(news: News, person: User, records: Sequence[int], wants: kinds.Preference) -> Notification:
    return Notification(
        user_id=person.pk,
        kind=news.kind.code,
        key=news.key,
        resource=news.resource,
        record_id=records[0],
        others=len(records) - 1,
        part_id=news.part_id,
        event_id=news.event_id,
        events=[news.event_id],
        in_bulk=news.in_bulk,
        actor_id=news.actor_id,
        in_product=wants.in_product,
        by_mail=wants.mail,
    )


def _locked(ids: Sequence[int]) -> Any:
    """The people, one at a time: two workers that join lines of one person would otherwise not see each other's."""
    return User.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True, of=("self",))


def _joined(news: News, rows: Sequence[Notification]) -> list[Notification]:
    """The rows, each in the place of an unread one that it continues; none for an event that was counted before."""
    fresh = {row.user_id: row for row in rows}
    near = Notification.objects.filter(
        user_id__in=list(fresh), kind=news.kind.code, resource=news.resource, created_at__gt=timezone.now() - TOGETHER
    )
    told: set[int] = set()
    replaced: dict[int, int] = {}
    for old in near.order_by("pk"):
        new = fresh[old.user_id]
        if news.event_id in old.events:
            told.add(old.user_id)
        elif old.read_at is None and _continues(news, old, new):
            replaced[old.user_id] = old.pk
            _add_up(old, new)
    gone = [pk for user, pk in replaced.items() if user not in told]
    Notification.objects.filter(pk__in=gone).delete()
    return [row for row in rows if row.user_id not in told]


def _continues(news: News, old: Notification, new: Notification) -> bool:
    if old.in_bulk and new.in_bulk:
        return old.actor_id == new.actor_id and old.created_at > timezone.now() - IN_ONE_GO
    return news.joins and not old.others and not new.others and old.record_id == new.record_id


def _add_up(old: Notification, new: Notification) -> None:
    """Count an earlier line into the one that takes its place, in memory; a letter about it is not written again."""
    if old.in_bulk and new.in_bulk:
        new.others += old.others + 1
    else:
        new.times += old.times
    new.events = [*old.events, *new.events]
    new.letter_id = new.letter_id or old.letter_id


def _write_letters(news: News, people: Sequence[int]) -> None:
    """A letter for each line that is to be mailed at once, and the job that sends it after commit."""
    from kizuna.base.notifications.jobs import send  # jobs call services; this is the one that starts one

    key = f"now:{news.kind.code}:{news.key}"
    fresh = Notification.objects.filter(
        user_id__in=people, kind=news.kind.code, key=news.key, by_mail=Mail.NOW, letter__isnull=True
    )
    waiting = list(fresh.values_list("user_id", flat=True))
    if not waiting:
        return
    Letter.objects.bulk_create(
        [Letter(user_id=pk, key=key, kind=news.kind.code) for pk in waiting], ignore_conflicts=True
    )
    for letter in Letter.objects.filter(user_id__in=waiting, key=key):
        fresh.filter(user_id=letter.user_id).update(letter=letter)
        send.enqueue(letter_id=letter.pk)
