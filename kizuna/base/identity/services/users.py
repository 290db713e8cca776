"""People come in, and change what is theirs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Change, Subject, publish
from kizuna.base.identity import policies
from kizuna.base.identity.events import ProfileChanged, UserCreated
from kizuna.base.identity.models import Role, Team, User
from kizuna.base.identity.services import passwords
from kizuna.base.types import text
from kizuna.base.types.errors import Invalid

PERSONAL = ("name", "language", "time_zone", "theme", "name_order")
OFFICIAL = ("email", "team")
LONGEST_PREFERENCE = 20_000


@transaction.atomic
def create_user(
    *,
    actor: Any,
    email: str,
    name: str,
    password: str | None = None,
    language: str = "en",
    time_zone: str = "UTC",
    team: Team | None = None,
    roles: Iterable[Role] = (),
    is_admin: bool = False,
) -> User:
    """Let somebody work with Kizuna. Without a password they choose one through "Forgotten your password?".

    Raises Denied unless the actor may do everything, Invalid for fields that do not fit (an address in use, a weak
    password).
    """
    policies.require_admin(actor)
    user = User(email=email, name=text.clean(name), language=language, time_zone=time_zone, team=team)
    user.is_admin = is_admin
    user.clean()
    policies.require_valid(user, "email", *PERSONAL)
    if password is None:
        user.set_unusable_password()
    else:
        passwords.require_strong(password, user, field="password")
        user.set_password(password)
    user.save(force_insert=True)
    user.roles.set(roles)
    publish(UserCreated(user_id=user.pk), subjects=[Subject(resource="user", record_id=user.pk)], by=actor)
    return user


@transaction.atomic
def update_profile(*, actor: Any, user: User, changes: Mapping[str, Any]) -> User:
    """Change name, language, time zone, appearance and order of names; e-mail address and team only by an admin.

    Returns the user as stored. Raises Denied, or Invalid for unknown fields and values that do not fit.
    """
    policies.require_self_or_admin(actor, user.pk)
    unknown = set(changes) - {*PERSONAL, *OFFICIAL}
    if unknown:
        raise Invalid({name: _("There is no such field.") for name in sorted(unknown)})
    if not set(changes).isdisjoint(OFFICIAL):
        policies.require_admin(actor)
    stored = User.objects.select_for_update().get(pk=user.pk)
    before = {name: _plain(stored, name) for name in changes}
    for name, value in changes.items():
        setattr(stored, name, text.clean(value) if name == "name" else value)
    stored.clean()
    policies.require_valid(stored, *changes)
    changed = {
        name: Change(before[name], _plain(stored, name)) for name in changes if before[name] != _plain(stored, name)
    }
    if changed:
        stored.save(update_fields=list(changed))
        publish(
            ProfileChanged(user_id=stored.pk, fields=tuple(changed)),
            subjects=[Subject(resource="user", record_id=stored.pk, changes=changed)],
            by=actor,
        )
    return stored


def _plain(user: User, name: str) -> Any:
    return user.team_id if name == "team" else getattr(user, name)


@contextmanager
def holding_preferences(actor: User) -> Iterator[None]:
    """Inside the block the actor's preferences are those of now, and nobody else changes them: for a habit that is made
    of what it was, such as one more favourite, of which two may come at once."""
    with transaction.atomic():
        actor.preferences = User.objects.select_for_update().only("preferences").get(pk=actor.pk).preferences
        yield


def set_preference(*, actor: User, name: str, value: Any) -> None:
    """Remember a habit of the actor, such as the columns of a list; None forgets it. Not an event: nobody else cares.

    `value` is anything JSON can hold, up to 20,000 characters. Raises Invalid when it is longer.
    """
    if len(json.dumps(value)) > LONGEST_PREFERENCE:
        raise Invalid({name: _("This is too much to remember.")})
    with holding_preferences(actor):
        actor.preferences = {**actor.preferences, name: value}
        if value is None:
            del actor.preferences[name]
        User.objects.filter(pk=actor.pk).update(preferences=actor.preferences)
