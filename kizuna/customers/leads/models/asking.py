"""What a lead and we said to each other, what they agreed to, and who stands in the door at the moment."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import text
from kizuna.customers.consent.models import Purpose, Source, State, Wording
from kizuna.customers.contacts.models import channels, choices
from kizuna.customers.leads.models.leads import Lead


class LeadTouch(Record):
    """One enquiry of theirs or one answer of ours. Once there is a contact, each is an interaction of that contact,
    too. `external_id` is what the door knows it by: told twice, it is written once."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="touches", db_index=False, verbose_name=_("lead"))
    subject = models.CharField(_("subject"), max_length=300, blank=True, default="")
    body = models.TextField(_("what was said"), max_length=10_000, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=16, default="web")
    direction = models.CharField(_("direction"), max_length=3, default=channels.IN, choices=channels.DIRECTIONS)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    source = models.CharField(_("source"), max_length=12, blank=True, default="", choices=choices.Source.choices)
    campaign = models.CharField(_("campaign"), max_length=200, blank=True, default="")
    referrer = models.CharField(_("came from"), max_length=500, blank=True, default="")
    landing = models.CharField(_("landed on"), max_length=500, blank=True, default="")
    external_id = models.CharField(_("external number"), max_length=200, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"], condition=Q(external_id__gt=""), name="leads_touch_once"
            )
        ]
        indexes = [
            models.Index(fields=["lead", "happened_at", "id"], name="leads_touch_lead"),
            models.Index(fields=["happened_at", "id"], condition=LIVE, name="leads_touch_when"),
        ]

    def __str__(self) -> str:
        return self.subject

    def normalise(self) -> None:
        self.body = text.clean_long(self.body)
        words = self.subject or self.body.partition("\n")[0] or str(_("Enquiry"))
        self.subject = text.truncate(text.clean(words), 120)[:120]


class LeadConsent(models.Model):
    """What a lead said about being contacted, before there is a contact who says so. Carried over by a conversion."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="consents")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=16)
    state = models.CharField(max_length=10, choices=State.choices)
    source = models.CharField(max_length=12, choices=Source.choices)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+", db_index=False)
    happened_at = models.DateTimeField(default=timezone.now)
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = _("consent of a lead")
        verbose_name_plural = _("consents of leads")

    def __str__(self) -> str:
        return f"{self.purpose_id} {self.channel} {self.state}"


class CaptureLock(models.Model):
    """Who asks twice at one moment stands behind themselves: an address is one of these rows, by its fingerprint."""

    number = models.PositiveSmallIntegerField(unique=True)

    def __str__(self) -> str:
        return str(self.number)
