"""Notifications as their person may see them now: what they may no longer see of a record, they are not told either."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.notifications import kinds
from kizuna.base.notifications.models import Browser, Notification, NotificationQuerySet
from kizuna.base.resources import registry
from kizuna.base.resources.titles import titles_of
from kizuna.base.types.names import not_of_somebody

PAGE_SIZE = 30
MOST_COUNTED = 9


@dataclass(frozen=True)
class Line:
    """A notification in words. The sentence is cut at the name of who did it, which may stand out."""

    notification: Notification
    before: str
    who: str
    after: str
    excerpt: str
    title: str
    url: str
    icon: str

    @property
    def text(self) -> str:
        return f"{self.before}{self.who}{self.after}"


def visible(actor: Any) -> NotificationQuerySet:
    """Those of the actor's notifications whose record they may see at this moment, in Kizuna or by mail."""
    mine = Notification.objects.of(actor.pk)
    known = mine.filter(kind__in=[kind.code for kind in kinds.all_kinds()])
    permissions = policy.permissions_of(actor)
    ways = [
        Q(resource=resource.key) & Q(Exists(resource.visible_to(actor).filter(pk=OuterRef("record_id"))))
        for resource in registry.all_resources()
        if resource.has_trash and permissions.can(resource.key, "read")
    ]
    return known.filter(reduce(or_, ways)) if ways and actor.is_active else mine.none()


def newest(actor: Any, *, before: int | None = None, size: int = PAGE_SIZE) -> tuple[list[Line], int | None]:
    """The newest lines for the screen, or those older than the notification `before`; and where to go on."""
    rows = visible(actor).shown().order_by("-id")
    found = list((rows.filter(pk__lt=before) if before else rows)[: size + 1])
    page = found[:size]
    return lines(actor, page), page[-1].pk if len(found) > size else None


def count_unread(actor: Any) -> int:
    """How many lines are new, counted to one beyond MOST_COUNTED."""
    return visible(actor).shown().unread()[: MOST_COUNTED + 1].count()


def browsers_of(user_id: int) -> list[Browser]:
    """The browsers in which a person's notifications are shown, the newest first."""
    return list(Browser.objects.filter(user_id=user_id).order_by("-pk"))


def digest_of(endpoint: str) -> str:
    """By which a browser is found, and finds itself on a page, without its address being shown."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def lines(actor: Any, notifications: Sequence[Notification]) -> list[Line]:
    """In the actor's words; a query for names, one per kind of record and one per kind of part."""
    titles = _titles(actor, notifications)
    people = User.objects.in_bulk({one.actor_id for one in notifications if one.actor_id})
    excerpts = _excerpts(notifications)
    found = []
    for one in notifications:
        kind = kinds.named(one.kind)
        title = titles.get((one.resource, one.record_id))
        excerpt = excerpts.get((one.kind, one.part_id or 0), "")
        if kind is None or title is None or (kind.needs_part and not excerpt):
            continue
        person = people.get(one.actor_id or 0)
        found.append(_line(one, kind, title, person.name if person else SYSTEM.name, excerpt))
    return found


def _line(one: Notification, kind: kinds.Kind, title: str, who: str, excerpt: str) -> Line:
    words = {"title": title, "who": "\0"}
    if one.others:
        words["title"] = _("%(title)s and %(count)d more") % {"title": title, "count": one.others}
    before, _who, after = (str(kind.phrase) % words).partition("\0")
    if who == SYSTEM.name:
        after = not_of_somebody(after)
    if one.times > 1:
        after += " " + _("(%(count)d times)") % {"count": one.times}
    named = who if _who else ""
    url = registry.get(one.resource).record_url(one.record_id)
    return Line(one, before, named, after, excerpt, title, url, kind.icon)


def _titles(actor: Any, notifications: Sequence[Notification]) -> dict[tuple[str, int], str]:
    """Titles of the records that the actor may see, by kind and id."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in notifications:
        wanted[one.resource].add(one.record_id)
    found: dict[tuple[str, int], str] = {}
    for key, ids in wanted.items():
        resource = registry.get(key)
        titles = titles_of(resource, actor, resource.visible_to(actor).filter(pk__in=ids))
        found |= {(key, pk): title for pk, title in titles.items()}
    return found


def _excerpts(notifications: Sequence[Notification]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in notifications:
        if one.part_id:
            wanted[one.kind].add(one.part_id)
    found: dict[tuple[str, int], str] = {}
    for code, ids in wanted.items():
        kind = kinds.named(code)
        if kind:
            found |= {(code, pk): words for pk, words in kind.excerpts(ids).items()}
    return found
