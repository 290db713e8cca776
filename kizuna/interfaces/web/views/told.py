"""What the signed-in person is told, and how: one line per kind of notification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.notifications import kinds, queries, webpush
from kizuna.base.notifications import services as notifications
from kizuna.base.notifications.models import Browser, Mail
from kizuna.base.resources.reader import Reader
from kizuna.interfaces.web import browsers


@login_required
@require_http_methods(["GET", "POST"])
def told(request: HttpRequest) -> HttpResponse:
    """See and change it; a box that is not ticked is not sent, so a kind is named by its choice of mail."""
    user: Any = request.user
    if request.method == "POST":
        for kind in kinds.all_kinds():
            mail = request.POST.get(f"{kind.code}.mail", "")
            if mail in Mail.values:
                shown = f"{kind.code}.shown" in request.POST
                push = f"{kind.code}.push" in request.POST if settings.PUSH_SERVICES else None
                notifications.prefer(actor=user, kind=kind, in_product=shown, mail=Mail(mail), push=push)
        messages.success(request, _("Saved."))
        return redirect("me_told")
    rows = []
    for kind in kinds.all_kinds():
        wants = kinds.preference(user, kind)
        choices = [{"value": code, "label": label, "selected": code == wants.mail} for code, label in Mail.choices]
        row = {"code": kind.code, "label": kind.label, "shown": wants.in_product, "push": wants.push}
        rows.append(row | {"choices": choices})
    context = {"title": _("What I am told"), "kinds": rows, "email": user.email, "push": _push(user)}
    return render(request, "web/told.html", context)


def _push(user: Any) -> dict[str, Any] | None:
    """What `web/told.html` needs for pushes; nothing where they are off."""
    if not settings.PUSH_SERVICES:
        return None
    reader = Reader.of(user)
    browsers = [
        {
            "name": browser.name,
            "digest": browser.digest,
            "since": reader.full_moment(browser.created_at),
            "remove_url": f"/me/browsers/{browser.pk}/remove",
        }
        for browser in queries.browsers_of(user.pk)
    ]
    return {"key": webpush.public_key(), "add_url": "/me/browsers", "browsers": browsers}


@login_required
@require_POST
def add_browser(request: HttpRequest) -> HttpResponse:
    """Show notifications in the browser that asks."""
    given = [request.POST.get(name, "")[: Browser.LONGEST + 1] for name in ("endpoint", "p256dh", "auth")]
    name = browsers.named(request.headers.get("User-Agent", ""))
    notifications.add_browser(actor=request.user, address=webpush.Address(*given), name=name)
    messages.success(request, _("Notifications are shown in this browser now."))
    return HttpResponse(status=204)


@login_required
@require_POST
def remove_browser(request: HttpRequest, browser_id: int) -> HttpResponse:
    notifications.remove_browser(actor=request.user, browser_id=browser_id)
    messages.success(request, _("Notifications are no longer shown in that browser."))
    return redirect("me_told")


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows pushes. At the top, because a browser lets it act for addresses beneath its own only, and
    under one name, because it outlives the page."""
    path = finders.find("kizuna/push.js")
    if not path:
        raise Http404
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8", headers=headers)
