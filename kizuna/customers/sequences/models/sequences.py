"""Sequences: steps that follow each other with waits between, until the customer answers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, placeholders, text
from kizuna.base.types.errors import Malformed
from kizuna.base.types.names import folded
from kizuna.customers.consent.models import Purpose

KNOWN = frozenset({"name", "first name", "last name", "company", "job title", "my name", "sequence"})
"""What may stand in braces in the words of a step."""


class Sequence(Record):
    """What is to be done for somebody, step by step. `purpose` is what its mails are for: advertising carries the way
    out and needs consent, service messages need neither."""

    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("what for"), max_length=5000, blank=True, default="")
    purpose = models.ForeignKey(
        Purpose, models.PROTECT, related_name="+", db_index=False, verbose_name=_("purpose of its mails")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Nobody else can be enrolled in one that is not; the others go on.")
    )
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("sequence")
        verbose_name_plural = _("sequences")
        constraints = [
            RowCheck(
                name="sequences_sequence_named",
                condition=~Q(name=""),
                violation_error_message=_("A sequence needs a name."),
            ),
            models.UniqueConstraint(
                fields=["sort_key"],
                condition=LIVE,
                name="sequences_sequence_once",
                violation_error_message=_("Another sequence has this name."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], condition=LIVE, name="sequences_sequence_updated")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.about = text.clean(self.name), text.clean_long(self.about)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)


class SequenceStep(Record):
    """A mail to write, a call to make or a thing to do, so long after the step before it was done."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("E-mail")
        CALL = "call", _("Call")
        TASK = "task", _("Task")

    sequence = models.ForeignKey(
        Sequence, models.PROTECT, related_name="steps", db_index=False, verbose_name=_("sequence")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.MAIL)
    wait_days = models.PositiveSmallIntegerField(
        _("wait in days"), default=0, help_text=_("On the calendar of the person, after the step before it was done.")
    )
    wait_hours = models.PositiveSmallIntegerField(_("and hours"), default=0)
    subject = models.CharField(
        _("subject"),
        max_length=300,
        help_text=_("Of the mail, or what is to be done. {{ first name }} stands for what is known of the person."),
    )
    body = models.TextField(
        _("words"),
        max_length=20_000,
        blank=True,
        default="",
        help_text=_(
            "In braces: name, first name, last name, company, job title, my name. {{ company | you }} says “you” "
            "where there is no company."
        ),
    )

    class Meta:
        verbose_name = _("step of a sequence")
        verbose_name_plural = _("steps of sequences")
        constraints = [
            RowCheck(
                name="sequences_step_named",
                condition=~Q(subject=""),
                violation_error_message=_("Say what this step is."),
            ),
            RowCheck(
                name="sequences_step_wait",
                condition=Q(wait_days__lte=365, wait_hours__lte=72),
                violation_error_message=_("Wait for 365 days and 72 hours at most."),
            ),
        ]
        indexes = [models.Index(fields=["sequence", "position", "id"], name="sequences_step_order")]

    def __str__(self) -> str:
        return self.subject

    def normalise(self) -> None:
        self.subject, self.body = text.clean(self.subject), text.clean_long(self.body)

    def clean(self) -> None:
        wrong = {}
        for name in ("subject", "body"):
            try:
                placeholders.check(getattr(self, name), KNOWN)
            except Malformed as problem:
                wrong[name] = problem.message
        if wrong:
            raise ValidationError(wrong)

    @property
    def as_kept(self) -> dict[str, Any]:
        """What a plan keeps of it."""
        names = ("kind", "wait_days", "wait_hours", "subject", "body")
        return {"id": self.pk} | {name: getattr(self, name) for name in names}


class SequencePlan(models.Model):
    """The steps as they stood when somebody was enrolled: whoever began with them goes through them to the end."""

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="plans", db_index=False)
    number = models.PositiveIntegerField()
    steps = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sequence", "number"], name="sequences_plan_once")]

    def __str__(self) -> str:
        return f"{self.sequence_id}: {self.number}"
