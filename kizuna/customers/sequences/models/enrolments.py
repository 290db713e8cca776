"""Who goes through which sequence, how far they are, and what was made of each step."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import erasing, ties
from kizuna.base.types.refs import RecordRef
from kizuna.customers.sequences.models.drafts import MailDraft
from kizuna.customers.sequences.models.sequences import Sequence, SequencePlan, SequenceStep

ACTIVE = ("running", "paused")
"""States in which a sequence goes on, or will."""
IS_ACTIVE = LIVE & Q(status__in=ACTIVE)


class Enrolment(Record):
    """A person in a sequence: a contact, a lead, or a lead that is known as a contact. `about` is the record because
    of which (a deal). `number` counts the steps that were made; `due_at` is when the next one is, and empty while the
    last one waits for somebody to do it."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Stopped")

    class Reason(models.TextChoices):
        ANSWERED = "answered", _("They answered")
        CLOSED = "closed", _("The deal was won or lost")
        CONVERTED = "converted", _("The lead was converted")
        UNFIT = "unfit", _("The lead was no match")
        OPTED_OUT = "opted_out", _("They want no more mail")
        ERASED = "erased", _("The person was erased")
        DELETED = "deleted", _("The record is in the trash")
        BY_HAND = "by_hand", _("Stopped by hand")
        NOBODY = "nobody", _("Nobody looks after it")

    sequence = models.ForeignKey(Sequence, models.PROTECT, related_name="+", verbose_name=_("sequence"), db_index=False)
    plan = models.ForeignKey(SequencePlan, models.PROTECT, related_name="+", editable=False, db_index=False)
    contact = models.ForeignKey(
        "contacts.Contact", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("contact")
    )
    lead = models.ForeignKey(
        "leads.Lead", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("lead")
    )
    about_resource = models.CharField(max_length=40, blank=True, default="", editable=False)
    about_id = models.BigIntegerField(null=True, editable=False)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.RUNNING)
    reason = models.CharField(_("why"), max_length=9, choices=Reason.choices, blank=True, default="")
    number = models.PositiveSmallIntegerField(_("steps made"), default=0)
    due_at = models.DateTimeField(_("next step"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    when_merged: ClassVar[ties.Rules] = {"contact": ties.Unite(), "lead": ties.Unite()}
    when_erased: ClassVar[erasing.Rules] = {"contact": erasing.Unlink()}

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["sequence", "contact"],
                condition=IS_ACTIVE & Q(contact__isnull=False),
                name="sequences_contact_once",
                violation_error_message=_("They are in this sequence already."),
            ),
            models.UniqueConstraint(
                fields=["sequence", "lead"],
                condition=IS_ACTIVE & Q(lead__isnull=False),
                name="sequences_lead_once",
                violation_error_message=_("They are in this sequence already."),
            ),
            RowCheck(
                name="sequences_enrolment_ended",
                condition=Q(status__in=ACTIVE, ended_at=None) | Q(status__in=["finished", "stopped"], due_at=None),
                violation_error_message=_("What has ended goes on no longer."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status="running", due_at__isnull=False),
                name="sequences_enrolment_due",
            ),
            models.Index(fields=["sequence", "status", "reason"], name="sequences_enrolment_figures"),
            models.Index(fields=["contact"], condition=Q(contact__isnull=False), name="sequences_enrolment_contact"),
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="sequences_enrolment_lead"),
            models.Index(
                fields=["about_resource", "about_id"], condition=Q(about_id__isnull=False), name="sequences_about"
            ),
            models.Index(fields=["created_at", "id"], condition=LIVE, name="sequences_enrolment_newest"),
            models.Index(fields=["owner", "created_at", "id"], condition=LIVE, name="sequences_enrolment_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.contact or self.lead or '—'}: {self.sequence}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def about(self) -> RecordRef | None:
        return RecordRef(self.about_resource, self.about_id) if self.about_id else None

    @property
    def steps(self) -> list[dict[str, Any]]:
        return self.plan.steps

    @property
    def next_step(self) -> dict[str, Any] | None:
        """The step that comes next; None after the last one."""
        return self.steps[self.number] if self.number < len(self.steps) else None


class StepTaken(models.Model):
    """What was made of one step for one person, once: a mail draft or a task."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="taken", db_index=False)
    number = models.PositiveSmallIntegerField()
    step = models.ForeignKey(SequenceStep, models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey("timeline.Task", models.SET_NULL, null=True, related_name="+", db_index=False)
    draft = models.ForeignKey(MailDraft, models.SET_NULL, null=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=7, blank=True, default="", choices=Outcome.choices)

    class Meta:
        verbose_name = _("step taken")
        verbose_name_plural = _("steps taken")
        constraints = [models.UniqueConstraint(fields=["enrolment", "number"], name="sequences_taken_once")]
        indexes = [
            models.Index(fields=["step", "outcome"], name="sequences_taken_step"),
            models.Index(fields=["task"], condition=Q(task__isnull=False), name="sequences_taken_task"),
            models.Index(fields=["draft"], condition=Q(draft__isnull=False), name="sequences_taken_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.number}"
