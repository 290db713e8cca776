"""What was asked before a message, and what went out: for the cap on how often, and for those who ask why."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.customers.consent.models.purposes import Purpose


class Outreach(models.Model):
    """A message that went to a person. Every sender writes one; the cap of a purpose counts them, and what none counts
    any more goes (`services.forgetting`)."""

    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="+", db_index=False)
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=16)
    at = models.DateTimeField(default=timezone.now)

    rows_called: ClassVar = _("messages counted for limits")

    class Meta:
        indexes = [
            models.Index(fields=["contact", "purpose", "-at"], name="consent_outreach_of"),
            models.Index(fields=["at"], name="consent_outreach_age"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.channel} {self.at:%Y-%m-%d}"


class Decision(models.Model):
    """One answer of `may_contact`. `contact_id` is a plain number: the log outlives what it speaks of, until its days
    are over. For a question about many contacts it is empty."""

    contact_id = models.BigIntegerField(null=True)
    purpose_id = models.BigIntegerField()
    channel = models.CharField(max_length=16)
    is_allowed = models.BooleanField()
    reasons = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["contact_id", "-at"],
                name="consent_decisions",
                condition=models.Q(contact_id__isnull=False),
            ),
            models.Index(fields=["at"], name="consent_decision_age"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.channel}: {self.is_allowed}"
