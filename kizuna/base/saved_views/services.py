"""Keeping, changing and sharing views, and which one a list opens with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import publish
from kizuna.base.identity.models import Role
from kizuna.base.identity.policies import require_admin
from kizuna.base.identity.services import users as identity
from kizuna.base.resources import registry
from kizuna.base.saved_views import parts, policies, queries
from kizuna.base.saved_views.events import (
    DefaultViewSet,
    ViewChanged,
    ViewDeleted,
    ViewRestored,
    ViewSaved,
    ViewShared,
)
from kizuna.base.saved_views.models import Audience, DefaultView, SavedView
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused, Stale, fill

MOST_PER_PERSON = 100
BATCH = 500
WHO = ("audience", "team")


@transaction.atomic
def save_view(*, actor: Any, resource: str, name: str, **parts_of_it: Any) -> SavedView:
    """Keep the state of a list under a name: `condition`, `search`, `sort`, `columns`, `density`, `audience`,
    `team`; and for boards and calendars `kind` and `settings`.

    Raises Missing for a kind of record that the actor may not read, Denied for people with whom they may not share,
    Invalid for parts that they could not ask for themselves, Refused when they have a hundred views of it already.
    """
    if not policies.may_read(actor, resource):
        raise Missing()
    found = parts.understood(registry.get(resource), actor, {"name": name, **parts_of_it})
    view = SavedView(resource=resource, owner_id=actor.pk, created_by_id=actor.pk, updated_by_id=actor.pk)
    _write(view, found)
    _check_audience(actor, view)
    if SavedView.objects.live().filter(owner_id=actor.pk, resource=resource).count() >= MOST_PER_PERSON:
        limit = {"limit": MOST_PER_PERSON}
        raise Refused(fill(_("You have %(limit)d views of this list already. Delete one first."), limit))
    _store(view)
    publish(ViewSaved(view_id=view.pk, resource=resource), by=actor)
    if not view.is_private:
        publish(_shared(view), by=actor)
    return view


@transaction.atomic
def change_view(*, actor: Any, view: SavedView, changes: Mapping[str, Any], version: int | None = None) -> SavedView:
    """Change what a view shows, its name, or who sees it; only the parts given.

    Raises Missing, Denied, Invalid, and Stale when somebody changed it after `version`.
    """
    stored = _locked(actor, view.pk, version)
    found = parts.understood(registry.get(stored.resource), actor, changes)
    before = {name: _plain(stored, name) for name in (*found, *WHO)}
    _write(stored, found)
    changed = [name for name in before if before[name] != _plain(stored, name)]
    if not changed:
        return stored
    is_shared_anew = not set(changed).isdisjoint(WHO)
    if is_shared_anew:
        _check_audience(actor, stored)
    stored.touch(actor)
    _store(stored)
    event = ViewChanged(view_id=stored.pk, resource=stored.resource, fields=tuple(changed))
    publish(event, by=actor)
    if is_shared_anew:
        publish(_shared(stored), by=actor)
    return stored


@transaction.atomic
def delete_view(*, actor: Any, view: SavedView, version: int | None = None) -> None:
    """Take a view away from everybody; `restore_view` brings it back as it was. Raises Missing, Denied, Stale."""
    stored = _locked(actor, view.pk, version)
    stored.deleted_at = timezone.now()
    stored.touch(actor)
    stored.save(update_fields=["deleted_at", "version", "updated_at", "updated_by"])
    publish(ViewDeleted(view_id=stored.pk, resource=stored.resource), by=actor)


@transaction.atomic
def restore_view(*, actor: Any, view_id: int) -> SavedView:
    """Bring a deleted view back, for whoever deleted it and its owner. Raises Missing, or Invalid under "name" when
    another view has its name by now."""
    rows = SavedView.objects.select_for_update().exclude(deleted_at=None)
    stored = rows.filter(pk=view_id).first()
    if stored is None or actor.pk not in (stored.owner_id, stored.updated_by_id):
        raise Missing()
    if not policies.may_read(actor, stored.resource):
        raise Missing()
    stored.deleted_at = None
    stored.touch(actor)
    _store(stored)
    publish(ViewRestored(view_id=stored.pk, resource=stored.resource), by=actor)
    return stored


def purge_views(*, now: dt.datetime) -> int:
    """Remove for good what was deleted long enough ago, and what lists opened with it; how many."""
    old = SavedView.objects.filter(deleted_at__lt=now - dt.timedelta(days=settings.VIEWS_TRASH_DAYS))
    removed = 0
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        old.filter(pk__in=ids).delete()
        removed += len(ids)
    return removed


# ── which view a list opens with ──


@transaction.atomic
def set_default_view(*, actor: Any, resource: str, view: SavedView | None, role: Role | None) -> None:
    """Open a list with a view for a role, or for everybody (no role); no view: with all records again.

    Only for those who may do everything. Raises Denied, Missing, or Refused for a view that only its owner sees.
    """
    require_admin(actor)
    if view is not None and queries.find(actor, view.pk).is_private:
        raise Refused(_("Only you see this view. Share it first."))
    rows = DefaultView.objects.select_for_update().filter(resource=resource, role=role)
    before = rows.values_list("view_id", flat=True).first()
    if before == (view.pk if view else None):
        return
    if view is None:
        rows.delete()
    else:  # two may come at once: the later one is what stands
        DefaultView.objects.update_or_create(resource=resource, role=role, defaults={"view": view})
    event = DefaultViewSet(resource=resource, role_id=role.pk if role else None, view_id=view.pk if view else None)
    publish(event, by=actor)


def set_own_default(*, actor: Any, resource: str, view: SavedView | None) -> None:
    """Open a list with a view for the actor alone; no view: with all records, whatever others are given.

    A habit and no event, as are the next two.
    """
    _remember(actor, resource, default=queries.ALL if view is None else view.pk)


def pin_view(*, actor: Any, view: SavedView, is_pinned: bool) -> None:
    """Show a view among the actor's tabs, or only in the menu behind them."""
    with identity.holding_preferences(actor):
        hidden = [view_id for view_id in queries.habits(actor, view.resource)["hidden"] if view_id != view.pk]
        _remember(actor, view.resource, hidden=hidden if is_pinned else [*hidden, view.pk])


def move_view(*, actor: Any, view: SavedView, by: int) -> None:
    """Move a view among the actor's tabs: to the front (negative) or to the back, past its neighbour."""
    habits = queries.habits(actor, view.resource)
    order = [found.pk for found in queries.views_of(actor, view.resource)]
    shown = [view_id for view_id in order if view_id not in habits["hidden"] or view_id == view.pk]
    at = shown.index(view.pk)
    to = min(max(at + by, 0), len(shown) - 1)
    shown.insert(to, shown.pop(at))
    _remember(actor, view.resource, order=[*shown, *(view_id for view_id in order if view_id not in shown)])


def _remember(actor: Any, resource: str, **habits: Any) -> None:
    with identity.holding_preferences(actor):
        kept = actor.preferences.get(queries.HABITS)
        kept = kept if isinstance(kept, dict) else {}
        found = queries.habits(actor, resource) | habits
        identity.set_preference(actor=actor, name=queries.HABITS, value={**kept, resource: found})


# ── parts ──


def _locked(actor: Any, view_id: int, version: int | None) -> SavedView:
    stored = queries.visible(actor).select_for_update(of=("self",)).filter(pk=view_id).first()
    if stored is None:
        raise Missing()
    if not policies.may_change(actor, stored):
        raise Denied()
    if version is not None and version != stored.version:
        raise Stale(stored, _("Somebody else changed this view in the meantime."))
    return stored


def _write(view: SavedView, found: Mapping[str, Any]) -> None:
    for name, value in found.items():
        setattr(view, name, value)
    if view.audience != Audience.TEAM:
        view.team = None


def _plain(view: SavedView, name: str) -> Any:
    return view.team_id if name == "team" else getattr(view, name)


def _check_audience(actor: Any, view: SavedView) -> None:
    if view.audience == Audience.TEAM and view.team_id is None:
        raise Invalid({"team": [_("Choose the team that shall see it.")]})
    if not policies.may_share(actor, view.resource, view.audience, view.team_id):
        raise Denied(_("You may not share views of this list with these people."))


def _shared(view: SavedView) -> ViewShared:
    return ViewShared(view_id=view.pk, resource=view.resource, audience=view.audience, team_id=view.team_id)


def _store(view: SavedView) -> None:
    """Write all of it. The database itself refuses a second view of one name, also when two are saved at once."""
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        same = SavedView.objects.live().filter(owner_id=view.owner_id, resource=view.resource, name=view.name)
        if not same.exclude(pk=view.pk).exists():
            raise
        raise Invalid({"name": [_("There is a view of this name already.")]}) from error


@transaction.atomic
def forget_kind(resource: str) -> None:
    """Delete the views of a kind of record that is gone for good, with what they were the default of."""
    SavedView.objects.filter(resource=resource).delete()
