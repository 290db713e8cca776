"""What customers want to hear about: their preference page, the way out with one click, and confirming a yes.

The links are the proof: there is no session behind them that another site could borrow, so no form needs a token. What
is wrong with a link is never said more closely than that it leads nowhere.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kizuna.base.identity.address import client_address
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.models import Link, channels
from kizuna.interfaces.public.views import LONGEST_SECRET, quiet_page

BOTH = ["GET", "HEAD", "POST"]
LONGEST = LONGEST_SECRET + 200


@csrf_exempt
@never_cache
@require_http_methods(BOTH)
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what somebody said about each purpose and channel, POST keeps what they say now."""
    link = services.opened(token[:LONGEST])
    contact = services.behind(link) if link else None
    if link is None or contact is None:
        return quiet_page(request, "preferences", {"title": _("What you hear from us"), "is_over": True}, status=404)
    with translation.override(services.language_of(contact)):
        language, ip = translation.get_language() or settings.LANGUAGE_CODE, client_address(request) or ""
        is_saved = request.method == "POST"
        if is_saved and "none" in request.POST:
            services.leave_all(link=link, ip=ip, language=language)
        elif is_saved:
            wanted = {name: name in request.POST for name in _names()}
            services.set_preferences(link=link, wanted=wanted, ip=ip, language=language)
        context = {"title": _("What you hear from us"), "is_saved": is_saved, "purposes": _shown(link, language)}
        return quiet_page(request, "preferences", context)


def _names() -> list[str]:
    return [f"{purpose.code}.{code}" for purpose in queries.offered() for code in queries.ways_of(purpose)]


def _shown(link: Link, language: str) -> list[dict[str, Any]]:
    contact = services.behind(link)
    assert contact is not None
    purposes = queries.offered()
    wordings = queries.current_wording(purposes, language)
    agreed = queries.agreed(contact, purposes)
    return [
        {
            "title": wordings[purpose.pk].title if purpose.pk in wordings else purpose.title,
            "text": wordings[purpose.pk].text if purpose.pk in wordings else purpose.summary,
            "ways": [
                {
                    "name": f"{purpose.code}.{code}",
                    "label": channels.label(code),
                    "checked": (purpose.pk, code) in agreed,
                }
                for code in queries.ways_of(purpose)
            ],
        }
        for purpose in purposes
    ]


@csrf_exempt
@never_cache
@require_http_methods(BOTH)
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: a POST, by a mail program or the button here, is enough. GET changes nothing: programs follow links."""
    found = services.clicked(token[:LONGEST])
    if found is None:
        return quiet_page(request, "leave", {"title": _("Unsubscribe"), "is_over": True}, status=404)
    link, purpose, channel = found
    contact = services.behind(link)
    spoken = services.language_of(contact) if contact else translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(spoken):
        if request.method == "POST":
            ip = client_address(request) or ""
            services.leave(link=link, purpose=purpose, channel=channel, ip=ip, language=spoken)
        context = {
            "title": _("Unsubscribe"),
            "is_done": request.method == "POST",
            "purpose": purpose.title,
            "channel": channels.label(channel),
        }
        return quiet_page(request, "leave", context)


@csrf_exempt
@never_cache
@require_http_methods(BOTH)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The second step of a double opt-in: GET shows what is agreed to and a button, POST keeps the yes."""
    asked = services.asked_by(token[:LONGEST])
    if asked is None:
        return quiet_page(request, "confirm", {"title": _("Please confirm"), "is_over": True}, status=404)
    with translation.override(asked.language):
        if request.method == "POST":
            services.confirm_opt_in(asked=asked, ip=client_address(request) or "")
        context = {
            "title": asked.wording.title if asked.wording else asked.purpose.title,
            "text": asked.wording.text if asked.wording else asked.purpose.summary,
            "is_done": request.method == "POST",
        }
        return quiet_page(request, "confirm", context)
