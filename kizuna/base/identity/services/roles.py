"""Roles: those that Kizuna brings, and those that an administrator adds. Their rights are given in the access room."""

from typing import Any

from django.db import router, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import publish
from kizuna.base.identity import policies
from kizuna.base.identity.events import RoleCreated, RoleDeleted, RoleRenamed
from kizuna.base.identity.models import Role
from kizuna.base.identity.models.roles import BUILT_IN_ROLES
from kizuna.base.types import text
from kizuna.base.types.errors import Invalid, Refused, fill


def create_built_in_roles(*, using: str) -> None:
    """Create the built-in roles that are not there yet; those that are stay as somebody may have changed them."""
    if not router.allow_migrate_model(using, Role):
        return
    present = set(Role.objects.using(using).exclude(code=None).values_list("code", flat=True))
    with translation.override(None):
        Role.objects.using(using).bulk_create(
            Role(code=code, name=str(name), description=str(description))
            for code, (name, description) in BUILT_IN_ROLES.items()
            if code not in present
        )


@transaction.atomic
def create_role(*, actor: Any, name: str, description: str = "") -> Role:
    """Make a role; it has no rights until some are given to it. Raises Denied, or Invalid for a name empty or taken."""
    policies.require_admin(actor)
    role = Role(name=text.clean(name), description=text.clean(description))
    _require_words(role)
    role.save(force_insert=True)
    publish(RoleCreated(role_id=role.pk), by=actor)
    return role


@transaction.atomic
def rename_role(*, actor: Any, role: Role, name: str, description: str) -> None:
    """Give the role another name and say what it is for. Raises Denied, or Invalid for a name empty or taken."""
    policies.require_admin(actor)
    stored = Role.objects.select_for_update().get(pk=role.pk)
    words = (text.clean(name), text.clean(description))
    if words == (stored.title, stored.summary):
        return  # translated words that come back as they were shown are no new name
    stored.name, stored.description = words
    _require_words(stored)
    stored.save(update_fields=["name", "description"])
    role.name, role.description = words
    publish(RoleRenamed(role_id=role.pk), by=actor)


@transaction.atomic
def delete_role(*, actor: Any, role: Role) -> None:
    """Remove a role with its rights. Raises Denied, or Refused while somebody has it and for what Kizuna brings."""
    policies.require_admin(actor)
    stored = Role.objects.select_for_update().get(pk=role.pk)
    if stored.is_built_in:
        raise Refused(_("Kizuna brings this role with it. Rename it, or take its rights away."))
    people = stored.users.count()
    if people:
        raise Refused(fill(_("People who have this role: %(count)d. Give them another one first."), {"count": people}))
    publish(RoleDeleted(role_id=stored.pk), by=actor)
    stored.delete()


def _require_words(role: Role) -> None:
    policies.require_valid(role, "name", "description")
    others = Role.objects.exclude(pk=role.pk)
    if any(text.fold(role.name) in {text.fold(other.name), text.fold(other.title)} for other in others):
        raise Invalid({"name": _("There is already a role of this name.")})
