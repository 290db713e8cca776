"""The customer's page of a quote: read, choose, ask, accept, decline, take the PDF along. The link is the proof.

GET changes nothing, so that programs that follow links neither count nor answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kizuna.base.files.services import storage
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.address import client_address
from kizuna.base.types import locales
from kizuna.base.types.errors import Problem
from kizuna.base.types.numbers import wholes
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Quote
from kizuna.domains.sales.queries import quotes as queries
from kizuna.interfaces.public.limits import is_too_often
from kizuna.interfaces.public.views import LONGEST_SECRET, QUIET, quiet_page

Status = Quote.Status
READABLE = (Status.SENT, Status.ACCEPTED, Status.DECLINED)
MOST_ANSWERS, MOST_PAPERS = 30, 20
"""A minute, from one address."""


@csrf_exempt  # the link itself is the proof: no session stands behind it that another site could borrow
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quote(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the quote, POST keeps what the customer does with it."""
    found = queries.behind(token[:LONGEST_SECRET])
    if found is None:
        return _closed(
            request, _("This link is not complete, or it is too old. Please ask us for a new one."), status=404
        )
    with _said_by_us(found):
        if found.status not in READABLE:
            return _not_readable(request, found)
        if request.method != "POST":
            return _shown(request, found, token)
        if is_too_often(request, "quote", most=MOST_ANSWERS):
            return _shown(
                request, found, token, problem=_("That was a bit too fast. Please wait a minute."), status=429
            )
        try:
            done = _act(request, found)
        except Problem as problem:
            found.refresh_from_db()
            return _shown(request, found, token, problem=str(problem.message), status=422)
        return HttpResponseRedirect(f"{request.path}?{done}#{done}")


@contextmanager
def _said_by_us(found: Quote) -> Iterator[None]:
    """In the language of the quote; days and hours are those of whoever looks after it."""
    zone = found.owner.zone if found.owner else None
    with translation.override(found.language), timezone.override(zone):
        yield


def _act(request: HttpRequest, found: Quote) -> str:
    """Do what was asked for; the word under which the page says that it was done. Raises Problem."""
    given, ip = request.POST, client_address(request) or ""
    acts: dict[str, Callable[[], Any]] = {
        "options": lambda: services.choose_options(quote=found, line_ids=set(wholes(given.getlist("line")))),
        "said": lambda: services.say(quote=found, author=given.get("author", ""), words=given.get("text", "")),
        "accepted": lambda: services.accept(
            by=SYSTEM, quote=found, name=given.get("name", ""), ip=ip, total=given.get("total", "")
        ),
        "declined": lambda: services.decline(by=SYSTEM, quote=found, why=given.get("why", "")),
    }
    what = given.get("do", "")
    if what in acts:
        acts[what]()
    return what if what in acts else "quote"


@csrf_exempt
@never_cache
@require_POST
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The page tells that somebody looks at it: a program that only follows links does not."""
    found = queries.behind(token[:LONGEST_SECRET])
    if found is not None and found.status in READABLE and not is_too_often(request, "opened", most=MOST_ANSWERS):
        services.note_opening(quote=found)
    return JsonResponse({}, headers=QUIET)


@never_cache
@require_safe
def document(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF that was kept when the quote was sent, or accepted; made now as long as that of a yes is on its way."""
    found = queries.behind(token[:LONGEST_SECRET])
    if found is None or found.status not in READABLE:
        return _closed(request, _("There is nothing to read here any more."), status=404)
    if is_too_often(request, "paper", most=MOST_PAPERS):
        return HttpResponse(status=429, headers=QUIET)
    kept = services.kept_paper(found)
    if kept is not None:
        with storage.open_file(kept.key) as file:
            content = file.read()
    else:
        with _said_by_us(found):
            content = services.pdf_of(found)
    headers = QUIET | {"Content-Disposition": f'inline; filename="{found.name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _not_readable(request: HttpRequest, found: Quote) -> HttpResponse:
    newer = queries.successor_of(found)
    if newer is not None:
        words = _("There is a newer version of this quotation.")
        return _closed(request, words, status=410, url=services.quote_url(newer), link=_("Read the newer version"))
    if found.status == Status.SUPERSEDED:
        return _closed(
            request, _("We are working on a new version of this quotation. You will hear from us."), status=410
        )
    return _closed(request, _("This quotation was withdrawn. Please ask us for a new one."), status=410)


def _closed(request: HttpRequest, words: str, *, status: int, url: str = "", link: str = "") -> HttpResponse:
    context = {"title": _("Quotation"), "words": words, "url": url, "link": link}
    return quiet_page(request, "quote_closed", context, status=status)


def _shown(request: HttpRequest, found: Quote, token: str, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "paper": (paper := services.content_of(found)),
        "options": paper["choices"],
        "title": f"{_('Quotation')} {found.name}",
        "quote": found,
        "is_open": found.is_open,
        "is_over": found.is_over,
        "done": next((name for name in ("said", "accepted", "declined", "options") if name in request.GET), ""),
        "problem": problem,
        "given": request.POST,
        "wording": services.wording(found),
        "messages_said": [_said(one, found.language) for one in queries.messages_of(found)],
        "opened_url": f"/quote/{token}/opened",
        "pdf_url": f"/quote/{token}/pdf",
    }
    return quiet_page(request, "quote", context, status=status)


def _said(message: Any, language: str) -> dict[str, Any]:
    return {
        "author": message.author,
        "text": message.text,
        "is_ours": message.is_ours,
        "day": locales.day(timezone.localdate(message.said_at), language),
    }
