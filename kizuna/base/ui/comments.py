"""Comments as a record's page shows them: entries of its timeline, with links and names that stand out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kizuna.base.collaboration import queries
from kizuna.base.collaboration.models import Comment
from kizuna.base.records.models import Record
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.ui import changes, controls
from kizuna.base.ui.timeline_asked import Asked

KEY = "comment"
ICON = "message"
_LINK = re.compile(r"https?://[^\s<>\"'）」』】]+", re.IGNORECASE)
_LAST = ".,;:!?)]、。"

Item = dict[str, Any]


def asked_for(reader: Reader, resource: Resource, record: Record, asked: Asked) -> QuerySet[Comment]:
    """The comments that were asked for, for the timeline."""
    rows = queries.comments_on(resource, record.pk).filter(asked.period("created_at", reader))
    if asked.words:
        rows = rows.filter(text__icontains=asked.words)
    if asked.who:
        rows = rows.filter(author_id=asked.who)
    return rows.filter(asked.place.before("created_at", KEY)) if asked.place else rows


def said(reader: Reader, resource: Resource, ids: Sequence[int]) -> Iterator[tuple[tuple[dt.datetime, str, int], Item]]:
    """Comments with these ids as entries of the timeline: two queries."""
    for one in queries.written(ids):
        yield (one.created_at, KEY, one.pk), _entry(reader, resource, one)


def _entry(reader: Reader, resource: Resource, comment: Comment) -> Item:
    url = f"{comments_url(resource, comment.record_id)}/{comment.pk}"
    may_change = queries.may_change(reader.actor, comment)
    return {
        "id": f"{KEY}-{comment.pk}",
        "weight": "said",
        "icon": ICON,
        "tone": "accent",
        "say": partial(changes.sentence, _("%(who)s commented")),
        "pieces": list(pieces(comment.text, [one.words for one in comment.mentions.all()])),
        "actor_id": comment.author_id,
        "badge": {"text": _("Edited"), "tone": ""} if comment.edited_at else None,
        "edit_url": f"{url}/edit" if may_change else "",
        "delete_url": f"{url}/delete" if may_change else "",
        "time": reader.clock(comment.created_at),
        "iso": comment.created_at.isoformat(),
    }


def pieces(text: str, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """The text cut into {text, url} for web addresses, {text, mention} for people, {text} for the rest."""
    mentions = "|".join(re.escape(f"@{name}") for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(f"{_LINK.pattern}|{mentions}" if mentions else _LINK.pattern, re.IGNORECASE)
    last = 0
    for match in pattern.finditer(text):
        found = match[0] if match[0].startswith("@") else match[0].rstrip(_LAST)
        if match.start() > last:
            yield {"text": text[last : match.start()]}
        yield {"text": found, "mention": "1"} if found.startswith("@") else {"text": found, "url": found}
        last = match.start() + len(found)
    if last < len(text):
        yield {"text": text[last:]}


def comments_url(resource: Resource, record_id: int) -> str:
    return f"{resource.record_url(record_id)}/comments"


def people_url(resource: Resource, record_id: int) -> str:
    """Whom an @ may mention in a comment on this record."""
    return f"{resource.record_url(record_id)}/people"


def composer(resource: Resource, record: Record, *, text: str = "", errors: Sequence[str] = ()) -> Item:
    """What `ui/parts/composer.html` needs to write a comment, beside the kinds of entry."""
    return {
        "action": comments_url(resource, record.pk),
        "name": "text",
        "placeholder": _("Write a comment; @ mentions somebody"),
        "submit_label": _("Add comment"),
        "value": text,
        "errors": list(errors),
        "fields": [],
        "once": controls.once(),
        "people_url": people_url(resource, record.pk),
        "key": f"{resource.key}:{record.pk}:{KEY}",
    }


def tab(resource: Resource, record_id: int, *, is_current: bool) -> Item:
    url = f"{resource.record_url(record_id)}/compose/{KEY}"
    return {"label": _("Comment"), "icon": ICON, "url": url, "current": is_current}


def follow(actor: Any, resource: Resource, record: Record) -> Item | None:
    """What `ui/parts/follow.html` needs; None for what cannot be followed."""
    if not resource.has_trash or record.is_deleted:
        return None
    is_on, count = queries.following(actor, resource, record)
    return {"on": is_on, "count": count, "url": f"{resource.record_url(record.pk)}/follow"}
