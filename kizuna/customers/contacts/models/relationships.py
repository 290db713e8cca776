"""Relationship: what one person is to another person or to a company, told once and read from both ends."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.types import columns, ties

LIVE = Q(deleted_at__isnull=True)


class Kind(models.TextChoices):
    """What the first person is to the other end. `INVERSE` says what the other end is to the first."""

    SPOUSE = "spouse", _("Spouse or partner")
    PARENT = "parent", _("Parent")
    SIBLING = "sibling", _("Brother or sister")
    RELATIVE = "relative", _("Relative")
    FRIEND = "friend", _("Friend")
    NEIGHBOUR = "neighbour", _("Neighbour")
    COLLEAGUE = "colleague", _("Colleague")
    MANAGER = "manager", pgettext_lazy("of somebody at work", "Manager")
    ASSISTANT = "assistant", _("Assistant")
    REFERRER = "referrer", _("Recommended us")
    ADVISER = "adviser", _("Adviser")
    EMPLOYEE = "employee", _("Employee")
    DECISION_MAKER = "decision_maker", _("Decision maker")
    OWNER = "owner", _("Owner")


INVERSE: dict[str, Any] = {
    Kind.SPOUSE: _("Spouse or partner"),
    Kind.PARENT: _("Child"),
    Kind.SIBLING: _("Brother or sister"),
    Kind.RELATIVE: _("Relative"),
    Kind.FRIEND: _("Friend"),
    Kind.NEIGHBOUR: _("Neighbour"),
    Kind.COLLEAGUE: _("Colleague"),
    Kind.MANAGER: _("Team member"),
    Kind.ASSISTANT: _("Superior"),
    Kind.REFERRER: _("Was recommended us"),
    Kind.ADVISER: _("Client of the adviser"),
    Kind.EMPLOYEE: _("Employer"),
    Kind.DECISION_MAKER: _("Decides through this person"),
    Kind.OWNER: _("Property"),
}

MUTUAL = (Kind.SPOUSE, Kind.SIBLING, Kind.RELATIVE, Kind.FRIEND, Kind.NEIGHBOUR, Kind.COLLEAGUE)
"""The same from both ends, so told once for two people whichever comes first."""
TO_COMPANIES = (Kind.EMPLOYEE, Kind.DECISION_MAKER, Kind.OWNER)
TO_BOTH = (Kind.ADVISER, Kind.REFERRER)


class Relationship(Record):
    """`from_contact` is the `kind` of `to_contact` or `to_company`: Yoko is the parent of Ken, an employee of Aoba.

    `roles` are what the first person does in it (buyer, user, beneficiary): people have roles towards others, not
    by themselves.
    """

    from_contact = models.ForeignKey(
        "contacts.Contact", models.PROTECT, related_name="+", db_index=False, verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    to_contact = models.ForeignKey(
        "contacts.Contact",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("other person"),
    )
    to_company = models.ForeignKey(
        "contacts.Company",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("company"),
    )
    roles = columns.TagsField(_("roles"))
    since_on = models.DateField(_("start"), null=True, blank=True)
    until_on = models.DateField(_("end"), null=True, blank=True)

    when_merged: ClassVar[ties.Rules] = {name: ties.Unite() for name in ("from_contact", "to_contact", "to_company")}

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        constraints = [
            RowCheck(
                name="contacts_relationship_one_other_end",
                condition=(
                    Q(to_contact__isnull=False, to_company__isnull=True)
                    | Q(to_contact__isnull=True, to_company__isnull=False)
                ),
                violation_error_message=_("Name either another person or a company."),
            ),
            RowCheck(
                name="contacts_relationship_two_people",
                condition=Q(to_contact__isnull=True) | ~Q(to_contact=F("from_contact")),
                violation_error_message=_("Nobody is related to themselves."),
            ),
            RowCheck(
                name="contacts_relationship_kind_fits",
                condition=(
                    Q(kind__in=TO_BOTH)
                    | (Q(kind__in=TO_COMPANIES) & Q(to_company__isnull=False))
                    | (~Q(kind__in=TO_COMPANIES) & Q(to_contact__isnull=False))
                ),
                violation_error_message=_("People are not related to companies in this way, or the other way round."),
            ),
            RowCheck(
                name="contacts_relationship_ends_after_it_began",
                condition=Q(since_on=None) | Q(until_on=None) | Q(since_on__lte=F("until_on")),
                violation_error_message=_("It cannot end before it began."),
            ),
            models.UniqueConstraint(
                fields=["from_contact", "to_contact", "kind"],
                condition=LIVE & Q(to_contact__isnull=False),
                name="contacts_relationship_person_once",
                violation_error_message=_("This relationship is known already."),
            ),
            models.UniqueConstraint(
                fields=["from_contact", "to_company", "kind"],
                condition=LIVE & Q(to_company__isnull=False),
                name="contacts_relationship_company_once",
                violation_error_message=_("This relationship is known already."),
            ),
            models.UniqueConstraint(
                Least("from_contact", "to_contact"),
                Greatest("from_contact", "to_contact"),
                "kind",
                condition=LIVE & Q(to_contact__isnull=False, kind__in=MUTUAL),
                name="contacts_relationship_mutual_once",
                violation_error_message=_("This relationship is known already, told from the other side."),
            ),
        ]
        indexes = [
            models.Index(fields=["to_contact"], condition=Q(to_contact__isnull=False), name="contacts_relationship_to"),
            models.Index(
                fields=["to_company"], condition=Q(to_company__isnull=False), name="contacts_relationship_firm"
            ),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="contacts_relationship_updated"),
        ]

    def __str__(self) -> str:
        return str(Kind(self.kind).label)
