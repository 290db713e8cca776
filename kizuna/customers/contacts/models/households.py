"""Household: people who live together and buy together."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.types import columns, text
from kizuna.base.types.names import folded
from kizuna.customers.contacts.models import reach


class Household(Record):
    """A home. Who lives there is said on the contact."""

    name = models.CharField(_("name"), max_length=200)
    addresses = columns.PointsField(_("address"), kind="address")
    position = columns.PositionField(_("position"))
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            RowCheck(
                name="contacts_household_named",
                condition=~Q(name=""),
                violation_error_message=_("A household needs a name."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["sort_key", "id"], condition=Q(deleted_at__isnull=True), name="contacts_household_sort"
            ),
            models.Index(
                fields=["position", "position_lon", "deleted_at", "owner", "id"],
                condition=Q(deleted_at__isnull=True, position__isnull=False),
                name="contacts_household_place",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def normalise(self) -> None:
        self.name = text.clean(self.name)
        reach.settle_addresses(self)
        self.sort_key = text.sort_key(self.name)
        self.folded_names = folded(self.name)
