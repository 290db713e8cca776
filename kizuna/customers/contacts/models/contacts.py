"""Contact: a person we know, at home or at work, as a customer or not yet."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.constraints import RowCheck
from kizuna.base.records.models import Record
from kizuna.base.territories.models import Placed, in_territory
from kizuna.base.types import columns, text
from kizuna.base.types.names import PersonName, folded
from kizuna.customers.contacts.models import choices, reach

LIVE = Q(deleted_at__isnull=True)


class Contact(Placed, Record):
    """A person. Needs no company: someone who buys for themselves is as complete as someone who buys for a hotel.

    Several e-mail addresses, telephone numbers, handles and postal addresses; the primary ones are repeated in
    `email`, `phone`, `country`, `region` and `city`, in matching form, for sorting and conditions.
    """

    family_name = models.CharField(_("family name"), max_length=150, blank=True, default="")
    given_name = models.CharField(_("given name"), max_length=150, blank=True, default="")
    middle_name = models.CharField(_("middle name"), max_length=150, blank=True, default="")
    name_prefix = models.CharField(_("prefix"), max_length=50, blank=True, default="")
    name_suffix = models.CharField(_("suffix"), max_length=50, blank=True, default="")
    family_reading = models.CharField(_("family reading"), max_length=150, blank=True, default="")
    given_reading = models.CharField(_("given reading"), max_length=150, blank=True, default="")
    culture = models.CharField(
        _("name culture"),
        max_length=16,
        blank=True,
        default="",
        choices=choices.language_choices,
        help_text=_("Decides the order of the name and the word of respect. Empty: by the script."),
    )
    emails = columns.PointsField(_("e-mail"), kind="email")
    phones = columns.PointsField(_("phone"), kind="phone")
    handles = columns.PointsField(_("social"), kind="handle")
    addresses = columns.PointsField(_("address"), kind="address")
    email = models.CharField(_("main e-mail"), max_length=254, blank=True, default="", editable=False)
    phone = models.CharField(_("main phone"), max_length=20, blank=True, default="", editable=False)
    country = models.CharField(
        _("country"), max_length=2, blank=True, default="", editable=False, choices=choices.country_choices
    )
    region = models.CharField(_("region"), max_length=200, blank=True, default="", editable=False)
    city = models.CharField(_("city"), max_length=200, blank=True, default="", editable=False)
    position = columns.PositionField(_("position"))
    birth_on = models.DateField(_("date of birth"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=12, blank=True, default="", choices=choices.Gender.choices)
    company = models.ForeignKey(
        "contacts.Company",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("company"),
    )
    job_title = models.CharField(_("job title"), max_length=150, blank=True, default="")
    department = models.CharField(_("department"), max_length=150, blank=True, default="")
    language = models.CharField(_("language"), max_length=16, blank=True, default="", choices=choices.language_choices)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    preferred_channel = models.CharField(
        _("preferred channel"), max_length=12, blank=True, default="", choices=choices.Channel.choices
    )
    stage = models.CharField(_("stage"), max_length=12, choices=choices.Stage.choices, default=choices.Stage.LEAD)
    source = models.CharField(_("source"), max_length=12, blank=True, default="", choices=choices.Source.choices)
    tags = columns.TagsField(_("tags"))
    household = models.ForeignKey(
        "contacts.Household",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("household"),
    )
    family_structure = models.CharField(
        _("family"), max_length=16, blank=True, default="", choices=choices.FamilyStructure.choices
    )
    household_size = models.PositiveSmallIntegerField(_("household size"), null=True, blank=True)
    income_band = models.CharField(
        _("income"), max_length=12, blank=True, default="", choices=choices.IncomeBand.choices
    )
    occupation = models.CharField(_("occupation"), max_length=150, blank=True, default="")
    lifestyle = models.CharField(_("lifestyle"), max_length=500, blank=True, default="")
    personality = models.CharField(_("personality"), max_length=500, blank=True, default="")
    hobbies = columns.TagsField(_("hobbies"))
    interests = columns.TagsField(_("interests"))
    sizes = models.CharField(_("sizes"), max_length=500, blank=True, default="")
    likes = models.CharField(_("likes"), max_length=500, blank=True, default="")
    dislikes = models.CharField(_("dislikes"), max_length=500, blank=True, default="")
    share_of_wallet = models.PositiveSmallIntegerField(
        _("our share (%)"),
        null=True,
        blank=True,
        help_text=_("Of everything of our kind that this person buys, how much is from us."),
    )
    purchase_frequency = models.CharField(
        _("purchase rhythm"), max_length=12, blank=True, default="", choices=choices.Frequency.choices
    )
    about = models.TextField(_("about"), max_length=5000, blank=True, default="")
    last_touch_at = models.DateTimeField(_("last touch"), null=True, editable=False)
    sort_key = columns.SortKeyField()
    folded_names = columns.FoldedNamesField(is_indexed=True)

    apart = frozenset({
        "owner_id", "company_id", "household_id", "custom", "stage", "source", "preferred_channel", "tags",
        "family_structure", "household_size", "income_band", "hobbies", "interests", "purchase_frequency", "job_title",
        "department", "occupation", "lifestyle", "personality", "sizes", "likes", "dislikes", "about",
    })  # fmt: skip

    figures = frozenset({"last_touch_at"})

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            RowCheck(
                name="contacts_contact_can_be_told_apart",
                condition=Q(family_name__gt="") | Q(given_name__gt="") | Q(email__gt="") | Q(phone__gt=""),
                violation_error_message=_("Give at least a name, an e-mail address or a telephone number."),
            ),
            RowCheck(
                name="contacts_contact_share_is_percent",
                condition=Q(share_of_wallet=None) | Q(share_of_wallet__lte=100),
                violation_error_message=_("A share lies between 0 and 100."),
            ),
        ]
        indexes = [
            in_territory("contacts_contact_placed", "sort_key"),
            models.Index(fields=["sort_key", "id"], condition=LIVE, name="contacts_contact_sort"),
            models.Index(fields=["owner", "sort_key", "id"], condition=LIVE, name="contacts_contact_owner"),
            models.Index(fields=["stage", "sort_key", "id"], condition=LIVE, name="contacts_contact_stage"),
            models.Index(fields=["stage", "updated_at", "id"], condition=LIVE, name="contacts_contact_stage_updated"),
            models.Index(fields=["country", "sort_key", "id"], condition=LIVE, name="contacts_contact_country"),
            models.Index(fields=["city", "sort_key", "id"], condition=LIVE, name="contacts_contact_city"),
            models.Index(
                fields=["position", "position_lon", "deleted_at", "owner", "sort_key", "id"],
                condition=LIVE & Q(position__isnull=False),
                name="contacts_contact_place",
            ),
            models.Index(fields=["family_name", "given_name"], condition=LIVE, name="contacts_contact_named"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="contacts_contact_updated"),
            models.Index(fields=["owner", "updated_at", "id"], condition=LIVE, name="contacts_contact_mine_updated"),
            models.Index(fields=["last_touch_at", "id"], condition=LIVE, name="contacts_contact_touched"),
            models.Index(fields=["owner", "last_touch_at", "id"], condition=LIVE, name="contacts_contact_mine_touched"),
            models.Index(
                fields=["company", "sort_key", "id"],
                condition=Q(company__isnull=False),
                name="contacts_contact_company",
            ),
            models.Index(
                fields=["household", "id"], condition=Q(household__isnull=False), name="contacts_contact_household"
            ),
        ]

    def __str__(self) -> str:
        return self.name.display() or self.email or self.phone

    @property
    def name(self) -> PersonName:
        return PersonName(
            family=self.family_name,
            given=self.given_name,
            middle=self.middle_name,
            prefix=self.name_prefix,
            suffix=self.name_suffix,
            family_reading=self.family_reading,
            given_reading=self.given_reading,
            culture=self.culture,
        )

    def normalise(self) -> None:
        for column in ONE_LINE:
            value = getattr(self, column)
            if value and (tidy := text.clean(value)) != value:
                setattr(self, column, tidy)
        self.about = text.clean_long(self.about)
        reach.settle(self, language=self.language)
        name = self.name
        self.sort_key = name.sort_key or text.sort_key(self.email or self.phone)
        self.folded_names = folded(*name.forms) or folded(self.email or self.phone)

    def clean(self) -> None:
        if self.time_zone and not is_zone(self.time_zone):
            raise ValidationError({"time_zone": _("There is no such time zone. They are written like Asia/Tokyo.")})


ONE_LINE = (
    "family_name", "given_name", "middle_name", "name_prefix", "name_suffix", "family_reading", "given_reading",
    "job_title", "department", "occupation", "lifestyle", "personality", "sizes", "likes", "dislikes",
)  # fmt: skip
"""Columns with one line of free text."""


def is_zone(name: Any) -> bool:
    """Whether this is an IANA time zone that this machine knows."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
