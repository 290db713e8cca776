"""The bell, the page behind it, and the way out of letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.bulk import queries as bulk
from kizuna.base.notifications import kinds, letters, queries
from kizuna.base.notifications import services as notifications
from kizuna.base.notifications.queries import Line
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Invalid, Missing
from kizuna.base.types.numbers import whole
from kizuna.base.ui import sheets
from kizuna.base.ui.middleware import toast, wants_part

IN_MENU = 6
MOST_WORK = 3


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Everything, newest first; older pages by id."""
    before = whole(request.GET.get("before", ""))
    lines, more = queries.newest(request.user, before=before)
    context = {
        "title": _("Notifications"),
        "lines": _shown(request.user, lines),
        "more_url": f"/notifications?before={more}" if more else "",
        "read_all_url": "/notifications/read",
        "preferences_url": "/me/notifications",
    }
    is_part = wants_part(request)
    part = "" if not is_part else "#lines" if before else "#list"
    return render(request, f"ui/notifications.html{part}", context)


def _shown(actor: Any, lines: Sequence[Line]) -> list[dict[str, Any]]:
    reader = Reader.of(actor)
    return [
        {
            "id": line.notification.pk,
            "url": f"/notifications/{line.notification.pk}",
            "read_url": f"/notifications/{line.notification.pk}/read",
            "before": line.before,
            "who": line.who,
            "after": line.after,
            "title": line.title,
            "excerpt": line.excerpt,
            "icon": line.icon,
            "when": reader.day_and_time(line.notification.created_at),
            "iso": line.notification.created_at.isoformat(),
            "is_new": line.notification.read_at is None,
        }
        for line in lines
    ]


@login_required
@require_GET
def newest(request: HttpRequest) -> HttpResponse:
    """The first few, for the menu of the bell."""
    lines, _more = queries.newest(request.user, size=IN_MENU)
    working = sheets.news(request.user, MOST_WORK)
    return render(request, "ui/notifications.html#newest", {"working": working, "lines": _shown(request.user, lines)})


@login_required
@require_GET
def dot(request: HttpRequest) -> HttpResponse:
    """How many are new, on the bell; asked after the page is there, and whenever the stream says that it changed."""
    count = queries.count_unread(request.user) + bulk.count_news(request.user)
    words = f"{queries.MOST_COUNTED}+" if count > queries.MOST_COUNTED else count
    return render(request, "ui/notifications.html#dot", {"count": count, "words": words})


@login_required
@require_GET
def open_one(request: HttpRequest, notification_id: int) -> HttpResponse:
    """To the record it is about; whoever goes there has read it."""
    found = queries.visible(request.user).filter(pk=notification_id).first()
    if found is None:
        raise Missing()
    notifications.mark_read(actor=request.user, notification_id=found.pk)
    return redirect(registry.get(found.resource).record_url(found.record_id))


@login_required
@require_POST
def read(request: HttpRequest, notification_id: int) -> HttpResponse:
    notifications.mark_read(actor=request.user, notification_id=notification_id)
    return _said(_("Marked as read."), undo=f"/notifications/{notification_id}/unread")


@login_required
@require_POST
def unread(request: HttpRequest, notification_id: int) -> HttpResponse:
    notifications.mark_unread(actor=request.user, notification_id=notification_id)
    return _said(_("Taken back."))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    at = notifications.mark_all_read(actor=request.user)
    return _said(_("All are marked as read."), undo=f"/notifications/unread?{urlencode({'at': at.isoformat()})}")


@login_required
@require_POST
def unread_all(request: HttpRequest) -> HttpResponse:
    """What was marked at one moment, taken back."""
    try:
        at = parse_datetime(request.GET.get("at", ""))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid({"at": [_("Give a moment with its zone.")]})
    notifications.mark_unread(actor=request.user, read_at=at)
    return _said(_("Taken back."))


def _said(text: str, *, undo: str = "") -> HttpResponse:
    return toast(HttpResponse(status=204), text, undo=undo, also="kizuna:notified")


@csrf_exempt  # mail programs post here without cookies; the signature in the address says who is meant
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET only asks, as programs that look at mail follow every link; POST does it, signed in or not."""
    meant = letters.read_token(token)
    kind = kinds.named(meant[1]) if meant else None
    is_done = request.method == "POST"
    if meant and is_done:
        notifications.unsubscribe(user_id=meant[0], code=meant[1])
    if meant is None:
        lead = _("This link is not complete. You find all settings in your profile.")
    elif is_done:
        lead = _("Done: no more letters of this kind. You still see everything in Kizuna.")
    else:
        lead = str(kind.label) if kind else _("All letters about what happened in Kizuna")
    context = {
        "title": _("Letters from Kizuna"),
        "lead": lead,
        "is_done": is_done,
        "is_known": meant is not None,
        "told_url": "/me/notifications",
    }
    return render(request, "ui/unsubscribe.html", context, status=200 if meant else 404)
