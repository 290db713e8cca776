"""Company: a firm, a public body or an association, perhaps part of another."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.territories.models import Placed, in_territory
from kizuna.base.types import columns, firms, links, text, ties
from kizuna.base.types.errors import Invalid, Malformed
from kizuna.base.types.names import folded
from kizuna.customers.contacts.models import choices, reach

LIVE = Q(deleted_at__isnull=True)


class Company(Placed, Record):
    """An organisation. The first e-mail address, number and place are repeated in columns, as with contacts."""

    name = models.CharField(_("name"), max_length=300)
    reading = models.CharField(_("reading"), max_length=300, blank=True, default="")
    domain = models.CharField(_("domain"), max_length=253, blank=True, default="")
    website = models.URLField(_("website"), max_length=links.MAX_LENGTH, blank=True, default="")
    industry = models.CharField(_("industry"), max_length=16, blank=True, default="", choices=choices.Industry.choices)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    revenue = columns.MoneyField(_("yearly revenue"))
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("parent company"),
    )
    phones = columns.PointsField(_("phone"), kind="phone")
    emails = columns.PointsField(_("e-mail"), kind="email")
    addresses = columns.PointsField(_("address"), kind="address")
    email = models.CharField(_("main e-mail"), max_length=254, blank=True, default="", editable=False)
    phone = models.CharField(_("main phone"), max_length=20, blank=True, default="", editable=False)
    country = models.CharField(
        _("country"), max_length=2, blank=True, default="", editable=False, choices=choices.country_choices
    )
    region = models.CharField(_("region"), max_length=200, blank=True, default="", editable=False)
    city = models.CharField(_("city"), max_length=200, blank=True, default="", editable=False)
    position = columns.PositionField(_("position"))
    tags = columns.TagsField(_("tags"))
    about = models.TextField(_("about"), max_length=5000, blank=True, default="")
    last_touch_at = models.DateTimeField(_("last touch"), null=True, editable=False)
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField(is_indexed=True)

    when_merged: ClassVar[ties.Rules] = {"parent": ties.Move()}

    apart = frozenset({"owner_id", "custom", "industry", "employees", "tags", "about"})

    figures = frozenset({"last_touch_at"})

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            RowCheck(
                name="contacts_company_named",
                condition=~Q(name=""),
                violation_error_message=_("A company needs a name."),
            ),
            RowCheck(
                name="contacts_company_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("id")),
                violation_error_message=_("A company cannot belong to itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="contacts_company_sort"),
            models.Index(fields=["owner", "sort_key", "id"], condition=LIVE, name="contacts_company_owner"),
            models.Index(fields=["industry", "sort_key", "id"], condition=LIVE, name="contacts_company_industry"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="contacts_company_updated"),
            models.Index(fields=["last_touch_at", "id"], condition=LIVE, name="contacts_company_touched"),
            models.Index(fields=["owner", "last_touch_at", "id"], condition=LIVE, name="contacts_company_mine_touched"),
            models.Index(
                fields=["position", "position_lon", "deleted_at", "owner", "sort_key", "id"],
                condition=LIVE & Q(position__isnull=False),
                name="contacts_company_place",
            ),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="contacts_company_parent"),
            in_territory("contacts_company_placed", "sort_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name, self.reading = text.clean(self.name), text.clean(self.reading)
        self.about = text.clean_long(self.about)
        self.website = _understood("website", links.normalise, self.website)
        self.domain = _understood("domain", links.domain_of, self.domain or self.website)
        reach.settle(self)
        spoken = self.name if text.script(self.name) == "ko" else self.reading or self.name
        self.sort_key = text.sort_key(firms.bare_name(spoken))
        self.folded_names = folded(self.name, self.reading)


def _understood(field: str, understand: Callable[[str], str], typed: str) -> str:
    """What was typed, in matching form; "" for nothing. Raises Invalid under `field`."""
    if not typed:
        return ""
    try:
        return understand(typed)
    except Malformed as error:
        raise Invalid({field: error.message}) from error
