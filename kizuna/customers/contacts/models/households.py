"""Household: people who live together and buy together."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.types import columns, erasing, text, ties
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


class HouseholdSuggestion(models.Model):
    """That two people may live together: found by a job, or refused by somebody; the older contact first.

    One that was refused stays, so that nobody is asked again.
    """

    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    when_merged: ClassVar[ties.Rules] = {"contact": ties.Leave(), "other": ties.Leave()}
    when_erased: ClassVar[erasing.Rules] = {"contact": erasing.Erase(), "other": erasing.Erase()}

    class Meta:
        verbose_name = _("suggestion of a household")
        verbose_name_plural = _("suggestions of households")
        indexes = [models.Index(fields=["id"], condition=Q(refused_at__isnull=True), name="contacts_homes_open")]
        constraints = [
            models.UniqueConstraint(fields=["contact", "other"], name="contacts_homes_once"),
            models.CheckConstraint(condition=Q(contact__lt=F("other")), name="contacts_homes_older_first"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} + {self.other_id}"
