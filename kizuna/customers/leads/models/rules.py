"""Rules kept as data: how many points what is worth, and how soon whom is to be answered."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.hours.models import BusinessHours
from kizuna.base.identity import SYSTEM
from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.resources.fields.questions import check
from kizuna.base.types import text
from kizuna.base.types.columns import SortKeyField
from kizuna.base.types.errors import Invalid

MOST_POINTS = 100


def asked_of_leads(tree: object) -> None:
    """Raise ValidationError if leads cannot be asked this."""
    try:
        check("lead", tree, SYSTEM)
    except Invalid as problem:
        raise ValidationError({"condition": str(problem.message)}) from problem


class _Rule(Record):
    """Said of leads that meet a condition."""

    name = models.CharField(_("name"), max_length=120)
    condition = models.JSONField(_("for which leads"), default=dict, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    sort_key = SortKeyField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        self.sort_key = text.sort_key(self.name)

    def clean(self) -> None:
        asked_of_leads(self.condition)


class ScoreRule(_Rule):
    """So many points for a lead that meets the condition; less than nothing speaks against it."""

    points = models.SmallIntegerField(_("points"), default=10)

    class Meta:
        verbose_name = _("score rule")
        verbose_name_plural = _("score rules")
        constraints = [
            RowCheck(
                name="leads_scorerule_named", condition=~Q(name=""), violation_error_message=_("A rule needs a name.")
            ),
            RowCheck(
                name="leads_scorerule_points",
                condition=Q(points__gte=-MOST_POINTS, points__lte=MOST_POINTS),
                violation_error_message=_("Points lie between −100 and 100."),
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], condition=LIVE, name="leads_scorerule_sort")]


class Warns(models.IntegerChoices):
    """From which part of the time on somebody hears of it."""

    HALF = 50, _("When half of the time is gone")
    THREE_QUARTERS = 75, _("When three quarters of it are gone")
    NINE_TENTHS = 90, _("When nine tenths of it are gone")
    OVERDUE = 100, _("When it is overdue")
    NEVER = 101, _("Never")


class ResponseTarget(_Rule):
    """The first target whose condition fits says within how many minutes of business hours a lead is answered, and who
    is warned from when on while nobody has."""

    minutes = models.PositiveIntegerField(_("minutes"), default=240)
    hours = models.ForeignKey(
        BusinessHours,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("business hours"),
        help_text=_("Empty: the usual ones."),
    )
    owner_hears = models.PositiveSmallIntegerField(_("its owner is warned"), choices=Warns.choices, default=Warns.HALF)
    leader_hears = models.PositiveSmallIntegerField(
        _("who leads the team is warned"), choices=Warns.choices, default=Warns.NINE_TENTHS
    )

    class Meta:
        verbose_name = _("response target")
        verbose_name_plural = _("response targets")
        constraints = [
            RowCheck(
                name="leads_target_named", condition=~Q(name=""), violation_error_message=_("A target needs a name.")
            ),
            RowCheck(
                name="leads_target_minutes",
                condition=Q(minutes__gte=1),
                violation_error_message=_("Give at least one minute."),
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], condition=LIVE, name="leads_target_sort")]
