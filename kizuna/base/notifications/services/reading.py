"""What people do with their notifications: read them, and say what they want to be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.events import Touched, publish
from kizuna.base.identity.models import User
from kizuna.base.identity.services import users
from kizuna.base.notifications import kinds, queries
from kizuna.base.notifications.events import NotificationsChanged
from kizuna.base.notifications.models import Mail, Notification
from kizuna.base.types.errors import Missing


def note(user_ids: Sequence[int]) -> None:
    """Tell the log, and through it the open pages of these people, that their bells changed."""
    if user_ids:
        subjects = [Touched("user", pk) for pk in user_ids]
        publish(NotificationsChanged(user_ids=tuple(user_ids)), subjects=subjects)


@transaction.atomic
def mark_read(*, actor: Any, notification_id: int) -> None:
    """Raises Missing for what the actor cannot see. Read twice, it keeps the first moment."""
    if not queries.visible(actor).filter(pk=notification_id).exists():
        raise Missing()
    if Notification.objects.of(actor.pk).unread().filter(pk=notification_id).update(read_at=timezone.now()):
        note([actor.pk])


@transaction.atomic
def mark_unread(*, actor: Any, notification_id: int | None = None, read_at: dt.datetime | None = None) -> None:
    """One again, or all that were read at one moment: what `mark_all_read` did, taken back."""
    rows = Notification.objects.of(actor.pk)
    rows = rows.filter(pk=notification_id) if notification_id else rows.filter(read_at=read_at)
    if rows.filter(read_at__isnull=False).update(read_at=None):
        note([actor.pk])


@transaction.atomic
def mark_all_read(*, actor: Any) -> dt.datetime:
    """Everything that the actor has; returns the moment, by which it can be taken back."""
    now = timezone.now()
    if Notification.objects.of(actor.pk).unread().update(read_at=now):
        note([actor.pk])
    return now


def prefer(
    *,
    actor: User,
    kind: kinds.Kind,
    in_product: bool | None = None,
    mail: Mail | None = None,
    push: bool | None = None,
) -> None:
    """What the actor wants to be told of one kind from now on; what is not given stays."""
    with users.holding_preferences(actor):
        now = kinds.preference(actor, kind)
        wanted = {
            "in_product": now.in_product if in_product is None else in_product,
            "mail": (mail or now.mail).value,
            "push": now.push if push is None else push,
        }
        every = {**actor.preferences.get("notifications", {}), kind.code: wanted}
        users.set_preference(actor=actor, name="notifications", value=every)
