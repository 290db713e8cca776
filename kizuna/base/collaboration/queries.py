"""Comments, followers and the people to mention, as one person may see them: through the record, or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kizuna.base.access import audience
from kizuna.base.collaboration.models import Comment, CommentQuerySet, Follow
from kizuna.base.identity.models import User
from kizuna.base.resources import editions
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing
from kizuna.base.types.ready import Given, Ready
from kizuna.base.types.refs import RecordRef

CHUNK = 500
LOOKED_AT, OFFERED = 60, 8
"""How many people of a name are asked whether they may see the record, and are offered, in one list of suggestions."""


def check_readable(actor: Any, resource: Resource, record_id: int) -> None:
    """Raise Missing for a record that the actor cannot see, that lies in the trash, or that has no comments."""
    if not resource.has_trash or not resource.visible_to(actor).filter(pk=record_id).exists():
        raise Missing()


def comments_of(actor: Any, resource: Resource, record_id: int) -> CommentQuerySet:
    """The comments on a record, newest first. Raises Missing when the record is not there for the actor."""
    check_readable(actor, resource, record_id)
    return comments_on(resource, record_id)


def comments_on(resource: Resource, record_id: int) -> CommentQuerySet:
    """The same, for who has found the record already."""
    rows = Comment.objects.live().of(RecordRef(resource.key, record_id))
    return _as_written(rows).order_by("-created_at", "-id")


def written(ids: Sequence[int]) -> CommentQuerySet:
    """Comments with these ids, for who has found them already."""
    return _as_written(Comment.objects.filter(pk__in=ids))


def _as_written(rows: CommentQuerySet) -> CommentQuerySet:
    """With who wrote them and whom they name."""
    return rows.select_related("author").prefetch_related("mentions")


def find(actor: Any, resource: Resource, record_id: int, comment_id: int, *, in_trash: bool = False) -> Comment:
    """One comment on a record. Raises Missing."""
    check_readable(actor, resource, record_id)
    rows = Comment.objects.of(RecordRef(resource.key, record_id)).filter(deleted_at__isnull=not in_trash)
    found = rows.select_related("author").filter(pk=comment_id).first()
    if found is None:
        raise Missing()
    return found


def may_change(actor: Any, comment: Comment) -> bool:
    """Only who wrote it, and administrators."""
    return bool(actor.is_active and (actor.pk == comment.author_id or actor.is_admin))


def people_to_mention(resource: Resource, record_id: int, typed: str) -> list[User]:
    """People whose name or address has the typed words in it and who may see the record. Never all of them."""
    people = User.objects.filter(is_active=True).select_related("team")
    for word in typed.split()[:5]:
        people = people.filter(Q(name__icontains=word) | Q(email__istartswith=word))
    return audience.who_sees(list(people.order_by("name", "id")[:LOOKED_AT]), resource.model, record_id)[:OFFERED]


def seers(resource: Resource, record_id: int, ids: Sequence[int]) -> list[User]:
    """Of the people with these ids, the active ones who may see the record."""
    people = User.objects.filter(pk__in=ids, is_active=True).select_related("team").order_by("pk")
    return audience.who_sees(list(people), resource.model, record_id)


def followers(resource: Resource, ids: Sequence[int]) -> Mapping[int, list[int]]:
    """Which of the records each person follows: by their own choice, or as owner or creator who did not say no.

    A fixed number of queries for every 500 records. Whether they may still see them is not asked here.
    """
    found: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        said = Follow.objects.filter(resource=resource.key, record_id__in=some)
        choices = {
            (user, record): is_on for user, record, is_on in said.values_list("user", "record_id", "is_following")
        }
        rows = resource.model._default_manager.filter(pk__in=some).values_list("pk", "owner_id", "created_by_id")
        for record, *near in rows:
            for user in near:
                if user is not None:
                    choices.setdefault((user, record), True)
        for (user, record), is_on in choices.items():
            if is_on:
                found[user].append(record)
    return found


def is_followed(resource: Resource, record_id: int, *, beside: int | None) -> bool:
    """Whether anybody may follow the record beside this person. One query, whose words are ready."""
    kept = editions.current().keep(("is_followed", resource.key), lambda: Ready(lambda: _followed(resource)))
    return bool(kept.ask(record=record_id, user=beside or 0))


def _followed(resource: Resource) -> QuerySet[Any]:
    """The `record`, if it is somebody's other than `user`, or followed by them."""
    other = [Q(**{f"{near}__isnull": False}) & ~Q(**{near: Given("user")}) for near in ("owner_id", "created_by_id")]
    said = Follow.objects.filter(resource=resource.key, record_id=OuterRef("pk"), is_following=True)
    followed = Exists(said.exclude(user_id=Given("user")))
    rows = resource.model._default_manager.filter(pk=Given("record")).order_by()
    return rows.filter(other[0] | other[1] | followed).values_list("pk")


def following(actor: Any, resource: Resource, record: Any) -> tuple[bool, int]:
    """Whether the actor follows the record, and how many people do. One query."""
    said = dict(Follow.objects.filter(resource=resource.key, record_id=record.pk).values_list("user", "is_following"))
    for user in (record.owner_id, record.created_by_id):
        if user is not None:
            said.setdefault(user, True)
    return bool(said.get(actor.pk)), sum(said.values())
