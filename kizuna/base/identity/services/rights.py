"""What a user may do, and whether they may come in at all."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Change, Subject, publish
from kizuna.base.events.event import Event
from kizuna.base.identity import policies
from kizuna.base.identity.events import AdminChanged, RolesChanged, UserDeactivated, UserReactivated
from kizuna.base.identity.models import Role, Token, User
from kizuna.base.types.errors import Refused, fill

_ADMINS = Q(is_admin=True, is_active=True)


@transaction.atomic
def set_roles(*, actor: Any, user: User, roles: Iterable[Role]) -> None:
    """Give the user exactly these roles. Raises Denied unless the actor may do everything."""
    policies.require_admin(actor)
    stored = _lock(user)
    before = set(stored.roles.values_list("pk", flat=True))
    after = {role.pk for role in roles}
    if before == after:
        return
    stored.roles.set(after)
    event = RolesChanged(user_id=user.pk, added=tuple(sorted(after - before)), removed=tuple(sorted(before - after)))
    _publish(actor, event, user, roles=Change(sorted(before), sorted(after)))


@transaction.atomic
def set_admin(*, actor: Any, user: User, is_admin: bool) -> None:
    """Let the user do everything, or no longer. Raises Denied, or Refused when nobody would be left who may."""
    policies.require_admin(actor)
    stored = _lock(user) if is_admin else _lock_with_admins(user)
    if stored.is_admin == is_admin:
        return
    if not is_admin:
        _require_another_admin(stored)
    user.is_admin = stored.is_admin = is_admin
    stored.save(update_fields=["is_admin"])
    _publish(actor, AdminChanged(user_id=user.pk, is_admin=is_admin), user, is_admin=Change(not is_admin, is_admin))


@transaction.atomic
def deactivate_user(*, actor: Any, user: User) -> None:
    """Close the door: the user cannot sign in, every session ends, every token is revoked. Their records stay theirs.

    Raises Denied unless the actor may do everything, Refused for oneself and for the last one who may do everything.
    """
    policies.require_admin(actor)
    if actor.pk == user.pk:
        raise Refused(_("You cannot deactivate yourself. Ask another administrator."))
    stored = _lock_with_admins(user)
    if not stored.is_active:
        return
    _require_another_admin(stored)
    tokens = Token.objects.filter(user=stored, revoked_at=None)
    token_ids = tuple(tokens.order_by("pk").values_list("pk", flat=True))
    tokens.update(revoked_at=timezone.now())
    stored.is_active = False
    stored.end_sessions()
    stored.save(update_fields=["is_active", "session_epoch"])
    user.is_active, user.session_epoch = False, stored.session_epoch
    _publish(actor, UserDeactivated(user_id=user.pk, token_ids=token_ids), user, is_active=Change(True, False))


@transaction.atomic
def reactivate_user(*, actor: Any, user: User) -> None:
    """Open the door again. Old sessions and tokens stay closed. Raises Denied unless the actor may do everything."""
    policies.require_admin(actor)
    stored = _lock(user)
    if stored.is_active:
        return
    user.is_active = stored.is_active = True
    stored.save(update_fields=["is_active"])
    _publish(actor, UserReactivated(user_id=user.pk), user, is_active=Change(False, True))


def _lock(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _lock_with_admins(user: User) -> User:
    """The user, with all who may do everything: two who deactivate each other wait for each other, as all of them are
    locked at once and in one order, and do not both succeed."""
    rows = User.objects.select_for_update().filter(Q(pk=user.pk) | _ADMINS).order_by("pk")
    return next(row for row in rows if row.pk == user.pk)


def _require_another_admin(user: User) -> None:
    """Raise Refused for the last one who may do everything; the admins are locked."""
    if user.is_admin and not User.objects.filter(_ADMINS).exclude(pk=user.pk).exists():
        raise Refused(fill(_("%(name)s is the last one who may do everything."), {"name": user}))


def _publish(actor: Any, event: Event, user: User, **changes: Change) -> None:
    publish(event, subjects=[Subject(resource="user", record_id=user.pk, changes=changes)], by=actor)
