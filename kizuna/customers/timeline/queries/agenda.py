"""What is late, due today and next where somebody is, and whom they meet."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kizuna.base.types.wall import UTC, start_of
from kizuna.customers.timeline.models import Attendee, Feed, Meeting

DAY = dt.timedelta(days=1)
OPEN = Q(done_at__isnull=True)


def late(today: dt.date, now: dt.datetime) -> Q:
    """Open tasks that should have been done. A zone is never more than a day away from another."""
    by_day = Q(due_at__isnull=True, to_do_on__lt=today)
    return OPEN & Q(to_do_on__lte=today + DAY) & (by_day | Q(due_at__lt=now))


def due_today(today: dt.date, now: dt.datetime, zone: ZoneInfo) -> Q:
    """Open tasks of today that are not late yet."""
    by_moment = Q(due_at__gte=now, due_at__lt=start_of(today + DAY, zone))
    near = Q(to_do_on__range=(today - DAY, today + DAY))
    return OPEN & near & (Q(due_at__isnull=True, to_do_on=today) | by_moment)


def due_next(today: dt.date, zone: ZoneInfo, *, days: int) -> Q:
    """Open tasks of the days after today."""
    last = today + days * DAY
    by_day = Q(due_at__isnull=True, to_do_on__gt=today, to_do_on__lte=last)
    by_moment = Q(due_at__gte=start_of(today + DAY, zone), due_at__lt=start_of(last + DAY, zone))
    return OPEN & Q(to_do_on__range=(today, last + DAY)) & (by_day | by_moment)


def meetings_on(day: dt.date, zone: ZoneInfo) -> Q:
    """Meetings that touch a day somewhere."""
    timed = Q(start_time__isnull=False, starts_at__lt=start_of(day + DAY, zone), ends_at__gt=start_of(day, zone))
    noon = start_of(day, UTC) + DAY / 2
    return timed | Q(start_time__isnull=True, starts_at__lt=noon, ends_at__gt=noon)


def of_person(user_id: int) -> Q:
    """Meetings that somebody arranged or is asked to, and has not declined."""
    asked = Attendee.objects.live().filter(user_id=user_id).exclude(status=Attendee.Status.DECLINED)
    return Q(owner_id=user_id) | Q(pk__in=asked.values("meeting_id"))


def asked_as(actor: Any, meeting: Meeting) -> Attendee | None:
    """The actor among those who are asked to a meeting, as long as it is not over; nobody asks themselves."""
    if meeting.ends_at < timezone.now() or meeting.owner_id == actor.pk:
        return None
    return Attendee.objects.live().filter(meeting_id=meeting.pk, user_id=actor.pk, meeting__deleted_at=None).first()


def is_last_of_series() -> Q:
    """Meetings that stand for themselves, and of each series the one that stands for what is to come."""
    return Q(repeats="") | ~Q(Exists(Meeting.objects.filter(follows_id=OuterRef("pk"))))


def has_feed(user: Any) -> bool:
    """Whether somebody's calendar can be read at a secret address."""
    return Feed.objects.filter(user_id=user.pk).exists()
