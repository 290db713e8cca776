"""Pushes: to the browsers that a person let in, claimed before they are sent, and never sent twice."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kizuna.base.identity.models import User
from kizuna.base.notifications import kinds, queries, webpush
from kizuna.base.notifications.models import Browser, Notification, Push
from kizuna.base.notifications.queries import Line
from kizuna.base.types.errors import Invalid, Missing

logger = logging.getLogger("kizuna.notifications")

MOST_BROWSERS = 20
LONGEST_TITLE, LONGEST_BODY = 200, 300
GONE = (404, 410)


class Busy(Exception):
    """The push service wants it later."""


# ── browsers ──


@transaction.atomic
def add_browser(*, actor: Any, address: webpush.Address, name: str) -> Browser:
    """Show the actor's notifications in this browser from now on, and nobody else's. Raises Invalid."""
    if not settings.PUSH_SERVICES or not webpush.is_allowed(address.endpoint):
        raise Invalid({"": [_("The push service of this browser is not known here.")]})
    if len(address.endpoint) > Browser.LONGEST or not webpush.is_readable(address):
        raise Invalid({"": [_("This browser gave keys that cannot be used.")]})
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    digest = queries.digest_of(address.endpoint)
    Browser.objects.filter(digest=digest).delete()
    keys = {"endpoint": address.endpoint, "p256dh": address.p256dh, "auth": address.auth}
    added = Browser.objects.create(user_id=actor.pk, digest=digest, name=name[:80], **keys)
    oldest = Browser.objects.filter(user_id=actor.pk).order_by("-pk")[MOST_BROWSERS:]
    Browser.objects.filter(pk__in=list(oldest.values_list("pk", flat=True))).delete()
    return added


def remove_browser(*, actor: Any, browser_id: int) -> None:
    """Raises Missing for what is not the actor's."""
    removed, _by_model = Browser.objects.filter(user_id=actor.pk, pk=browser_id).delete()
    if not removed:
        raise Missing()


def remove_browsers(*, user_id: int) -> None:
    """None of this person's browsers shows anything any more, until they let them in again."""
    Browser.objects.filter(user_id=user_id).delete()


# ── pushes ──


def reachable(user_ids: Sequence[int]) -> set[int]:
    """Which of these people let a browser in."""
    if not settings.PUSH_SERVICES:
        return set()
    return set(Browser.objects.filter(user_id__in=user_ids).values_list("user_id", flat=True))


def write_pushes(lines: Iterable[Notification]) -> None:
    """A push of each line for each browser of its person, and the jobs that send them after commit."""
    from kizuna.base.notifications.jobs import push  # jobs call services; this is the one that starts one

    line_of = {line.user_id: line.pk for line in lines}
    browsers = Browser.objects.filter(user_id__in=list(line_of)).values_list("pk", "user_id")
    made = [Push(notification_id=line_of[user_id], browser_id=pk) for pk, user_id in browsers]
    if not made:
        return
    Push.objects.bulk_create(made, ignore_conflicts=True)
    waiting = Push.objects.filter(notification__in=list(line_of.values()), state=Push.State.WAITING)
    for push_id in waiting.values_list("pk", flat=True):
        push.enqueue(push_id=push_id)


def send_push(*, push_id: int) -> None:
    """Hand one push to the browser's push service. Raises, so that the job tries again, while it is certain that
    nothing left; one cut off while it was sent stays unknown. A browser that is no more is forgotten."""
    if not Push.objects.filter(pk=push_id, state=Push.State.WAITING).update(state=Push.State.SENDING):
        Push.objects.filter(pk=push_id, state=Push.State.SENDING).update(state=Push.State.UNKNOWN)
        return
    found = Push.objects.select_related("browser__user", "notification").filter(pk=push_id).first()
    if found is None:
        return
    try:
        message = _message(found)
    except Exception:
        _note(found, Push.State.WAITING)
        raise
    if message is None:
        _note(found, Push.State.EMPTY)
        return
    try:
        status = webpush.send(message, found.browser.address, topic=_topic(found.notification))
    except webpush.Unreachable:
        _note(found, Push.State.WAITING)
        raise
    except Exception:
        _note(found, Push.State.UNKNOWN)
        raise
    _answered(found, status)


def _answered(found: Push, status: int) -> None:
    if status in GONE:
        found.browser.delete()
    elif 200 <= status < 300:
        _note(found, Push.State.SENT, sent_at=timezone.now())
        Browser.objects.filter(pk=found.browser_id).update(used_at=timezone.now())
    elif status == 429 or status >= 500:
        _note(found, Push.State.WAITING)
        raise Busy(f"The push service answers {status}.")
    else:
        _note(found, Push.State.REFUSED)
        logger.warning("The push service of browser %s refuses with %s", found.browser_id, status)


def _note(found: Push, state: Push.State, **more: Any) -> None:
    Push.objects.filter(pk=found.pk).update(state=state, **more)


def _message(found: Push) -> bytes | None:
    """What it says now: only of what its person may see, has not read and still wants to be shown."""
    person, line_id = found.browser.user, found.notification_id
    kind = kinds.named(found.notification.kind)
    if not person.is_active or kind is None or not kinds.preference(person, kind).push:
        return None
    rows = queries.visible(person).unread().filter(pk=line_id)
    with translation.override(person.language), timezone.override(person.zone):
        lines = queries.lines(person, list(rows))
        return _words(lines[0], person) if lines else None


def _words(line: Line, person: User) -> bytes:
    said = {
        "title": _cut(line.text, LONGEST_TITLE),
        "body": _cut(line.excerpt, LONGEST_BODY),
        "lang": person.language,
        "tag": _topic(line.notification),
        "url": f"/notifications/{line.notification.pk}",
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _cut(text: str, longest: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def _topic(line: Notification) -> str:
    """Further news of the same kind about the same record take the place of the last, as they do in the bell."""
    about = f"{line.kind}:{line.resource}:{line.record_id}:{line.user_id}"
    return base64.urlsafe_b64encode(hashlib.sha256(about.encode()).digest()).decode()[:32]
