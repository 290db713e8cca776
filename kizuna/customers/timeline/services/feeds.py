"""A person's tasks and meetings for their calendar program."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from kizuna.base.events import publish
from kizuna.customers.timeline import queries
from kizuna.customers.timeline.events import FeedOpened, FeedRevoked
from kizuna.customers.timeline.models import Attendee, Feed, Meeting, Task
from kizuna.customers.timeline.services import calendars
from kizuna.customers.timeline.services.knowing import TIMES, may_read, readable, sees_guests

BACK, AHEAD = dt.timedelta(days=90), dt.timedelta(days=400)
TASK_TIMES = ("due_on", "due_time")
MOST = 2000
"""Tasks and meetings of so many days, and of each at most so many."""


@transaction.atomic
def open_feed(*, actor: Any) -> str:
    """The secret of a new feed of the actor's; an earlier one no longer works. It is told this once."""
    secret, digest = Feed.new_secret()
    feed, _is_new = Feed.objects.update_or_create(
        user_id=actor.pk, defaults={"digest": digest, "created_at": timezone.now()}
    )
    publish(FeedOpened(feed_id=feed.pk, user_id=actor.pk), by=actor)
    return secret


@transaction.atomic
def revoke_feed(*, actor: Any) -> None:
    """The actor's feed no longer works."""
    feed = Feed.objects.filter(user_id=actor.pk).first()
    if feed is not None:
        publish(FeedRevoked(feed_id=feed.pk, user_id=actor.pk), by=actor)
        feed.delete()


def feed_of(user: Any) -> bytes:
    """What a person has to do and whom they meet, as far as they may see it; a fixed number of queries. Of what nobody
    may tell them when it is, there is nothing."""
    today = timezone.localdate(timezone=user.zone)
    components: list[Any] = []
    if may_read(user, "task", *TASK_TIMES):
        shown = readable(user, "task", ("title", "priority", "body"))
        components += [calendars.todo_of(task, shown=shown) for task in _tasks(user, today)]
    if may_read(user, "meeting", *TIMES):
        components += _events(user, list(_meetings(user, today)))
    return calendars.written(components, name=f"Kizuna: {user.name}")


def _events(user: Any, meetings: list[Meeting]) -> list[Any]:
    shown = readable(user, "meeting", calendars.SHOWN)
    series = {meeting.series_uid: meeting for meeting in meetings if meeting.repeats}
    apart: dict[Any, list[dt.date]] = {}
    for meeting in meetings:
        if meeting.instead_of is not None:
            apart.setdefault(meeting.series_uid, []).append(meeting.instead_of)
    found: list[Any] = []
    for meeting in meetings:
        found += calendars.events_of(
            meeting,
            meeting.seen,  # type: ignore[attr-defined]
            shown=shown,
            url=f"{settings.PUBLIC_URL}/meetings/{meeting.pk}",
            told_apart=apart.get(meeting.series_uid, ()),
            series=series.get(meeting.series_uid),
        )
    return found


def _tasks(user: Any, today: dt.date) -> Any:
    rows = Task.objects.visible_to(user).filter(owner_id=user.pk, done_at__isnull=True)
    return rows.filter(to_do_on__range=(today - BACK, today + AHEAD)).order_by("to_do_on", "pk")[:MOST]


def _meetings(user: Any, today: dt.date) -> Any:
    start = dt.datetime.combine(today, dt.time(), dt.UTC)
    are_shown = sees_guests(user)
    rows = Meeting.objects.visible_to(user).filter(queries.of_person(user.pk), queries.is_last_of_series())
    rows = rows.filter(starts_at__range=(start - BACK, start + AHEAD)).select_related("owner")
    attendees = Attendee.objects.visible_to(user) if are_shown else Attendee.objects.none()
    return rows.prefetch_related(Prefetch("attendees", attendees.order_by("pk"), to_attr="seen")).order_by(
        "starts_at", "pk"
    )[:MOST]
