"""Who takes part in a deal: people of the customer with their roles, competitors, and colleagues who share it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import LIVE, Record
from kizuna.base.types import columns, text, ties
from kizuna.base.types.names import folded
from kizuna.domains.sales.models.opportunities import Opportunity


class OpportunityContact(Record):
    """What somebody has to say in a deal."""

    class Role(models.TextChoices):
        DECIDES = "decides", _("Decision maker")
        CHAMPION = "champion", _("Champion")
        INFLUENCES = "influences", _("Influencer")
        USES = "uses", _("User")
        CHECKS = "checks", _("Technical evaluator")
        BUYS = "buys", _("Purchasing")
        LEGAL = "legal", _("Legal")
        BLOCKS = "blocks", _("Blocker")

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="+", verbose_name=_("opportunity"))
    contact = models.ForeignKey(
        "contacts.Contact", models.PROTECT, related_name="+", db_index=False, verbose_name=_("contact")
    )
    role = models.CharField(_("buying role"), max_length=10, choices=Role.choices, default=Role.INFLUENCES)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    when_merged: ClassVar[ties.Rules] = {"contact": ties.Unite()}

    class Meta:
        verbose_name = _("buying role")
        verbose_name_plural = _("buying roles")
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "contact", "role"],
                condition=LIVE,
                name="sales_opportunitycontact_once",
                violation_error_message=_("They have this role already."),
            ),
        ]
        indexes = [models.Index(fields=["contact"], name="sales_oppcontact_contact")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.role}"

    def normalise(self) -> None:
        self.note = text.clean(self.note)


class Competitor(Record):
    """A firm that customers could buy from instead."""

    name = models.CharField(_("name"), max_length=200)
    website = models.URLField(_("website"), max_length=300, blank=True, default="")
    strengths = models.TextField(_("strengths"), max_length=5000, blank=True, default="")
    weaknesses = models.TextField(_("weaknesses"), max_length=5000, blank=True, default="")
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")
        constraints = [
            RowCheck(
                name="sales_competitor_named",
                condition=~Q(name=""),
                violation_error_message=_("A competitor needs a name."),
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], condition=LIVE, name="sales_competitor_sort")]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        self.strengths, self.weaknesses = text.clean_long(self.strengths), text.clean_long(self.weaknesses)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)


class OpportunityCompetitor(Record):
    """Who else is after a deal, and how they stand."""

    class Standing(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        BEHIND = "behind", _("Behind us")
        LEVEL = "level", _("Level with us")
        AHEAD = "ahead", _("Ahead of us")
        OUT = "out", _("Out of the race")
        WON = "won", _("Won it")

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="+", verbose_name=_("opportunity"))
    competitor = models.ForeignKey(
        Competitor, models.PROTECT, related_name="+", db_index=False, verbose_name=_("competitor")
    )
    standing = models.CharField(_("standing"), max_length=8, choices=Standing.choices, default=Standing.UNKNOWN)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("competition")
        verbose_name_plural = _("competition")
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "competitor"],
                condition=LIVE,
                name="sales_opportunitycompetitor_once",
                violation_error_message=_("This competitor is here already."),
            ),
        ]
        indexes = [models.Index(fields=["competitor"], name="sales_oppcompetitor_competitor")]

    def __str__(self) -> str:
        return f"{self.competitor_id}: {self.standing}"

    def normalise(self) -> None:
        self.note = text.clean(self.note)


class OpportunitySplit(Record):
    """The share of a deal that is credited to a colleague. What is shared with nobody is its owner's."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="+", verbose_name=_("opportunity"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("colleague")
    )
    percent = models.DecimalField(_("per cent"), max_digits=6, decimal_places=3)

    class Meta:
        verbose_name = _("split")
        verbose_name_plural = _("splits")
        constraints = [
            RowCheck(
                name="sales_opportunitysplit_percent",
                condition=Q(percent__gt=0) & Q(percent__lte=100),
                violation_error_message=_("A share is above 0 and at most 100 per cent."),
            ),
            models.UniqueConstraint(
                fields=["opportunity", "person"],
                condition=LIVE,
                name="sales_opportunitysplit_once",
                violation_error_message=_("They have a share already: change it."),
            ),
        ]
        indexes = [models.Index(fields=["person"], name="sales_oppsplit_person")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.percent.normalize():f}%"
