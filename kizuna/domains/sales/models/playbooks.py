"""Playbooks: what a stage has ticked, asks, hands out and has done, and what became of that in a deal."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, links, placeholders, text
from kizuna.base.types.errors import Malformed
from kizuna.base.types.names import folded
from kizuna.domains.sales.models.opportunities import Opportunity, StageVisit
from kizuna.domains.sales.models.pipelines import Stage

KNOWN = frozenset({"deal", "company", "contact", "stage", "owner"})
"""What may stand in braces in the title of a task."""


class Playbook(Record):
    """What is to be ticked, asked, handed over and done while a deal is in a stage. Its files are documents, too."""

    name = models.CharField(_("name"), max_length=120)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", db_index=False, verbose_name=_("stage"))
    about = models.TextField(_("about"), max_length=5000, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")
        constraints = [
            RowCheck(
                name="sales_playbook_named",
                condition=~Q(name=""),
                violation_error_message=_("A playbook needs a name."),
            ),
            models.UniqueConstraint(
                fields=["stage"],
                condition=LIVE,
                name="sales_playbook_once",
                violation_error_message=_("This stage has a playbook already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.about = text.clean(self.name), text.clean_long(self.about)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)


class PlaybookStep(Record):
    """An item of the checklist, which whoever works on the deal ticks; a question to ask; a document to hand over; or a
    task that is made when a deal enters the stage: for its owner, for a person, or for whoever of a role has least to
    do. Without those that are `is_needed` no deal goes on."""

    class Kind(models.TextChoices):
        CHECK = "check", _("Checklist item")
        QUESTION = "question", _("Question")
        DOCUMENT = "document", _("Document")
        TASK = "task", _("Task")

    playbook = models.ForeignKey(
        Playbook, models.PROTECT, related_name="steps", db_index=False, verbose_name=_("playbook")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.CHECK)
    words = models.CharField(
        _("words"),
        max_length=300,
        help_text=_("What to tick, to ask, to hand over or to do. In the title of a task {{ deal }}, {{ company }}, "
                    "{{ contact }}, {{ stage }} and {{ owner }} stand for what is known."),
    )  # fmt: skip
    details = models.TextField(_("details"), max_length=5000, blank=True, default="")
    is_needed = models.BooleanField(
        _("needed to go on"), default=False,
        help_text=_("Of an item or a question: before it is ticked or answered, no deal goes on to a later stage or is "
                    "won. It can always go back, or be lost."),
    )  # fmt: skip
    link = models.CharField(_("link"), max_length=1000, blank=True, default="", help_text=_("Of a document."))
    due_days = models.PositiveSmallIntegerField(
        _("due in working days"), default=1, help_text=_("Of a task, counted from the day on which the deal enters.")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("assigned to"), help_text=_("Of a task. Empty: the owner of the deal, unless a role is named."),
    )  # fmt: skip
    role = models.ForeignKey(
        "identity.Role", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("for somebody with the role"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("step of a playbook")
        verbose_name_plural = _("steps of playbooks")
        constraints = [
            RowCheck(
                name="sales_playbookstep_named",
                condition=~Q(words=""),
                violation_error_message=_("Say what this step is."),
            ),
            RowCheck(
                name="sales_playbookstep_due",
                condition=Q(due_days__lte=250),
                violation_error_message=_("A task is due within 250 working days."),
            ),
        ]
        indexes = [models.Index(fields=["playbook", "position", "id"], name="sales_playbookstep_order")]

    def __str__(self) -> str:
        return self.words

    def normalise(self) -> None:
        self.words, self.details = text.clean(self.words), text.clean_long(self.details)

    def clean(self) -> None:
        wrong = {}
        if self.link:
            try:
                self.link = links.normalise(self.link)
            except Malformed as problem:
                wrong["link"] = problem.message
        if self.kind == self.Kind.TASK:
            try:
                placeholders.check(self.words, KNOWN)
            except Malformed as problem:
                wrong["words"] = problem.message
        if wrong:
            raise ValidationError(wrong)


class PlaybookTick(Record):
    """Somebody ticked an item of a checklist in one deal: `created_by`, at `created_at`, the item as it was called.
    Without the tick the item is open; that it was ticked once, the history of the deal says."""

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="+", db_index=False, verbose_name=_("opportunity")
    )
    step = models.ForeignKey(PlaybookStep, models.CASCADE, related_name="+", db_index=False, verbose_name=_("item"))
    item = models.CharField(_("ticked"), max_length=300)

    class Meta:
        verbose_name = _("tick")
        verbose_name_plural = _("ticks on checklists")
        constraints = [models.UniqueConstraint(fields=["opportunity", "step"], name="sales_tick_once")]
        indexes = [models.Index(fields=["created_at", "id"], condition=LIVE, name="sales_tick_made")]

    def __str__(self) -> str:
        return self.item


class PlaybookAnswer(Record):
    """What the customer said to a question of a playbook, in one deal; the question as it was asked."""

    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, related_name="+", db_index=False, verbose_name=_("opportunity")
    )
    step = models.ForeignKey(PlaybookStep, models.PROTECT, related_name="+", db_index=False, verbose_name=_("question"))
    question = models.CharField(_("question asked"), max_length=300, editable=False)
    answer = models.TextField(_("answer"), max_length=10_000)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers to playbooks")
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "step"],
                condition=LIVE,
                name="sales_answer_once",
                violation_error_message=_("This question was answered already: change the answer."),
            ),
            RowCheck(
                name="sales_answer_said",
                condition=~Q(answer=""),
                violation_error_message=_("Say what they answered."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], condition=LIVE, name="sales_answer_updated")]

    def __str__(self) -> str:
        return self.question

    def normalise(self) -> None:
        self.answer = text.clean_long(self.answer)
        if self.step_id and not self.question:
            self.question = self.step.words


class PlayedTask(models.Model):
    """A task that a playbook made for a deal: once for each step, whoever drags the deal back and forth. `visit` is the
    stay in the stage that it was made for; gone, the stay was a slip of the hand."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="+", db_index=False)
    step = models.ForeignKey(PlaybookStep, models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey("timeline.Task", models.SET_NULL, null=True, related_name="+", db_index=False)
    visit = models.ForeignKey(StageVisit, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("task of a playbook")
        verbose_name_plural = _("tasks of playbooks")
        constraints = [models.UniqueConstraint(fields=["opportunity", "step"], name="sales_played_once")]
        indexes = [models.Index(fields=["task"], condition=Q(task__isnull=False), name="sales_played_task")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.step_id}"
