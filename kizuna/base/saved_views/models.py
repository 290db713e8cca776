"""A saved view: the state of a list under a name; and which view a list opens with."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.models import User

USER = settings.AUTH_USER_MODEL


class Kind(models.TextChoices):
    """What a view shows its records as. Further kinds keep what is theirs alone in `SavedView.settings`."""

    LIST = "list", _("List")
    BOARD = "board", _("Board")
    CALENDAR = "calendar", _("Calendar")
    MAP = "map", _("Map")
    CHART = "chart", _("Chart")


class Audience(models.TextChoices):
    """Who sees a view beside its owner."""

    PRIVATE = "private", _("Only me")
    TEAM = "team", _("A team")
    EVERYONE = "everyone", _("Everyone")


class Density(models.TextChoices):
    """The row height; "" is the one that each reader is used to."""

    AS_USED = "", _("As each reader likes it")
    TIGHT = "tight", _("Tight")
    NORMAL = "normal", _("Normal")
    ROOMY = "roomy", _("Roomy")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def visible_to(self, actor: Any) -> Self:
        """A person's own views, those of the teams they belong to (a team's views are seen beneath it, too), and those
        for everyone. Nobody sees another's private views, administrators neither."""
        return self.seen_by(actor.pk)

    def seen_by(self, person: Any) -> Self:
        """The same by the person's id, or by what stands for it (`types.ready.Given`)."""
        in_team = Exists(User.objects.filter(pk=person, team__path__startswith=OuterRef("team__path")))
        shared = Q(audience=Audience.EVERYONE) | (Q(audience=Audience.TEAM) & in_team)
        return self.live().filter(Q(owner_id=person) | shared)


class SavedView(models.Model):
    """What a list was asked for, kept. `resource` is the key of a kind of record; the other parts are those of the
    list's address, and are understood anew for each viewer each time."""

    resource = models.CharField(max_length=60)
    name = models.CharField(_("Name"), max_length=100)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.LIST)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PRIVATE)
    team = models.ForeignKey("identity.Team", null=True, on_delete=models.PROTECT, related_name="+")
    condition = models.JSONField(default=dict, blank=True)
    search = models.CharField(max_length=200, blank=True, default="")
    sort = models.CharField(max_length=80, blank=True, default="")
    columns = models.JSONField(default=list, blank=True)
    density = models.CharField(max_length=10, choices=Density, blank=True, default=Density.AS_USED)
    settings = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    deleted_at = models.DateTimeField(null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        indexes = [models.Index(fields=["resource", "owner"], name="saved_views_of_a_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "resource", "name"], condition=Q(deleted_at=None), name="saved_views_one_name"
            ),
            models.CheckConstraint(name="saved_views_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="saved_views_audience_known", condition=Q(audience__in=Audience.values)),
            models.CheckConstraint(name="saved_views_density_known", condition=Q(density__in=Density.values)),
            models.CheckConstraint(name="saved_views_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="saved_views_team_when_shared_with_one",
                condition=Q(audience=Audience.TEAM, team__isnull=False)
                | (~Q(audience=Audience.TEAM) & Q(team__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_private(self) -> bool:
        return self.audience == Audience.PRIVATE

    def touch(self, actor: Any) -> None:
        """Note in memory who changes it now."""
        self.version += 1
        self.updated_at = timezone.now()
        self.updated_by_id = actor.pk


class DefaultView(models.Model):
    """The view with which a list opens for a role, or for everybody; what a person chose for themselves goes first.

    Their own choice is a habit and stands among the person's preferences, with the order of their tabs.
    """

    resource = models.CharField(max_length=60)
    role = models.ForeignKey("identity.Role", null=True, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        verbose_name = _("default view")
        verbose_name_plural = _("default views")
        constraints = [
            models.UniqueConstraint(fields=["resource", "role"], name="saved_views_one_default_per_role"),
            models.UniqueConstraint(
                fields=["resource"], condition=Q(role=None), name="saved_views_one_default_for_everybody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.view_id}"
