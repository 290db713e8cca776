"""Who may change whom. Rights over records are the business of the access room, which lies above this one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from kizuna.base.types.errors import Denied, Invalid


def require_admin(actor: Any) -> None:
    """Raise Denied unless the actor may do everything."""
    if not (getattr(actor, "is_active", False) and getattr(actor, "is_admin", False)):
        raise Denied()


def require_self_or_admin(actor: Any, user_id: int) -> None:
    """Raise Denied unless the actor is this user or may do everything."""
    if not (getattr(actor, "is_active", False) and actor.pk == user_id):
        require_admin(actor)


def require_valid(record: Model, *fields: str) -> None:
    """Check the named fields of a model in memory, uniqueness included. Raises Invalid with a message per field."""
    others = {field.name for field in record._meta.get_fields()} - set(fields)
    try:
        record.full_clean(exclude=others)
    except ValidationError as error:
        raise Invalid(error.message_dict) from error
