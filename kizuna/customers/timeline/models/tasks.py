"""What we promised to do, once or again and again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.types import text
from kizuna.base.types.columns import TagsField
from kizuna.base.types.wall import instant
from kizuna.customers.timeline.models.about import About
from kizuna.customers.timeline.models.series import Series

LIVE = Q(deleted_at__isnull=True)
MORNING = dt.time(9)
"""When to remind of what is due on a day without a time, where its owner lives."""
REMINDERS = (
    ("0m", _("When it is due")),
    ("10m", _("10 minutes before")),
    ("30m", _("30 minutes before")),
    ("1h", _("1 hour before")),
    ("1d", _("1 day before")),
    ("2d", _("2 days before")),
    ("7d", _("1 week before")),
)
UNITS = {"m": 60, "h": 3600}


class Task(About, Series):
    """Something to do, by its owner. Open until it has been done at a moment.

    `due_time` in `due_zone` is what the clock shows there on `due_on`; `due_at` is the instant that this is.
    """

    class Priority(models.IntegerChoices):
        """Numbers, so that tasks sort by what matters."""

        LOW = 1, _("Low")
        NORMAL = 2, _("Normal")
        HIGH = 3, _("High")
        URGENT = 4, _("Urgent")

    title = models.CharField(_("task"), max_length=300)
    body = models.TextField(_("details"), max_length=20_000, blank=True, default="")
    due_on = models.DateField(_("due date"), null=True, blank=True)
    due_time = models.TimeField(_("due time"), null=True, blank=True)
    due_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    due_at = models.DateTimeField(_("due moment"), null=True, editable=False)
    done_at = models.DateTimeField(_("completion"), null=True, editable=False)
    to_do_on = models.DateField(
        _("to do by"),
        null=True,
        editable=False,
        help_text=_("The due date as long as the task is open. Sorted by it, what is done comes last."),
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    reminders = TagsField(_("reminders"))
    next_alarm_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            RowCheck(
                name="timeline_task_says_what_to_do",
                condition=~Q(title=""),
                violation_error_message=_("Say what is to be done."),
            ),
            RowCheck(
                name="timeline_task_priority",
                condition=Q(priority__in=[1, 2, 3, 4]),
                violation_error_message=_("There is no such priority."),
            ),
            RowCheck(
                name="timeline_task_time_has_a_day",
                condition=Q(due_time__isnull=True) | Q(due_on__isnull=False),
                violation_error_message=_("Say on which day, too."),
            ),
            RowCheck(
                name="timeline_task_repeats_from_a_day",
                condition=Q(repeats="") | Q(due_on__isnull=False),
                violation_error_message=_("What repeats needs a first due date."),
            ),
        ]
        indexes = [
            models.Index(fields=["to_do_on", "id"], condition=LIVE, name="timeline_task_to_do"),
            models.Index(fields=["owner", "to_do_on", "id"], condition=LIVE, name="timeline_task_owner"),
            models.Index(
                fields=["owner", "due_on", "id"], condition=LIVE & Q(done_at__isnull=True), name="timeline_task_open"
            ),
            models.Index(
                fields=["owner", "done_at"], condition=LIVE & Q(done_at__isnull=False), name="timeline_task_done"
            ),
            models.Index(
                fields=["contact", "created_at"], condition=Q(contact__isnull=False), name="timeline_task_contact"
            ),
            models.Index(
                fields=["company", "created_at"], condition=Q(company__isnull=False), name="timeline_task_company"
            ),
            models.Index(
                fields=["next_alarm_at"], condition=Q(next_alarm_at__isnull=False), name="timeline_task_alarm"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def is_late(self, now: dt.datetime, today: dt.date) -> bool:
        """Whether it should have been done, for somebody where it is `today`."""
        if self.is_done or self.due_on is None:
            return False
        return self.due_at < now if self.due_at else self.due_on < today

    def normalise(self) -> None:
        self.title = text.clean(self.title)
        self.body = text.clean_long(self.body)
        self.to_do_on = None if self.is_done else self.due_on
        is_timed = self.due_on is not None and self.due_time is not None
        self.due_zone = self.due_zone or ("UTC" if is_timed else "")
        self.due_at = instant(self.due_on, self.due_time, self.due_zone) if is_timed else None  # type: ignore[arg-type]
        self.settle_series(self.due_on)
        self.next_alarm_at = self._next_alarm(timezone.now())

    # ── done ──

    def complete(self, actor: Any) -> dt.datetime:
        """Mark as done now, in memory. Returns the moment."""
        self.done_at = timezone.now()
        self.touch(actor)
        return self.done_at

    def reopen(self, actor: Any) -> None:
        """Mark as still to be done, in memory."""
        self.done_at = None
        self.touch(actor)

    def touch(self, actor: Any) -> None:
        """It changed just now, by somebody."""
        self.normalise()
        self.version += 1
        self.updated_at = timezone.now()
        self.updated_by_id = actor.pk

    # ── again and again ──

    def move_on(self, day: dt.date) -> None:
        """Stand for another day of the series, in memory."""
        self.due_on = self.series_on = day

    def following(self, day: dt.date) -> Task:
        """The next task of the series, not stored yet."""
        names = (
            "title", "body", "priority", "contact_id", "company_id", "owner_id", "due_time", "due_zone", "repeats",
            "series_rule", "series_from",
        )  # fmt: skip
        kept = {name: getattr(self, name) for name in names}
        lists = {"reminders": list(self.reminders), "left_out": list(self.left_out), "custom": dict(self.custom or {})}
        return Task(**kept, **lists, due_on=day, series_on=day, follows_id=self.pk)

    # ── reminders ──

    def alarms(self) -> dict[str, dt.datetime]:
        """When to remind, by what was asked for; "due" is the due moment itself. Nobody is reminded of what is done."""
        if self.due_on is None or self.is_done:
            return {}
        found = {code: self._alarm(code) for code in self.reminders} if self.owner_id else {}
        return found | ({"due": self.due_at} if self.due_at else {})

    def _alarm(self, code: str) -> dt.datetime:
        """Days before are days on the calendar; minutes and hours are counted."""
        assert self.due_on
        count, unit = int(code[:-1]), code[-1]
        day = max(self.due_on, dt.date(2, 1, 1)) - dt.timedelta(days=count if unit == "d" else 0)
        if self.due_time is not None:
            moment = instant(day, self.due_time, self.due_zone)
        else:
            assert self.owner
            moment = instant(day, MORNING, self.owner.time_zone)
        return moment - dt.timedelta(seconds=UNITS.get(unit, 0) * count)

    def _next_alarm(self, now: dt.datetime) -> dt.datetime | None:
        """The first that is still to come; one that came a moment ago and has not rung yet is not forgotten."""
        return min((at for at in self.alarms().values() if at > now or at == self.next_alarm_at), default=None)

    def ring(self, now: dt.datetime) -> set[str]:
        """What is to be said by now, in memory: asked for once, however long nobody looked."""
        since = self.next_alarm_at
        alarms = self.alarms()
        self.next_alarm_at = min((at for at in alarms.values() if at > now), default=None)
        return {code for code, at in alarms.items() if since is not None and since <= at <= now}
