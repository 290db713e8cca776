"""Consent: one thing that somebody said about being contacted. Standing: what holds now, per purpose and channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.models import Record
from kizuna.base.types import erasing, ties
from kizuna.customers.consent.models import channels
from kizuna.customers.consent.models.purposes import Purpose, Wording
from kizuna.customers.contacts.models import choices


class State(models.TextChoices):
    """The strictest last: what holds when two records of one person become one."""

    GRANTED = "granted", _("Granted")
    REQUESTED = "requested", _("Asked, not confirmed")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Basis(models.TextChoices):
    """On what ground we contact somebody (GDPR article 6 in plain words)."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("Contract")
    EXISTING = "existing", _("Existing customer")
    INTEREST = "interest", _("Legitimate interest")
    LAW = "law", _("Legal duty")


class Source(models.TextChoices):
    """Through which door it came to us."""

    FORM = "form", _("Form on the website")
    PREFERENCES = "preferences", _("Preference page")
    ONE_CLICK = "one_click", _("Unsubscribe link")
    DOUBLE = "double", _("Confirmed by e-mail")
    PAPER = "paper", _("On paper")
    PHONE = "phone", _("On the telephone")
    PERSON = "person", _("In person")
    IMPORT = "import", _("Imported list")
    API = "api", _("Another program")
    MERGE = "merge", _("Merged records")
    OTHER = "other", _("Somewhere else")


STRICTNESS = tuple(State.values)


def strictest(states: Iterable[str]) -> str:
    """What holds when the records of one person, of whom we know these states, become one; "" where none is known."""
    return max(filter(None, states), key=STRICTNESS.index, default="")


class Consent(Record):
    """What somebody said, when, and how we know. Never changed: what turns out wrong is put right by a further one."""

    contact = models.ForeignKey(
        "contacts.Contact", models.PROTECT, related_name="+", db_index=False, verbose_name=_("contact")
    )
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_index=False, verbose_name=_("purpose"))
    channel = models.CharField(_("channel"), max_length=16, choices=channels.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    basis = models.CharField(_("legal basis"), max_length=10, choices=Basis.choices, default=Basis.CONSENT)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    happened_at = models.DateTimeField(_("said on"), default=timezone.now)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    wording = models.ForeignKey(
        Wording, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("wording")
    )
    language = models.CharField(_("language"), max_length=16, blank=True, default="", choices=choices.language_choices)
    ip = models.CharField(_("internet address"), max_length=45, blank=True, default="")
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")

    when_erased: ClassVar[erasing.Rules] = {
        "contact": erasing.Keep(
            _("As proof of what was agreed to and withdrawn, for as long as somebody can ask for it."),
            clear={"note": "", "ip": "", "custom": {}},
        )
    }

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(name="consent_state_known", condition=models.Q(state__in=State.values)),
        ]
        indexes = [
            models.Index(fields=["contact", "-happened_at", "-id"], name="consent_of_contact"),
            models.Index(fields=["happened_at", "id"], name="consent_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} · {self.channel_words}: {self.get_state_display()}"

    @property
    def channel_words(self) -> str:
        return channels.label(self.channel)


class Standing(models.Model):
    """What holds now for one contact, purpose and channel: derived from the consents, kept for fast questions."""

    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="+", db_index=False)
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=16)
    state = models.CharField(max_length=10, choices=State.choices)
    strictness = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=10, choices=Basis.choices)
    since = models.DateTimeField()
    valid_until = models.DateField(null=True)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+", db_index=False)

    when_merged: ClassVar[ties.Rules] = {"contact": ties.Unite(keep="strictness")}
    rows_called: ClassVar = _("consent as it stands")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "purpose", "channel"], name="consent_one_standing"),
        ]
        indexes = [
            models.Index(fields=["purpose", "channel", "state", "contact"], name="consent_standing_find"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.purpose_id} {self.channel}: {self.state}"

    @property
    def label(self) -> str:
        return channels.label(self.channel)

    def is_out_of_date(self, today: dt.date) -> bool:
        return self.state == State.GRANTED and self.valid_until is not None and self.valid_until < today
