"""Roles: named bundles of rights. What a role may do is the business of the access room."""

from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

BUILT_IN_ROLES = {
    "administrator": (_("Administrator"), _("Sets Kizuna up and may do everything.")),
    "manager": (pgettext_lazy("role", "Manager"), _("Leads a team and works with all of its records.")),
    "salesperson": (_("Salesperson"), _("Looks after their own customers and opportunities.")),
    "marketer": (_("Marketer"), _("Prepares segments and campaigns.")),
    "support_agent": (_("Support agent"), _("Answers customers and solves their cases.")),
    "viewer": (_("Viewer"), _("Reads, and changes nothing.")),
}
"""Title and description of every role that Kizuna brings, by code."""


def _english(text: Any) -> str:
    with translation.override(None):
        return str(text)


class Role(models.Model):
    """A role. Built-in roles have a `code` and are shown in the reader's language; own roles have only their name."""

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(max_length=50, unique=True, null=True, db_index=False)
    name = models.CharField(_("Name"), max_length=100)
    description = models.CharField(_("Description"), max_length=500, blank=True, default="")

    class Meta:
        ordering = ["id"]
        verbose_name = _("Role")
        verbose_name_plural = _("Roles")

    def __str__(self) -> str:
        return self.title

    @property
    def is_built_in(self) -> bool:
        return self.code in BUILT_IN_ROLES

    @property
    def title(self) -> str:
        """The name to show: translated when Kizuna brought the role and nobody renamed it."""
        built_in = BUILT_IN_ROLES.get(self.code or "")
        return str(built_in[0]) if built_in and self.name == _english(built_in[0]) else self.name

    @property
    def summary(self) -> str:
        """The description to show: translated like the title."""
        built_in = BUILT_IN_ROLES.get(self.code or "")
        return str(built_in[1]) if built_in and self.description == _english(built_in[1]) else self.description
