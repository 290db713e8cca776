"""Who may do what: a row per role, kind of record and operation, and one per field a role may not see or change."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

ANY_RESOURCE = "*"
MADE_HERE = "x_"
"""What the keys and plurals of kinds of records begin with that administrators made. No room takes such a name."""


class Scope(models.IntegerChoices):
    """How far a right reaches; a larger number includes the smaller ones."""

    NONE = 0, _("None")
    OWN = 1, _("Own")
    TEAM = 2, _("Team")
    ALL = 3, _("All")


class Grant(models.Model):
    """Gives a role an operation on a kind of record, as far as `scope`, and as far as a `realm`: "own, and what lies in
    my territories". What no grant gives is denied.

    `resource` is a resource key ("contact") or "*" for every kind without a row of its own; kinds that administrators
    made always need rows of their own.
    `operation` is one of `OPERATIONS` or the name of an action ("complete_task").
    """

    role = models.ForeignKey("identity.Role", on_delete=models.CASCADE, related_name="grants")
    resource = models.CharField(max_length=60)
    operation = models.CharField(max_length=60)
    scope = models.PositiveSmallIntegerField(choices=Scope.choices)
    realm = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "resource", "operation"], name="access_one_grant"),
            models.CheckConstraint(condition=models.Q(scope__in=Scope.values), name="access_scope_known"),
            models.CheckConstraint(
                condition=models.Q(realm="") | models.Q(scope__in=(Scope.OWN, Scope.TEAM)), name="access_realm_beside"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.operation} {self.resource} ({self.get_scope_display()})"


class FieldRule(models.Model):
    """Takes a field away from a role: not shown at all, or shown but not to be changed."""

    class Access(models.TextChoices):
        HIDDEN = "hidden", _("Hidden")
        READ_ONLY = "read_only", _("Read only")

    role = models.ForeignKey("identity.Role", on_delete=models.CASCADE, related_name="field_rules")
    resource = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    access = models.CharField(max_length=10, choices=Access.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "resource", "field"], name="access_one_field_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.resource}.{self.field} {self.access}"
