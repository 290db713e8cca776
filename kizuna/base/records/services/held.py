"""What administrators defined, fields and kinds of records alike: held while it changes, and let go in two steps."""

from __future__ import annotations

from typing import Any, TypeVar

from django.utils import timezone

from kizuna.base.identity.policies import require_admin
from kizuna.base.records.models import CustomField, CustomObject
from kizuna.base.types.errors import Invalid, Missing, Stale, fill

Definition = TypeVar("Definition", CustomField, CustomObject)


def held(actor: Any, given: Definition, *, is_removed: bool = False, version: int | None = None) -> Definition:
    """The definition as it is now, until the transaction ends. Raises Denied, Missing or Stale."""
    require_admin(actor)
    rows = type(given)._default_manager.select_for_update().filter(purge_asked_at__isnull=True)
    stored = rows.filter(pk=given.pk, deleted_at__isnull=not is_removed).first()
    if stored is None:
        raise Missing()
    if version is not None and stored.version != version:
        raise Stale(stored)
    return stored


def keep(definition: CustomField | CustomObject) -> None:
    definition.version += 1
    definition.save(force_update=True)


def remove(actor: Any, given: Definition, version: int | None) -> Definition:
    """The first step: it is nowhere any more, and all of it is kept."""
    stored = held(actor, given, version=version)
    stored.deleted_at = timezone.now()
    keep(stored)
    return stored


def restore(actor: Any, given: Definition) -> Definition:
    stored = held(actor, given, is_removed=True)
    stored.deleted_at = None
    keep(stored)
    return stored


def let_go(actor: Any, given: Definition, *, name: str, typed: str, words: Any) -> Definition:
    """The second step: for good, once its name is typed. Raises Invalid when the name is another."""
    stored = held(actor, given, is_removed=True)
    if typed.strip() != name:
        raise Invalid({"confirmation": [fill(words, {"name": name})]})
    stored.purge_asked_at = timezone.now()
    keep(stored)
    return stored
