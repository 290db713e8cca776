"""What many deals came to, kept so that nobody has to look at each of them again (ADR "Sums of what is over")."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import F, Q

from kizuna.domains.sales.models.pipelines import ForecastCategory, Pipeline, Stage


class Way(models.Model):
    """Stages that deals have been in, whatever their order: each set of them once. How far a deal came follows from it
    and from where these stages stand today."""

    stages = models.CharField(max_length=2000, unique=True)
    """Their ids from the lowest to the highest, with a blank between them."""

    def __str__(self) -> str:
        return self.stages

    @staticmethod
    def written(stage_ids: Collection[int]) -> str:
        return " ".join(map(str, sorted(set(stage_ids))))

    @property
    def stage_ids(self) -> list[int]:
        return [int(one) for one in self.stages.split()]


class StaySum(models.Model):
    """How many deals left a stage on a day, after so many whole days in it. Days are those of UTC: every reader's day
    is made of them and a few hours that are counted live. Deals in the trash, and stages of other pipelines than the
    deal's, are not in it."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", db_index=False)
    left_on = models.DateField()
    days = models.PositiveIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "left_on", "days"], name="sales_staysum_once")]

    def __str__(self) -> str:
        return f"{self.stage_id} {self.left_on}: {self.count} after {self.days}"


class StaysCounted(models.Model):
    """Before which day stays are counted in `StaySum`; one row."""

    until_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(name="sales_stayscounted_one", condition=Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.until_on}"


class StaleStays(models.Model):
    """A day whose sums are no longer right: it is counted live until a job has counted it again. Whoever changes what
    is counted writes one in the same transaction."""

    left_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.left_on}"


class StandingSum(models.Model):
    """What the deals of a month, stage, category and currency came to, from a day on until another: the sum of their
    states (`OpportunityState`), written with them. What is omitted or has no day is not in it."""

    closes_in = models.DateField()
    """The first day of the month in which they were to close."""
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+", db_index=False)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", db_index=False)
    forecast_category = models.CharField(max_length=9, choices=ForecastCategory.choices)
    amount_currency = models.CharField(max_length=3, blank=True, default="")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    count = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=26, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["closes_in", "pipeline", "stage", "forecast_category", "amount_currency"],
                condition=Q(until_on__isnull=True),
                name="sales_standing_one_at_a_time",
            ),
            models.CheckConstraint(
                name="sales_standing_ends_after_it_begins", condition=Q(until_on=None) | Q(until_on__gt=F("from_on"))
            ),
        ]
        indexes = [models.Index(fields=["closes_in", "from_on", "until_on"], name="sales_standing_closes")]

    def __str__(self) -> str:
        return f"{self.closes_in} {self.stage_id} from {self.from_on}"
