from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from kizuna.base.events.origin import find_actors_with


class IdentityConfig(AppConfig):
    name = "kizuna.base.identity"
    label = "identity"
    verbose_name = _("Identity")

    def ready(self) -> None:
        find_actors_with(_actor)
        # Beside the migration: a database that was emptied (tests with real commits) gets its built-in roles back.
        post_migrate.connect(_restore_roles, sender=self)


def _actor(actor_id: int | None) -> Any:
    """Who acted: Kizuna itself when nobody did."""
    from kizuna.base.identity.models import User
    from kizuna.base.identity.system import SYSTEM

    return SYSTEM if actor_id is None else User.objects.filter(pk=actor_id).first()


def _restore_roles(using: str, **_signal: Any) -> None:
    from kizuna.base.identity.services.roles import create_built_in_roles

    create_built_in_roles(using=using)
