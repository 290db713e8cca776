"""With which panels the Home of a role begins, arranged by administrators as layouts are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kizuna.base.identity.models import Role
from kizuna.base.layouts import queries
from kizuna.base.types.errors import Invalid, Problem, Stale
from kizuna.base.ui import controls, home
from kizuna.base.ui.home import Panel
from kizuna.interfaces.web.views.home import choice, submitted
from kizuna.interfaces.web.views.layouts import chosen_role, framed, kept
from kizuna.interfaces.web.views.people import for_administrators


@for_administrators
@require_http_methods(["GET", "POST"])
def home_page(request: HttpRequest) -> HttpResponse:
    """GET draws the editor of one Home; POST keeps what was arranged."""
    role = chosen_role(request)
    if request.method == "GET":
        return _page(request, role, home.panels_of_role(request.user, role))
    entries, version = submitted(request.POST), controls.version_of(request.POST)
    try:
        layout = home.arrange_for(actor=request.user, role=role, entries=entries, version=version)
    except (Invalid, Stale) as problem:
        return _page(request, role, home.placed(request.user, entries), problem)
    return kept(request, layout, role, _("Saved. Whoever has not arranged their Home begins with this."))


def _page(request: HttpRequest, role: Role | None, panels: list[Panel], problem: Problem | None = None) -> HttpResponse:
    lacking = home.lacks(request.user, role) if role else set()
    others = [one for one in home.offered(request.user, panels) if not one.is_private]
    context: dict[str, Any] = framed(request, queries.HOME, role, list(Role.objects.all()), problem) | {
        "title": _("Layout of Home"),
        "here": [choice(one) | {"is_lacking": one.key in lacking} for one in panels],
        "others": [choice(one) | {"is_lacking": one.key in lacking} for one in others],
    }
    is_part = problem is not None and request.headers.get("HX-Request")
    template = "web/home_layout.html#editor" if is_part else "web/home_layout.html"
    return render(request, template, context, status=problem.status if problem else 200)
