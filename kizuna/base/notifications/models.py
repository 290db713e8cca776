"""A notification: one line for one person about one record. A letter: what is mailed to them, one or many of these.
A push: one of these on its way to one of their browsers.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.notifications.webpush import Address
from kizuna.base.types import ties
from kizuna.base.types.refs import RecordRef


class Mail(models.TextChoices):
    """When somebody wants a letter about a kind of notification."""

    NOW = "now", _("At once")
    DAILY = "daily", _("Every morning")
    NEVER = "never", _("Never")


class Letter(models.Model):
    """Mailed at most once. `key` says what it is about: no person gets two letters with one key.

    Whoever sends it takes it from waiting to sending before the first byte leaves. What is found sending later was
    cut off between: nobody knows whether it arrived, and it is not sent again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        EMPTY = "empty", _("Nothing to tell any more")
        REFUSED = "refused", _("Refused by the mail server")
        UNKNOWN = "unknown", _("Unknown")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=32, blank=True, default="")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notifications_letter_once")]

    def __str__(self) -> str:
        return self.key


class NotificationQuerySet(models.QuerySet):
    def of(self, user_id: int) -> Self:
        return self.filter(user_id=user_id)

    def shown(self) -> Self:
        """Those that the person wants to see in Kizuna, not only by mail."""
        return self.filter(in_product=True)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """`key` says what happened ("event:42"): told again, it is the same line. `part_id` is what of the record it is
    about, such as a comment; `times` how often the record changed, `others` how many further records one line stands
    for, `events` what was counted in it. Lines of one `in_bulk` work become one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=80)
    resource = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    part_id = models.BigIntegerField(null=True)
    event_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    times = models.PositiveIntegerField(default=1)
    others = models.PositiveIntegerField(default=0)
    in_bulk = models.BooleanField(default=False)
    events = models.JSONField(default=list)
    in_product = models.BooleanField(default=True)
    by_mail = models.CharField(max_length=5, choices=Mail)
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, related_name="notifications")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Move()}
    rows_called: ClassVar = _("notifications")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "key"], name="notifications_told_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_of_user", condition=Q(in_product=True)),
            models.Index(
                fields=["user", "-id"], name="notifications_unread", condition=Q(in_product=True, read_at__isnull=True)
            ),
            models.Index(
                fields=["user", "id"],
                name="notifications_to_mail",
                condition=Q(by_mail="daily", letter__isnull=True, read_at__isnull=True),
            ),
            models.Index(fields=["created_at"], name="notifications_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"

    @property
    def ref(self) -> RecordRef:
        return RecordRef(self.resource, self.record_id)


class Browser(models.Model):
    """A browser in which somebody wants their notifications shown. `digest` is that of its address."""

    LONGEST = 2000

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    endpoint = models.TextField(max_length=LONGEST)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> Address:
        return Address(self.endpoint, self.p256dh, self.auth)


class Push(models.Model):
    """Sent at most once, as a letter is: what is found sending later was cut off, and may have arrived."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        EMPTY = "empty", _("Nothing to tell any more")
        REFUSED = "refused", _("Refused by the push service")
        UNKNOWN = "unknown", _("Unknown")

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="pushes", db_index=False)
    browser = models.ForeignKey(Browser, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notification", "browser"], name="notifications_pushed_once")]

    def __str__(self) -> str:
        return f"{self.notification_id} → {self.browser_id}"
