"""Passwords: long enough, not guessable, and changed in one place."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from kizuna.base.events import Subject, publish
from kizuna.base.identity import policies
from kizuna.base.identity.events import PasswordChanged
from kizuna.base.identity.models import User
from kizuna.base.types.errors import Invalid


def require_strong(password: str, user: User, *, field: str) -> None:
    """Raise Invalid, under `field`, with what is wrong with the password."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({field: list(error.messages)}) from error


@transaction.atomic
def change_password(*, actor: Any, user: User, password: str) -> None:
    """Give the user another password. All sessions end with it; a page that keeps its own renews it afterwards.

    Raises Denied unless the actor is the user or an admin, Invalid for a weak password.
    """
    policies.require_self_or_admin(actor, user.pk)
    require_strong(password, user, field="password")
    user.set_password(password)
    user.save(update_fields=["password"])
    publish(PasswordChanged(user_id=user.pk), subjects=[Subject(resource="user", record_id=user.pk)], by=actor)
