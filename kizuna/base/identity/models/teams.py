"""Teams: a tree. `path` holds the ids from the root down to the team itself, so a subtree is one prefix."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_DEPTH = 32


class TeamQuerySet(models.QuerySet["Team"]):
    def below(self, team: "Team") -> Self:
        """The team and every team under it."""
        return self.filter(path__startswith=team.path)


class Team(models.Model):
    """A team of users. `path` ("1/4/9/") is written only by `services.create_team` and `services.move_team`."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("Name"), max_length=100)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Part of")
    )
    path = models.CharField(max_length=700, db_index=True, editable=False, default="")

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("Team")
        verbose_name_plural = _("Teams")
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="identity_team_sibling_name"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(parent__isnull=True), name="identity_team_root_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """1 for a team at the top, 2 for one below it, and so on."""
        return self.path.count("/")

    def subtree(self) -> TeamQuerySet:
        """This team and every team under it."""
        return Team.objects.below(self)

    def place_under(self, parent: "Team | None") -> None:
        """Hang the team under `parent` (None: at the top). In memory; needs an id."""
        self.parent = parent
        self.path = f"{parent.path if parent else ''}{self.pk}/"
