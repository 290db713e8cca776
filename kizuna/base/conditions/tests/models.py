"""A small world to ask about: people, their companies and tasks. Its tables exist only while this room's tests run.

The app label is not an installed app, so that migrations and registries never see these models.
"""
# ruff: noqa: DJ008 - nobody reads these rows

from django.conf import settings
from django.db import models


class Company(models.Model):
    name = models.CharField(max_length=100)
    industry = models.CharField(max_length=20, blank=True, default="")
    size = models.IntegerField(null=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    is_secret = models.BooleanField(default=False)

    class Meta:
        app_label = "conditions_world"
        ordering = ["-name"]


class Person(models.Model):
    name = models.CharField(max_length=100)
    name_fold = models.CharField(max_length=200, default="")
    nickname = models.CharField(max_length=100, null=True)
    age = models.SmallIntegerField(null=True)
    score = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    ratio = models.FloatField(null=True)
    balance = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    balance_currency = models.CharField(max_length=3, default="")
    born = models.DateField(null=True)
    seen_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=20, blank=True, default="")
    level = models.SmallIntegerField(null=True)
    active = models.BooleanField(null=True)
    extra = models.JSONField(default=dict)
    company = models.ForeignKey(Company, models.CASCADE, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey("identity.Team", models.CASCADE, null=True, related_name="+")
    clubs = models.ManyToManyField(Company, related_name="+")

    class Meta:
        app_label = "conditions_world"
        ordering = ["-name"]


class Task(models.Model):
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=100, default="")
    done = models.BooleanField(default=False)
    points = models.IntegerField(null=True)
    hours = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    weight = models.FloatField(null=True)
    fee = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    fee_currency = models.CharField(max_length=3, default="")
    due = models.DateField(null=True)
    finished_at = models.DateTimeField(null=True)
    is_secret = models.BooleanField(default=False)

    class Meta:
        app_label = "conditions_world"
        ordering = ["-title"]


class Mark(models.Model):
    """A tag or an e-mail address of a person, as the resources room keeps them in its index of keys."""

    person_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=100)

    class Meta:
        app_label = "conditions_world"


MODELS = (Company, Person, Task, Mark)
