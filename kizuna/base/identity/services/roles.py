"""The roles that Kizuna brings."""

from django.db import router
from django.utils import translation

from kizuna.base.identity.models import Role
from kizuna.base.identity.models.roles import BUILT_IN_ROLES


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
