"""The doors of customers: links in our messages, behind which nobody signs in."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.types import ties
from kizuna.customers.consent.models.purposes import Purpose, Wording


class Link(models.Model):
    """What a link in a message stands for: a contact, and the hash of the address that it was sent to. It holds no
    foreign key and no address: it still works when the contact was merged, deleted or erased."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    contact_id = models.BigIntegerField()
    point = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact_id", "point", "digest"], name="consent_one_link"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.point}"


class OptIn(models.Model):
    """A question by e-mail whether somebody agrees, a contact or a lead: sent once, answered once, and only for some
    days."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    resource = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_index=False)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+", db_index=False)
    language = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    when_merged: ClassVar[ties.Rules] = {"record_id": ties.Move()}
    rows_called: ClassVar = _("requests to confirm consent")

    class Meta:
        indexes = [
            models.Index(fields=["resource", "record_id", "purpose"], name="consent_opt_in"),
            models.Index(fields=["expires_at"], name="consent_opt_in_age"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}:{self.record_id} {self.purpose_id}"
