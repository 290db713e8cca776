"""A guest's answer, and a person's calendar."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kizuna.base.types.errors import Refused
from kizuna.customers.catalog.queries import seller_for
from kizuna.customers.timeline import services
from kizuna.customers.timeline.models import Attendee, Feed

QUIET = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
LONGEST_SECRET = 200


@csrf_exempt  # the link itself is the proof: no session stands behind it that another site could borrow
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what is asked, POST keeps the answer."""
    attendee = services.invited_by(token[:LONGEST_SECRET])
    if attendee is None:
        context = {"title": _("Invitation"), "is_over": True}
        return quiet_page(request, "answer", context, status=404)
    problem = ""
    if request.method == "POST":
        try:
            attendee = services.answer_invitation(attendee=attendee, status=request.POST.get("status", ""))
        except Refused as refused:
            problem = str(refused.message)
    context = services.words_for(attendee.meeting, services.shown_to(attendee), get_language()) | {
        "name": attendee.name,
        "answered": attendee.get_status_display() if attendee.answered_at else "",
        "choices": [
            (Attendee.Status.ACCEPTED, _("I will come")),
            (Attendee.Status.TENTATIVE, _("Maybe")),
            (Attendee.Status.DECLINED, _("I cannot come")),
        ],
        "current": attendee.status,
        "problem": problem,
    }
    return quiet_page(request, "answer", context, status=422 if problem else 200)


def quiet_page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page behind a link that is a proof: no search engine keeps it, and no page it leads to learns its address. On
    top stands in whose name we sell to those who speak its language: customers know them, and not Kizuna."""
    response = render(
        request, f"public/{name}.html", {"sender": seller_for(get_language() or "")} | context, status=status
    )
    for header, value in QUIET.items():
        response[header] = value
    return response


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Somebody's tasks and meetings; the same bytes are not sent twice."""
    feed = Feed.find(secret) if len(secret) <= LONGEST_SECRET else None
    if feed is None:
        raise Http404
    content = services.feed_of(feed.user)
    headers = QUIET | {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="kizuna.ics"',
    }
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
