"""Guests of an inn: people with every kind of thing to be found by. The table exists only while these tests run.

The app label is not an installed app, so that migrations never see the model.
"""

from django.db import models

from kizuna.base.records.models import Record
from kizuna.base.resources import fields
from kizuna.base.resources.resource import Resource
from kizuna.base.types import columns
from kizuna.base.types.names import PersonName


class Guest(Record):
    family_name = models.CharField(max_length=150, blank=True, default="")
    given_name = models.CharField(max_length=150, blank=True, default="")
    middle_name = models.CharField(max_length=150, blank=True, default="")
    name_prefix = models.CharField(max_length=50, blank=True, default="")
    name_suffix = models.CharField(max_length=50, blank=True, default="")
    family_reading = models.CharField(max_length=150, blank=True, default="")
    given_reading = models.CharField(max_length=150, blank=True, default="")
    culture = models.CharField(max_length=16, blank=True, default="")
    emails = columns.PointsField(kind="email")
    phones = columns.PointsField(kind="phone")
    handles = columns.PointsField(kind="handle")
    links = columns.PointsField(kind="link")
    addresses = columns.PointsField(kind="address")
    wishes = models.TextField(blank=True, default="")
    room = models.CharField(max_length=40, blank=True, default="")
    tags = columns.TagsField()
    host = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    sort_key = columns.SortKeyField()

    class Meta:
        app_label = "search_inn"
        verbose_name = "guest"
        verbose_name_plural = "guests"

    @property
    def name(self) -> PersonName:
        return GUESTS.title_field.read(self)

    def normalise(self) -> None:
        self.sort_key = self.name.sort_key


class Guests(Resource):
    model = Guest
    is_person = True
    title = "name"
    composites = (fields.FullName("name", "name"),)
    subtitle = ("room", "tags")
    search = ("name", "family_reading", "emails", "phones", "handles", "links", "addresses", "wishes", "room", "tags")


GUESTS = Guests()
