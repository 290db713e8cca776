"""Pipelines, the stages that deals go through in them, and the reasons why deals are won or lost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text
from kizuna.base.types.names import folded

BUILT_IN = (
    _("Sales"), _("Enquiry"), _("Qualified"), _("Quote sent"), _("Negotiation"), _("Won"), _("Lost"),
    _("Best offer"), _("Trust and references"), _("Too expensive"), _("Went to a competitor"), _("No budget"),
    _("Plans were given up"), _("No answer any more"),
)  # fmt: skip
"""Names of the pipeline, the stages and the reasons that Kizuna brings."""


class Kind(models.TextChoices):
    """What a stage means, whatever it is called."""

    OPEN = "open", pgettext_lazy("opportunity", "Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class ForecastCategory(models.TextChoices):
    """How surely a deal is counted on; independent of its probability."""

    OMITTED = "omitted", _("Omitted")
    PIPELINE = "pipeline", _("Pipeline")
    BEST_CASE = "best_case", _("Best case")
    COMMIT = "commit", _("Commit")
    CLOSED = "closed", _("Closed")


class Pipeline(Record):
    """A way to sell, stage by stage. The one with the lowest position is taken where nobody says which."""

    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    quiet_days = models.PositiveSmallIntegerField(
        _("quiet after days"),
        null=True,
        blank=True,
        help_text=_("A deal in which nothing was changed for so long is marked. Empty: never."),
    )
    about = models.TextField(_("about"), max_length=5000, blank=True, default="")
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        constraints = [
            RowCheck(
                name="sales_pipeline_named",
                condition=~Q(name=""),
                violation_error_message=_("A pipeline needs a name."),
            ),
            models.UniqueConstraint(
                fields=["sort_key"],
                condition=LIVE,
                name="sales_pipeline_name_once",
                violation_error_message=_("Another pipeline has this name."),
            ),
        ]
        indexes = [models.Index(fields=["position", "id"], condition=LIVE, name="sales_pipeline_position")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.about = text.clean(self.name), text.clean_long(self.about)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)


class Stage(Record):
    """A step of a pipeline. Its kind says what it means: deals in it are open, won or lost.

    `max_age_days` is how long a deal may stand here before it counts as rotting, and `required_fields` names the fields
    of a deal that have to be filled in before it may enter. What is to be done here, its playbook says.
    """

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+", db_index=False, verbose_name=_("pipeline"))
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("meaning"), max_length=4, choices=Kind.choices, default=Kind.OPEN)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    probability = models.PositiveSmallIntegerField(
        _("probability"), default=10, help_text=_("In per cent: 1 to 99 in an open stage, 100 when won, 0 when lost.")
    )
    forecast_category = models.CharField(
        _("forecast category"), max_length=9, choices=ForecastCategory.choices, default=ForecastCategory.PIPELINE
    )
    max_age_days = models.PositiveSmallIntegerField(
        _("longest stay in days"),
        null=True,
        blank=True,
        help_text=_("A deal that stands here for longer is marked. Empty: as long as it likes."),
    )
    required_fields = columns.TagsField(_("required fields"))
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            RowCheck(
                name="sales_stage_named",
                condition=~Q(name=""),
                violation_error_message=_("A stage needs a name."),
            ),
            RowCheck(
                name="sales_stage_probability",
                condition=Q(kind="won", probability=100)
                | Q(kind="lost", probability=0)
                | Q(kind="open", probability__gte=1, probability__lte=99),
                violation_error_message=_("Open stages have 1 to 99 per cent, won ones 100, lost ones 0."),
            ),
            RowCheck(
                name="sales_stage_forecast",
                condition=Q(kind="won", forecast_category="closed")
                | Q(kind="lost", forecast_category="omitted")
                | Q(kind="open", forecast_category__in=["omitted", "pipeline", "best_case", "commit"]),
                violation_error_message=_("In forecasts, what is won is closed, what is lost is omitted."),
            ),
            models.UniqueConstraint(
                fields=["pipeline", "sort_key"],
                condition=LIVE,
                name="sales_stage_name_once",
                violation_error_message=_("This pipeline has a stage of this name."),
            ),
        ]
        indexes = [models.Index(fields=["pipeline", "position", "id"], condition=LIVE, name="sales_stage_position")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        if self.kind == Kind.WON:
            self.probability, self.forecast_category = 100, ForecastCategory.CLOSED
        elif self.kind == Kind.LOST:
            self.probability, self.forecast_category = 0, ForecastCategory.OMITTED
        if self.is_final:
            self.max_age_days = None
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)

    @property
    def is_final(self) -> bool:
        return self.kind != Kind.OPEN

    def is_before(self, other: Stage) -> bool:
        """Whether a deal that goes from here to the other one goes on: further in its pipeline, or to be won."""
        if self.is_final or other.kind != Kind.OPEN:
            return not self.is_final and other.kind == Kind.WON
        return self.pipeline_id == other.pipeline_id and (self.position, self.pk) < (other.position, other.pk)


class CloseReason(Record):
    """Why deals are won, or lost."""

    class Kind(models.TextChoices):
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("for deals that are"), max_length=4, choices=Kind.choices, default=Kind.LOST)
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("closing reason")
        verbose_name_plural = _("closing reasons")
        constraints = [
            RowCheck(
                name="sales_closereason_named",
                condition=~Q(name=""),
                violation_error_message=_("A reason needs a name."),
            ),
            models.UniqueConstraint(
                fields=["kind", "sort_key"],
                condition=LIVE,
                name="sales_closereason_once",
                violation_error_message=_("There is such a reason already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)
