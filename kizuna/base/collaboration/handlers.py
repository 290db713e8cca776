"""Who is told of what, after commit. Each may run twice: what was told is not told again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kizuna.base.collaboration import kinds, queries
from kizuna.base.collaboration.events import CommentAdded, CommentEdited, RecordHandedOver, RecordsHandedOver
from kizuna.base.collaboration.services.following import forget_kind
from kizuna.base.events import EventRow, Subject, current_origin, instigators, on
from kizuna.base.notifications.services import News, tell
from kizuna.base.records.custom import objects
from kizuna.base.records.events import RecordsCreated, RecordsUpdated
from kizuna.base.resources import registry

CHUNK = 500

objects.when_purged(forget_kind)


@on(CommentAdded, later=True)
def tell_of_comment(event: CommentAdded) -> None:
    """Those who are mentioned, then everybody else who follows the record. A message to a new owner reaches them
    with the record itself."""
    told = _tell_mentioned(event)
    handed = _handed_with(event)
    resource = registry.find(event.resource)
    people = queries.followers(resource, [event.record_id]) if resource else {}
    others = {user: ids for user, ids in people.items() if user not in told and user != handed}
    tell(News(kind=kinds.COMMENTED, part_id=event.comment_id, **_facts(event)), others)


@on(CommentEdited, later=True)
def tell_of_new_mentions(event: CommentEdited) -> None:
    _tell_mentioned(event)


@on(RecordHandedOver, later=True)
def tell_new_owner(event: RecordHandedOver) -> None:
    news = News(kind=kinds.ASSIGNED, part_id=event.comment_id, in_bulk=True, **_facts(event))
    tell(news, {event.owner_id: [event.record_id]})


@on(RecordsHandedOver, later=True)
def tell_new_owner_of_many(event: RecordsHandedOver) -> None:
    said = event.comment_ids[0] if event.comment_ids else None
    tell(News(kind=kinds.ASSIGNED, part_id=said, in_bulk=True, **_facts(event)), {event.owner_id: event.ids})


def _are_for_others(event: RecordsCreated) -> bool:
    """Whether any of them is somebody's who did not make it: most people make their own."""
    maker = current_origin().actor_id
    return any(owner != maker for owner in event.owner_ids)


@on(RecordsCreated, later=True, when=_are_for_others)
def tell_first_owners(event: RecordsCreated) -> None:
    """People for whom somebody else made records; an import of many is one line."""
    resource = registry.find(event.resource)
    if resource is None or not resource.has_trash or _is_set_up(event):
        return
    owned: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(event.ids), CHUNK):
        rows = resource.model._default_manager.filter(pk__in=event.ids[start : start + CHUNK], owner_id__isnull=False)
        for record, owner in rows.order_by("pk").values_list("pk", "owner_id"):
            owned[owner].append(record)
    tell(News(kind=kinds.ASSIGNED, in_bulk=True, **_facts(event)), owned)


def _concerns_others(event: RecordsUpdated) -> bool:
    """Whether it is news for anybody: most people change what is theirs alone."""
    resource = registry.find(event.resource)
    if resource is None or not resource.has_trash:
        return False
    if "owner" in event.fields or len(event.ids) > 1:
        return True
    return queries.is_followed(resource, event.ids[0], beside=current_origin().actor_id)


@on(RecordsUpdated, later=True, when=_concerns_others)
def tell_of_changes(event: RecordsUpdated) -> None:
    """New owners of their records, and followers of what changed beside that."""
    resource = registry.find(event.resource)
    if resource is None or not resource.has_trash or _is_set_up(event):
        return
    given = _given(event) if "owner" in event.fields else {}
    if given and not _was_handed_over(event):
        tell(News(kind=kinds.ASSIGNED, in_bulk=True, **_facts(event)), given)
    people = queries.followers(resource, event.ids)
    changed = {user: _without(ids, given.get(user, [])) for user, ids in people.items()}
    news = News(kind=kinds.CHANGED, fields=event.fields, joins=True, in_bulk=len(event.ids) > 1, **_facts(event))
    tell(news, {user: ids for user, ids in changed.items() if ids})


def _is_set_up(event: RecordsCreated | RecordsUpdated) -> bool:
    """Whether nobody did it, such as when the sample company is loaded: that is no news for anyone."""
    return EventRow.objects.filter(pk=event.event_id or 0, actor_id=None, via__in=("system", "command")).exists()


def _facts(event: Any) -> dict[str, Any]:
    """What every line says of its event. What Kizuna does because of a deed is news of whoever did that: nobody hears
    from Kizuna of what they began themselves."""
    return {
        "key": f"event:{event.event_id}",
        "resource": event.resource,
        "event_id": event.event_id,
        "actor_id": instigators([event.event_id])[event.event_id],
    }


def _tell_mentioned(event: CommentAdded | CommentEdited) -> set[int]:
    news = News(kind=kinds.MENTIONED, part_id=event.comment_id, **_facts(event))
    tell(news, {user: [event.record_id] for user in event.mentioned})
    return set(event.mentioned)


def _handed_with(event: CommentAdded) -> int | None:
    """The new owner to whom this comment was the message; the hand-over was written right after it."""
    later = EventRow.objects.filter(name=RecordHandedOver.event_name, pk__gt=event.event_id or 0)
    found = later.filter(data__comment_id=event.comment_id).first()
    return found.data["owner_id"] if found else None


def _given(event: RecordsUpdated) -> dict[int, list[int]]:
    """New owners and their records, from what the log keeps of the change."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Subject.objects.filter(event_id=event.event_id).order_by("pk").values_list("record_id", "changes")
    for record, changes in rows.iterator(chunk_size=2000):
        after = (changes or {}).get("owner", (None, None))[1]
        if isinstance(after, int):
            found[after].append(record)
    return found


def _was_handed_over(event: RecordsUpdated) -> bool:
    given = (RecordHandedOver.event_name, RecordsHandedOver.event_name)
    return EventRow.objects.filter(
        pk=event.event_id or 0, cause_id__in=EventRow.objects.filter(name__in=given).values("pk")
    ).exists()


def _without(ids: Sequence[int], gone: Sequence[int]) -> list[int]:
    left_out = set(gone)
    return [pk for pk in ids if pk not in left_out]
