"""When we meet, and who comes."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.types import text, ties
from kizuna.base.types.columns import TagsField
from kizuna.base.types.wall import UTC, instant
from kizuna.customers.timeline.models.about import About
from kizuna.customers.timeline.models.series import Series

LIVE = Q(deleted_at__isnull=True)
DAY = dt.timedelta(days=1)


class Meeting(About, Series):  # type: ignore[django-manager-missing, unused-ignore] # the plugin does not always see Attendee
    """On a day, at what the clock shows in `zone`; without times it takes whole days, wherever one is.

    `starts_at` and `ends_at` are the instants that this is; those of whole days, in UTC, only put them in order.
    Those of a series share `series_uid`, by which calendar programs know all of it. One of its days may have a record
    of its own, which does not repeat: that day is in `set_apart` of the series and `instead_of` of the record (ADR 19).
    """

    title = models.CharField(_("meeting"), max_length=300)
    day = models.DateField(_("day"))
    start_time = models.TimeField(_("start"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    end_time = models.TimeField(_("end"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    place = models.CharField(_("place or link"), max_length=300, blank=True, default="")
    body = models.TextField(_("details"), max_length=20_000, blank=True, default="")
    starts_at = models.DateTimeField(_("start moment"), editable=False)
    ends_at = models.DateTimeField(_("end moment"), editable=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series_uid = models.UUIDField(null=True, editable=False)
    set_apart = TagsField(editable=False)
    instead_of = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            RowCheck(
                name="timeline_meeting_has_a_title",
                condition=~Q(title=""),
                violation_error_message=_("Say what the meeting is about."),
            ),
            RowCheck(
                name="timeline_meeting_has_both_times_or_none",
                condition=(
                    Q(start_time__isnull=True, end_time__isnull=True)
                    | Q(start_time__isnull=False, end_time__isnull=False)
                ),
                violation_error_message=_("Give both times, or none for whole days."),
            ),
            RowCheck(
                name="timeline_meeting_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("It must end after it starts."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], condition=LIVE, name="timeline_meeting_starts"),
            models.Index(fields=["owner", "starts_at", "id"], condition=LIVE, name="timeline_meeting_owner"),
            models.Index(fields=["ends_at"], condition=LIVE & ~Q(repeats=""), name="timeline_meeting_series"),
            models.Index(
                fields=["series_uid"], condition=Q(series_uid__isnull=False), name="timeline_meeting_series_uid"
            ),
            models.Index(
                fields=["contact", "starts_at"], condition=Q(contact__isnull=False), name="timeline_meeting_contact"
            ),
            models.Index(
                fields=["company", "starts_at"], condition=Q(company__isnull=False), name="timeline_meeting_company"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_all_day(self) -> bool:
        return self.start_time is None

    def normalise(self) -> None:
        self.title = text.clean(self.title)
        self.place = text.clean(self.place)
        self.body = text.clean_long(self.body)
        last = self.last_day or self.day
        if self.last_day == self.day:
            self.last_day = None
        if self.start_time is None or self.end_time is None:
            self.zone = self.zone if self.start_time else ""
            self.starts_at = instant(self.day, dt.time(), UTC)
            self.ends_at = instant(last, dt.time(23, 59, 59), UTC)
        else:
            self.zone = self.zone or "UTC"
            self.starts_at = instant(self.day, self.start_time, self.zone)
            self.ends_at = instant(last, self.end_time, self.zone)
        self.settle_series(self.day)
        if self.repeats and self.instead_of:
            self.series_uid = self.instead_of = None  # what was one day of a series becomes a series itself
        if self.repeats and self.series_uid is None:
            self.series_uid = self.uid

    # ── again and again ──

    @property
    def length(self) -> dt.timedelta:
        """How many days later it ends than it began."""
        return (self.last_day or self.day) - self.day

    @property
    def is_moved(self) -> bool:
        """Whether this one is not on its day of the series."""
        return bool(self.repeats) and self.day != self.series_on

    @property
    def days_left_out(self) -> set[dt.date]:
        """The days on which this record does not stand for the series."""
        return super().days_left_out | {dt.date.fromisoformat(day) for day in self.set_apart}

    def move_on(self, day: dt.date) -> None:
        """Stand for another day of the series, in memory."""
        self.last_day = day + self.length if self.last_day else None
        self.day = self.series_on = day

    def following(self, day: dt.date) -> Meeting:
        """The next meeting of the series, not stored yet."""
        names = (
            "title", "body", "place", "contact_id", "company_id", "owner_id", "start_time", "end_time", "zone",
            "repeats", "series_rule", "series_from", "series_uid",
        )  # fmt: skip
        kept = {name: getattr(self, name) for name in names}
        last = day + self.length if self.last_day else None
        lists = {"left_out": list(self.left_out), "set_apart": list(self.set_apart), "custom": dict(self.custom or {})}
        return Meeting(**kept, **lists, day=day, last_day=last, series_on=day, follows_id=self.pk)

    def alone(self, day: dt.date) -> Meeting:
        """A record of its own for one day of the series, not stored yet."""
        found = self.following(day)
        found.repeats, found.instead_of, found.follows_id = "", day, None
        found.set_apart = []
        found.normalise()
        return found

    # ── what guests know ──

    @property
    def when(self) -> str:
        """What guests have to know anew when it differs: a short text that changes with the time."""
        if not self.repeats:
            return _digest(self.day, self.start_time, self.end_time, self.last_day, self.zone)
        moved = (self.series_on, self.day) if self.is_moved else None
        times = (self.start_time, self.end_time, self.length, self.zone)
        return _digest(self.series_from, times, self.repeats, tuple(self.left_out), moved)

    @property
    def gist(self) -> str:
        """The same for everything that an invitation says; it begins with `when`."""
        return self.when + _digest(self.title, self.place, self.body)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


class Attendee(Record):
    """A colleague or a contact who is asked to a meeting, and what they answered.

    `told` is the gist of the invitation that they were sent last; empty when they were sent none, or a cancellation.
    """

    class Status(models.TextChoices):
        """The words of iCalendar's PARTSTAT."""

        NEEDS_ACTION = "needs-action", _("No answer yet")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        TENTATIVE = "tentative", _("Maybe")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendees", verbose_name=_("meeting"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("colleague"),
    )
    contact = models.ForeignKey(
        "contacts.Contact",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("contact"),
    )
    name = models.CharField(_("name"), max_length=300, blank=True, default="", editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True, default="", editable=False)
    is_required = models.BooleanField(_("required"), default=True)
    status = models.CharField(_("answer"), max_length=12, choices=Status.choices, default=Status.NEEDS_ACTION)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    told = models.CharField(max_length=32, blank=True, default="", editable=False)

    when_merged: ClassVar[ties.Rules] = {"contact": ties.Unite(keep="answered_at")}

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        constraints = [
            RowCheck(
                name="timeline_attendee_is_one_person",
                condition=Q(user__isnull=False, contact__isnull=True) | Q(user__isnull=True, contact__isnull=False),
                violation_error_message=_("Choose either a colleague or a contact."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=LIVE & Q(user__isnull=False),
                name="timeline_attendee_user_once",
                violation_error_message=_("They are asked already."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "contact"],
                condition=LIVE & Q(contact__isnull=False),
                name="timeline_attendee_contact_once",
                violation_error_message=_("They are asked already."),
            ),
        ]
        indexes = [
            models.Index(fields=["contact"], condition=Q(contact__isnull=False), name="timeline_attendee_contact"),
            models.Index(fields=["created_at", "id"], condition=LIVE, name="timeline_attendee_created"),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        person = self.user or self.contact
        if person is not None:
            self.name, self.email = str(person)[:300], person.email
