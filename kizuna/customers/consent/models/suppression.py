"""Addresses that must be left in peace, known by a keyed hash only, so that the list outlives what it protects."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.models import Record
from kizuna.base.types import emails, phones, ties
from kizuna.customers.consent.models import channels
from kizuna.customers.consent.models.purposes import Purpose

MARKED_BY = frozenset({"email", "phone", "emails", "phones"})
"""Columns of a contact by which suppressed addresses are found again."""


class Reason(models.TextChoices):
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    COMPLAINT = "complaint", _("Complained about us")
    BOUNCED = "bounced", _("Does not exist")
    ERASED = "erased", _("Erased on request")
    BY_HAND = "by_hand", _("Entered by hand")


ADVERTISING_ONLY = (Reason.UNSUBSCRIBED, Reason.COMPLAINT)
"""Reasons that end advertising, and leave what somebody needs to know about their own order."""


class Pepper(models.Model):
    """The key of the hashes: one row, made with the database and backed up with it, as the list is worth nothing
    without it."""

    secret = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(name="consent_one_pepper", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "pepper"

    @staticmethod
    def new() -> str:
        return secrets.token_hex(32)

    def digest(self, point: str, address: str) -> str:
        """The hash of an address in its matching form; an e-mail address and a number never share one."""
        return hmac.new(bytes.fromhex(self.secret), f"{point}:{address}".encode(), hashlib.sha256).hexdigest()


def matching_form(point: str, address: str, region: str = "") -> str:
    """How an address is compared. Raises Malformed for what is none."""
    return emails.normalise(address) if point == "email" else phones.normalise(address, region)


class Suppression(Record):
    """One address on one channel that nobody writes to or calls. Lifted, never deleted: the row is its own history.

    With a purpose, only about that: what is left of somebody's no when their record is gone."""

    channel = models.CharField(_("channel"), max_length=16, choices=channels.suppressible)
    purpose = models.ForeignKey(
        Purpose, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("purpose")
    )
    digest = models.CharField(_("hash"), max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    lifted_at = models.DateTimeField(_("lifted"), null=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("lifted by"),
    )
    lifted_why = models.CharField(_("why lifted"), max_length=500, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "channel"],
                condition=models.Q(lifted_at__isnull=True, purpose__isnull=True),
                name="consent_suppressed_once",
            ),
            models.UniqueConstraint(
                fields=["digest", "channel", "purpose"],
                condition=models.Q(lifted_at__isnull=True, purpose__isnull=False),
                name="consent_suppressed_for_once",
            ),
        ]
        indexes = [
            models.Index(fields=["digest", "channel"], name="consent_suppressed"),
            models.Index(fields=["created_at", "id"], name="consent_suppressed_when"),
        ]

    def __str__(self) -> str:
        return f"{channels.label(self.channel)}: {self.get_reason_display()}"

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None


class Mark(models.Model):
    """That the main address of a contact is on the list: derived, so that questions about many contacts hash none."""

    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="+", db_index=False)
    suppression = models.ForeignKey(Suppression, models.CASCADE, related_name="+")

    when_merged: ClassVar[ties.Rules] = {"contact": ties.Leave()}
    rows_called: ClassVar = _("marks of a suppressed address")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "suppression"], name="consent_marked_once")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.suppression_id}"


class Bounce(models.Model):
    """A message that came back for now. Enough of them over more than a week, and the address is suppressed."""

    channel = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["digest", "channel", "at"], name="consent_bounces"),
            models.Index(fields=["at"], name="consent_bounce_age"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d}"
