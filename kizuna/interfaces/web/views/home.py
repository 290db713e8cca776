"""Today: the start page, its panels one by one, and how a person arranges them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.resources.reader import Reader
from kizuna.base.ui import home as panels
from kizuna.base.ui.home import Panel
from kizuna.base.ui.middleware import go
from kizuna.interfaces.web import teams
from kizuna.interfaces.web.panels.at_hand import recent

SHOWN = ("id", "key", "title", "span", "template", "url", "is_framed", "is_tall", "wants_recent")
DAY_PATTERNS = {"en": "EEEE, d MMMM", "ja": "M月d日(EEEE)", "ko": "M월 d일 EEEE"}


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is quick to read is there at once; the rest is asked for when it is seen."""
    actor: Any = request.user
    reader = Reader.of(actor)
    context = {
        "title": format_date(reader.today, DAY_PATTERNS.get(reader.language, "full"), locale=reader.language),
        "panels": [_drawn(actor, one, waits=one.is_lazy) for one in panels.panels_of(actor)],
        "team_url": "/team" if teams.follows_any(actor) else "",
        "arrange_url": "/today/arrange",
    }
    return render(request, "ui/home.html", context)


@login_required
@require_GET
def panel(request: HttpRequest, key: str) -> HttpResponse:
    """One panel by itself, as wide as it stands on this person's Home."""
    actor: Any = request.user
    found = next((one for one in panels.panels_of(actor) if one.key == key), None) or panels.find(actor, key)
    drawn = _drawn(actor, found, remembered=request.GET.get("recent", ""))
    return render(request, "ui/home.html#panel", {"panel": drawn})


def _drawn(actor: Any, one: Panel, *, waits: bool = False, remembered: str = "") -> dict[str, Any]:
    """What `ui/parts/home_panel.html` needs. A panel without content is there and hidden until it has some."""
    head = {name: getattr(one, name) for name in SHOWN}
    found = head | {"waits": waits, "live": " ".join(one.kinds)}
    if waits:
        return found
    content = recent(actor, remembered) if one.wants_recent else one.content(actor)
    return found | {"content": content, "is_hidden": content is None}


@login_required
@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest) -> HttpResponse:
    """The dialog in which panels are added, taken away, made wider and put in order; POST keeps it."""
    actor: Any = request.user
    if request.method == "GET":
        return render(request, "web/arrange_home.html", _offered(actor))
    before = panels.spelled(actor)
    panels.arrange(actor=actor, entries=submitted(request.POST))
    return _kept(request, before, _("Your Home is arranged."))


def _offered(actor: Any) -> dict[str, Any]:
    return {
        "here": [choice(one) for one in panels.panels_of(actor)],
        "others": [choice(one) for one in panels.offered(actor)],
        "is_arranged": panels.is_arranged(actor),
    }


def choice(one: Panel) -> dict[str, Any]:
    widths = [{"value": span, "label": label, "selected": span == one.span} for span, label in panels.WIDTHS.items()]
    return {"key": one.key, "title": one.title, "purpose": one.purpose, "widths": widths}


def submitted(data: QueryDict) -> list[tuple[str, int]]:
    """What stands before the mark between the panels that are shown and the others."""
    found = []
    for word in data.getlist("order"):
        if word == "-":
            break
        width = data.get(f"span.{word}", "")
        found.append((word, int(width) if width in {str(span) for span in panels.WIDTHS} else 6))
    return found


@login_required
@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """The Home of one's role again, or the usual one."""
    actor: Any = request.user
    before = panels.spelled(actor)
    panels.arrange(actor=actor, entries=None)
    return _kept(request, before, _("Your Home is as it came."))


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Home as it was before: the address says how."""
    panels.arrange(actor=request.user, entries=panels.read(request.GET.get("to", "")))
    messages.success(request, _("Taken back."))
    return go(request, "/")


def _kept(request: HttpRequest, before: str, text: str) -> HttpResponse:
    messages.success(request, text, extra_tags=f"/today/undo?{urlencode({'to': before})}")
    return go(request, "/")


@login_required
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """The short guide: what is where, and the keys."""
    return render(request, "web/help.html", {"title": _("Guide")})
