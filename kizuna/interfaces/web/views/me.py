"""The signed-in person's own page: name, language, zone, appearance, tokens that act for them, their calendar."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.base.assignment.queries import absences_of
from kizuna.base.identity.models import Token, User
from kizuna.base.identity.models.users import available_zones
from kizuna.base.identity.services import tokens, users
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Invalid, Missing, Problem
from kizuna.customers.timeline import queries
from kizuna.customers.timeline import services as timeline
from kizuna.interfaces.web.fields import control

PERSONAL = ("name", "language", "time_zone", "theme", "name_order")


@login_required
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """See and change how Kizuna speaks to me."""
    user: Any = request.user
    if request.method == "GET":
        return _page(request)
    changes = {name: request.POST[name] for name in PERSONAL if name in request.POST}
    try:
        stored = users.update_profile(actor=user, user=user, changes=changes)
    except Invalid as problem:
        return _page(request, problem=problem, values=changes)
    translation.activate(stored.language)  # what is said from here on is read on the next page
    messages.success(request, _("Saved."))
    return redirect("/me")


def _page(
    request: HttpRequest,
    *,
    problem: Problem | None = None,
    values: dict[str, Any] | None = None,
    secret: str = "",
    calendar_url: str = "",
) -> HttpResponse:
    user: Any = request.user
    shown = {name: getattr(user, name) for name in PERSONAL} | (values or {})
    zones = [(zone, zone.replace("_", " ")) for zone in sorted(available_zones())]
    context = {
        "title": _("Your profile"),
        "fields": [
            control("name", _("Name"), shown["name"], problem=problem, autocomplete="name"),
            control("language", _("Language"), shown["language"], kind="choice", half=True, choices=settings.LANGUAGES),
            control("time_zone", _("Time zone"), shown["time_zone"], kind="choice", half=True, choices=zones,
                    problem=problem),
            control("theme", _("Appearance"), shown["theme"], kind="choice", half=True, choices=User.Theme.choices),
            control("name_order", _("Order of names"), shown["name_order"], kind="choice", half=True,
                    choices=User.NameOrder.choices),
        ],
        "token_field": control("token_name", _("What is it for?"),
                               request.POST.get("token_name", "") if problem else "",
                               problem=problem, help=_("For example: web shop")),
        "tokens": [_token(token, Reader.of(user)) for token in user_tokens(user)],
        "secret": secret,
        "calendar_url": calendar_url,
        "has_calendar": queries.has_feed(user),
        "absence_url": "/absences/new",
        "absences": [
            {"days": f"{Reader.of(user).day(one.since_on)} – {Reader.of(user).day(one.until_on)}", "note": one.note,
             "url": f"/absences/{one.pk}"}
            for one in absences_of(user, today=Reader.of(user).today)
        ],
    }  # fmt: skip
    return render(request, "web/me.html", context, status=problem.status if problem else 200)


def user_tokens(user: User) -> Any:
    return Token.objects.filter(user=user, revoked_at__isnull=True).order_by("-pk")


def _token(token: Token, reader: Reader) -> dict[str, Any]:
    used = reader.full_moment(token.last_used_at) if token.last_used_at else _("never")
    return {"id": token.pk, "name": token.name, "prefix": token.prefix, "used": used,
            "made": reader.full_moment(token.created_at)}  # fmt: skip


@sensitive_post_parameters()
@login_required
@require_POST
def issue_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret this once."""
    user: Any = request.user
    try:
        _made, secret = tokens.issue_token(actor=user, user=user, name=request.POST.get("token_name", ""))
    except Invalid as problem:
        return _page(request, problem=Invalid({"token_name": problem.errors.get("name", [str(problem)])}))
    response = _page(request, secret=secret)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    user: Any = request.user
    token = Token.objects.filter(pk=token_id, user=user).first()
    if token is None:
        raise Missing()
    tokens.revoke_token(actor=user, token=token)
    messages.success(request, _("The token no longer works."))
    return redirect("/me")


@login_required
@require_POST
def open_calendar(request: HttpRequest) -> HttpResponse:
    """Make a secret address for a calendar program and show it this once."""
    url = f"{settings.PUBLIC_URL}/calendar/{timeline.open_feed(actor=request.user)}.ics"
    response = _page(request, calendar_url=url)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def revoke_calendar(request: HttpRequest) -> HttpResponse:
    timeline.revoke_feed(actor=request.user)
    messages.success(request, _("The calendar address no longer works."))
    return redirect("/me")


@login_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    return _choose(request, "language")


@login_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    return _choose(request, "theme")


def _choose(request: HttpRequest, name: str) -> HttpResponse:
    user: Any = request.user
    users.update_profile(actor=user, user=user, changes={name: request.POST.get(name, "")})
    if request.headers.get("HX-Request") or request.headers.get("Sec-Fetch-Mode") == "cors":
        return HttpResponse(status=204)
    back = request.POST.get("next") or request.headers.get("Referer") or "/"
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "/")
