"""Mappings that are remembered: the last one for the same headers, and those that somebody gave a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.mapping import Target, targets_of
from kizuna.base.transfer.mapping.headers import mark_of, normal
from kizuna.base.transfer.models import Import, SavedMapping, State
from kizuna.base.transfer.services.settling import settle
from kizuna.base.types import text
from kizuna.base.types.errors import Denied, Invalid, Refused

LONGEST_NAME = 100
_STARTED = _("This import has been started already.")
_TAKEN = _("You have a mapping of this name already.")


def last_used(actor: Any, resource: Resource, header: Sequence[str]) -> Import | None:
    """What this person imported last with these columns otherwise than it was proposed."""
    rows = Import.objects.filter(resource=resource.key, created_by_id=actor.pk, header_mark=mark_of(header))
    return rows.exclude(state=State.DRAFT).order_by("-pk").first()


def still_possible(actor: Any, resource: Resource, mapping: Sequence[str | None]) -> list[str | None]:
    """Targets that this person may still import into; the others are left out."""
    allowed = targets_of(resource, actor)
    return [written if written and Target.parse(written) in allowed else None for written in mapping]


@transaction.atomic
def save_mapping(
    *,
    actor: Any,
    imported: Import,
    mapping: Sequence[str | None],
    options: Mapping[str, Any],
    name: str,
    is_shared: bool = False,
) -> SavedMapping:
    """Keep where the columns of a draft go and by which rules under a name, in place of an own one of that name.

    Raises Invalid, or Refused when the import has begun.
    """
    cleaned = _named(name)
    if imported.state != State.DRAFT:
        raise Refused(_STARTED)
    settle(actor, imported, mapping, options)
    imported.save(update_fields=["mapping", "options", "header_mark"])
    columns = dict(zip(map(normal, imported.header), mapping, strict=True))
    rules = {key: value for key, value in imported.options.items() if key != "owner"}
    found, _is_new = SavedMapping.objects.update_or_create(
        created_by_id=actor.pk,
        resource=imported.resource,
        name=cleaned,
        defaults={"columns": columns, "options": rules, "is_shared": is_shared},
    )
    return found


def _named(name: str) -> str:
    cleaned = text.clean(name)
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise Invalid({"name": [_("Give it a name of at most 100 letters.")]})
    return cleaned


@transaction.atomic
def use_mapping(*, actor: Any, imported: Import, saved: SavedMapping) -> Import:
    """Have a draft follow a saved mapping, column by column; columns it does not know stay as they are, unless their
    place is taken by one that it knows."""
    current = Import.objects.select_for_update().get(pk=imported.pk)
    if current.state != State.DRAFT:
        raise Refused(_STARTED)
    names = list(map(normal, current.header))
    taken = {saved.columns[name] for name in names if saved.columns.get(name)}
    guessed = [None if target in taken else target for target in current.mapping]
    found = [saved.columns.get(name, target) for name, target in zip(names, guessed, strict=True)]
    current.mapping = still_possible(actor, registry.get(current.resource), found)
    current.options = {"owner": actor.pk} | current.options | saved.options
    current.header_mark = mark_of(current.header)
    current.save(update_fields=["mapping", "options", "header_mark"])
    return current


@transaction.atomic
def change_mapping(*, actor: Any, saved: SavedMapping, name: str | None = None, is_shared: bool | None = None) -> None:
    """Give it another name, or share it. Raises Denied for somebody else's, or Invalid."""
    _check_own(actor, saved)
    if name is not None:
        saved.name = _named(name)
    if is_shared is not None:
        saved.is_shared = is_shared
    try:
        with transaction.atomic():
            saved.save(update_fields=["name", "is_shared"])
    except IntegrityError as error:
        raise Invalid({"name": [_TAKEN]}) from error


def delete_mapping(*, actor: Any, saved: SavedMapping) -> None:
    """Raises Denied for somebody else's."""
    _check_own(actor, saved)
    saved.delete()


def _check_own(actor: Any, saved: SavedMapping) -> None:
    if saved.created_by_id != actor.pk and not actor.is_admin:
        raise Denied()
