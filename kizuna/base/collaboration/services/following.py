"""Following a record: being told what happens to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.collaboration.models import Comment, Follow
from kizuna.base.collaboration.queries import check_readable
from kizuna.base.notifications.models import Notification
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.types.refs import RecordRef


def follow(*, actor: Any, record: Record) -> None:
    """From now on the actor is told of this record. Raises Missing for one that they cannot see."""
    _say(actor, record, is_following=True)


def unfollow(*, actor: Any, record: Record) -> None:
    """The actor is told no more, whatever they do with the record; only `follow` changes that."""
    _say(actor, record, is_following=False)


@transaction.atomic
def _say(actor: Any, record: Record, *, is_following: bool) -> None:
    resource = registry.of(record)
    check_readable(actor, resource, record.pk)
    Follow.objects.update_or_create(
        resource=resource.key,
        record_id=record.pk,
        user_id=actor.pk,
        defaults={"is_following": is_following, "since": timezone.now()},
    )


def begin(ref: RecordRef, people: Iterable[int]) -> None:
    """Whoever has to do with a record follows it, unless they said that they do not want to."""
    rows = [Follow(resource=ref.resource, record_id=ref.id, user_id=pk) for pk in people]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


def begin_each(resource: str, ids: Iterable[int], person: int) -> None:
    """The same for one person and many records of a kind."""
    rows = [Follow(resource=resource, record_id=pk, user_id=person) for pk in ids]
    Follow.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


@transaction.atomic
def forget_kind(resource: str) -> None:
    """Delete what was said about records of a kind that is gone for good, who followed them and what they were told."""
    Notification.objects.filter(resource=resource).delete()
    Comment.objects.filter(resource=resource).delete()
    Follow.objects.filter(resource=resource).delete()
