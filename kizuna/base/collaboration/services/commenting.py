"""Comments: written by whoever sees the record, changed by who wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.collaboration import queries
from kizuna.base.collaboration.events import CommentAdded, CommentDeleted, CommentEdited, CommentRestored
from kizuna.base.collaboration.models import LONGEST, Comment, Mention
from kizuna.base.collaboration.services.following import begin, begin_each
from kizuna.base.events import Event, Touched, publish
from kizuna.base.identity.models import User
from kizuna.base.records import bulk
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.types import text as texts
from kizuna.base.types.errors import Denied, Invalid, Missing, Stale, fill

MOST_MENTIONS = 50


def comment(*, actor: Any, record: Record, text: str, mentions: Sequence[int] = (), once: str = "") -> Comment:
    """Write a comment on a record that the actor sees. `mentions` are ids of people whom the text names after an @.

    Who may not see the record is not mentioned; the same `once` token twice makes one comment. Raises Missing, or
    Invalid under "text".
    """
    queries.check_readable(actor, registry.of(record), record.pk)
    token = once[:100]
    if earlier := _sent(actor, token):
        return earlier
    try:
        return _write(actor, record, text, mentions, token)
    except IntegrityError:  # the same at the same moment
        if earlier := _sent(actor, token):
            return earlier
        raise


def _sent(actor: Any, token: str) -> Comment | None:
    return Comment.objects.filter(author_id=actor.pk, token=token).first() if token else None


@transaction.atomic
def _write(actor: Any, record: Record, text: str, mentions: Sequence[int], token: str) -> Comment:
    found = Comment(resource=registry.of(record).key, record_id=record.pk, author_id=actor.pk, token=token)
    found.text = _understood(text)
    found.save(force_insert=True)
    named = _mention(found, mentions)
    begin(found.ref, [actor.pk, *(person.pk for person in named)])
    _tell(actor, found, CommentAdded, mentioned=tuple(person.pk for person in named))
    return found


@transaction.atomic
def comment_on_each(*, actor: Any, resource: Resource, ids: Sequence[int], text: str) -> list[int]:
    """Write the same comment on many records that the actor has been found to see; the ids of the comments.

    Whoever calls tells what happened to all of them in one event. Raises Invalid under "text".
    """
    words = _understood(text)
    said = [Comment(resource=resource.key, record_id=pk, author_id=actor.pk, text=words) for pk in ids]
    bulk.insert(Comment, said)
    begin_each(resource.key, ids, actor.pk)
    return [one.pk for one in said]


@transaction.atomic
def edit(
    *, actor: Any, comment: Comment, text: str, mentions: Sequence[int] = (), version: int | None = None
) -> Comment:
    """Change what a comment says; who is newly mentioned hears of it. Raises Missing, Denied, Stale, Invalid."""
    current = _own(actor, comment, version)
    words = _understood(text)
    if words == current.text:
        return current
    before = set(current.mentions.values_list("user_id", flat=True))
    current.text, current.edited_at = words, timezone.now()
    current.version += 1
    current.save(update_fields=["text", "edited_at", "version"])
    current.mentions.all().delete()
    named = _mention(current, [*before, *mentions])
    fresh = tuple(person.pk for person in named if person.pk not in before)
    begin(current.ref, fresh)
    _tell(actor, current, CommentEdited, mentioned=fresh)
    return current


@transaction.atomic
def delete(*, actor: Any, comment: Comment, version: int | None = None) -> None:
    """To the trash. Raises Missing, Denied, Stale."""
    current = _own(actor, comment, version)
    current.deleted_at = timezone.now()
    current.save(update_fields=["deleted_at"])
    _tell(actor, current, CommentDeleted)


@transaction.atomic
def restore(*, actor: Any, comment: Comment) -> Comment:
    """Back from the trash; one that is not in it stays as it is. Raises Missing, Denied."""
    current = _own(actor, comment, None, is_deleted=None)
    if current.deleted_at is not None:
        current.deleted_at = None
        current.save(update_fields=["deleted_at"])
        _tell(actor, current, CommentRestored)
    return current


def _own(actor: Any, comment: Comment, version: int | None, *, is_deleted: bool | None = False) -> Comment:
    """The comment, locked, if the actor sees its record and may change it."""
    queries.check_readable(actor, registry.get(comment.resource), comment.record_id)
    rows = Comment.objects.select_for_update()
    current = (rows if is_deleted is None else rows.live()).filter(pk=comment.pk).first()
    if current is None:
        raise Missing()
    if not queries.may_change(actor, current):
        raise Denied()
    if version is not None and version != current.version:
        raise Stale(current)
    return current


def _understood(text: str) -> str:
    words = texts.clean_long(text)
    if not words.strip():
        raise Invalid({"text": [_("Write something.")]})
    if len(words) > LONGEST:
        raise Invalid({"text": [fill(_("At most %(limit)d characters."), {"limit": LONGEST})]})
    return words


def _mention(comment: Comment, ids: Sequence[int]) -> list[User]:
    """Keep those whom the text names and who may see the record."""
    wanted = list(dict.fromkeys(ids))[:MOST_MENTIONS]
    people = queries.seers(registry.get(comment.resource), comment.record_id, wanted) if wanted else []
    named = [person for person in people if f"@{person.name}" in comment.text]
    Mention.objects.bulk_create([Mention(comment=comment, user=person, words=person.name) for person in named])
    return named


def _tell(actor: Any, comment: Comment, kind: type[Event], **more: Any) -> None:
    event: Any = kind
    told = event(resource=comment.resource, record_id=comment.record_id, comment_id=comment.pk, **more)
    publish(told, subjects=[Touched(comment.resource, comment.record_id)], by=actor)
