"""Every touch between a customer and us, in whatever channel: the one table that all of them are counted from."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.types import text
from kizuna.base.types.columns import MoneyField
from kizuna.base.types.refs import RecordRef
from kizuna.customers.contacts.models import channels
from kizuna.customers.timeline.models import kinds
from kizuna.customers.timeline.models.about import About

LIVE = Q(deleted_at__isnull=True)
AHEAD = dt.timedelta(minutes=10)
"""Clocks of telephones and shops go a little wrong."""
FIGURES = ("channel", "direction", "kind", "handled_by", "owner", "deleted_at")
"""What the figures of a page are counted from, so that they are read from the index alone."""


class Outcome(models.TextChoices):
    """What came of it."""

    REACHED = "reached", _("Reached")
    AGREED = "agreed", _("Agreed on something")
    LEFT_WORD = "left_word", _("Left a message")
    NO_ANSWER = "no_answer", _("No answer")
    CALL_BACK = "call_back", _("Wants to be called back")
    REFUSED = "refused", _("Not interested")


class Interaction(About):
    """One touch, at a moment. Who of us handled it stays said, whoever owns the record later.

    `source` is the record it came from (a meeting, later a mail or an order); `external_id` is what the channel knows
    it by, so that nothing is written twice. Neither is needed for what people log by hand. `company_then` is the
    company, or the one that the contact belonged to when this was written: what a company's page is made of.
    """

    subject = models.CharField(_("subject"), max_length=300, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=20, default=kinds.CALL.code)
    channel = models.CharField(_("channel"), max_length=16, blank=True, default="")
    direction = models.CharField(_("direction"), max_length=3, blank=True, default="", choices=channels.DIRECTIONS)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, blank=True, default="", choices=Outcome.choices)
    body = models.TextField(_("what was said"), max_length=20_000, blank=True, default="")
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("handled by"),
    )
    company_then = models.ForeignKey(
        "contacts.Company",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("company at the time"),
    )
    value = MoneyField(_("value"))
    campaign = models.CharField(_("campaign"), max_length=200, blank=True, default="")
    source_resource = models.CharField(max_length=40, blank=True, default="", editable=False)
    source_id = models.BigIntegerField(null=True, editable=False)
    external_id = models.CharField(_("external number"), max_length=200, blank=True, default="", editable=False)

    _has_kind = False  # whether somebody said the kind; the column cannot tell it from its default
    _usual_before: str | None = None  # its usual subject before an edit of what that is made of

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        constraints = [
            RowCheck(
                name="timeline_interaction_is_with_somebody",
                condition=Q(contact__isnull=False) | Q(company__isnull=False),
                violation_error_message=_("Say with which contact or company."),
            ),
            RowCheck(
                name="timeline_interaction_direction",
                condition=Q(direction__in=[channels.IN, channels.OUT]),
                violation_error_message=_("Say who turned to whom."),
            ),
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=Q(external_id__gt=""),
                name="timeline_interaction_once",
                violation_error_message=_("This interaction is known already."),
            ),
        ]
        indexes = [
            models.Index(fields=["happened_at", "id"], condition=LIVE, name="timeline_interaction_when"),
            models.Index(fields=["owner", "happened_at", "id"], condition=LIVE, name="timeline_interaction_owner"),
            models.Index(
                fields=["contact", "happened_at", "id", *FIGURES],
                condition=Q(contact__isnull=False),
                name="timeline_interaction_contact",
            ),
            models.Index(
                fields=["company_then", "happened_at", "id", *FIGURES],
                condition=Q(company_then__isnull=False),
                name="timeline_interaction_company",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def source(self) -> RecordRef | None:
        return RecordRef(self.source_resource, self.source_id) if self.source_id else None

    @property
    def usual_subject(self) -> str:
        """What it is called where nobody gives it a subject: how its text begins, else its kind."""
        kind = kinds.named(self.kind)
        words = self.body.partition("\n")[0] or str(kind.label if kind else self.kind)
        return text.truncate(text.clean(words), 120)[:120]

    def normalise(self) -> None:
        self.subject, self.campaign = text.clean(self.subject), text.clean(self.campaign)
        self.body = text.clean_long(self.body)
        given: Any = self.happened_at
        self.happened_at = given or timezone.now()  # a form that leaves it empty means now
        kind = kinds.named(self.kind)
        if kind is not None:
            self.channel = self.channel or kind.channel
            self.direction = self.direction or kind.direction
        self.subject = self.subject or self.usual_subject
        if self._state.adding and self.handled_by_id is None and not self.external_id:
            self.handled_by_id = self.owner_id

    def clean(self) -> None:
        if self.happened_at > timezone.now() + AHEAD:
            raise ValidationError({"happened_at": _("This is still to come. Make it a meeting or a task.")})
        channel = channels.named(self.channel)
        if channel is not None and self.direction not in channel.directions:
            raise ValidationError({"direction": _("This channel knows only the other direction.")})
