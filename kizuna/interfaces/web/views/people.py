"""Settings of administrators: who works here, in which team, with which roles."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base import conditions
from kizuna.base.identity.models import Role, Team, User
from kizuna.base.identity.services import rights, users
from kizuna.base.resources import registry
from kizuna.base.resources.avatars import avatar_of_user
from kizuna.base.resources.reader import Reader
from kizuna.base.search.selecting import ALL, base
from kizuna.base.types import text
from kizuna.base.types.errors import Denied, Invalid, Missing, Problem
from kizuna.base.types.numbers import wholes
from kizuna.interfaces.web.fields import control

MOST_SHOWN = 500
MOST_COUNTED = 1000
INDENT = "\u2003"  # a wide space: an option's plain ones are collapsed
View = Callable[..., HttpResponse]


def for_administrators(view: View) -> View:
    """Only who may do everything comes in; the services check it again."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_admin:
            raise Denied()
        return view(request, *args, **kwargs)

    return guarded


@for_administrators
@require_GET
def settings_home(request: HttpRequest) -> HttpResponse:
    return redirect("/settings/people")


def _roles(user: User) -> list[str]:
    """What stands beside the badge of administrators, who are mostly given the role of that name as well."""
    return [role.title for role in user.roles.all() if not (user.is_admin and role.code == "administrator")]


@for_administrators
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everyone, those who left last; of many as many as can be looked through, and the others by their names."""
    reader, words = Reader.of(request.user), text.clean(request.GET.get("q", ""))
    found = User.objects.select_related("team").prefetch_related("roles").order_by("-is_active", "name", "pk")
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    some = list(found[: MOST_SHOWN + 1])
    rows = [
        {
            "user": user,
            "roles": reader.listed(_roles(user)),
            **avatar_of_user(user),
        }
        for user in some[:MOST_SHOWN]
    ]
    shown = {"rows": rows, "words": words, "most": reader.number(MOST_SHOWN) if len(some) > MOST_SHOWN else ""}
    return render(request, "web/people.html", {"title": _("People"), "page": "people", **shown})


@for_administrators
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Let somebody in: they choose a password through the link on the sign-in page."""
    if request.method == "GET":
        return _form(request, None)
    data = request.POST
    try:
        made = users.create_user(
            actor=request.user,
            email=data.get("email", ""),
            name=data.get("name", ""),
            language=data.get("language", "en"),
            time_zone=data.get("time_zone") or "UTC",
            team=team_of(data.get("team")),
            roles=Role.objects.filter(pk__in=wholes(data.getlist("roles"))),
        )
    except Problem as problem:
        return _form(request, None, problem=problem)
    messages.success(request, _("%(name)s can now choose a password on the sign-in page.") % {"name": made.name})
    return redirect("/settings/people")


@for_administrators
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One colleague: address, name, team, roles."""
    user = _find(user_id)
    if request.method == "GET":
        return _form(request, user)
    data = request.POST
    changes = {"email": data.get("email", ""), "name": data.get("name", ""), "team": team_of(data.get("team"))}
    roles = Role.objects.filter(pk__in=wholes(data.getlist("roles")))
    try:
        with transaction.atomic():  # all of the form or nothing of it
            users.update_profile(actor=request.user, user=user, changes=changes)
            rights.set_roles(actor=request.user, user=user, roles=roles)
            rights.set_admin(actor=request.user, user=user, is_admin=data.get("is_admin") == "on")
    except Problem as problem:
        return _form(request, user, problem=problem)
    messages.success(request, _("Saved."))
    return redirect("/settings/people")


@for_administrators
@require_POST
def set_active(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close somebody's door, or open it again. Their records stay; somebody else can take them over."""
    user = _find(user_id)
    if request.POST.get("active") == "on":
        rights.reactivate_user(actor=request.user, user=user)
        return redirect("/settings/people")
    rights.deactivate_user(actor=request.user, user=user)
    return redirect(f"/settings/people/{user.pk}")  # with what somebody else has to look after now


def _find(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise Missing()
    return user


def team_of(raw: str | None) -> Team | None:
    return Team.objects.filter(pk__in=wholes([raw or ""])).first()


def _form(request: HttpRequest, user: User | None, *, problem: Problem | None = None) -> HttpResponse:
    typed = request.POST if problem else {}
    chosen = set(wholes(request.POST.getlist("roles"))) if problem else set()
    if user and not problem:
        chosen = set(user.roles.values_list("pk", flat=True))
    team_id = typed.get("team") or (user.team_id if user else "") or ""
    fields = [
        control("name", _("Name"), typed.get("name", user.name if user else ""), problem=problem, half=True),
        control("email", _("E-mail address"), typed.get("email", user.email if user else ""), kind="email",
                problem=problem, half=True),
        control("team", _("Team"), team_id, kind="choice", half=True, choices=[("", _("No team")), *team_choices()]),
    ]  # fmt: skip
    if user is None:
        language = typed.get("language", "en")
        fields.append(
            control("language", _("Language"), language, kind="choice", half=True, choices=settings.LANGUAGES)
        )
    context = {
        "title": user.name if user else _("Add person"),
        "person": user,
        "fields": fields,
        "roles": [{"role": role, "is_chosen": role.pk in chosen} for role in Role.objects.all()],
        "errors": [str(problem.message)] if problem and not isinstance(problem, Invalid) else [],
        "page": "people",
        "owned": _owned(request.user, user) if user else [],
    }
    return render(request, "web/person.html", context, status=problem.status if problem else 200)


def _owned(actor: Any, user: User) -> list[dict[str, str]]:
    """What belongs to somebody, as lists in which it can be handed over: a capped count for each kind of record in the
    navigation."""
    reader, found = Reader.of(actor), []
    condition = conditions.dump({"field": "owner", "op": "is", "value": user.pk})
    for resource in registry.all_resources():
        if not resource.group or resource.action("hand_over") is None:
            continue
        rows = base(resource, actor, ALL).filter(owner=user).order_by().values_list("pk")
        if count := len(rows[: MOST_COUNTED + 1]):
            more = "+" if count > MOST_COUNTED else ""
            url = f"{resource.list_url}?{urlencode({'view': 'all', 'filter': condition})}"
            words = reader.number(min(count, MOST_COUNTED)) + more
            found.append({"label": str(resource.plural_label), "count": words, "url": url})
    return found


def team_choices() -> list[tuple[int, str]]:
    """The tree of teams, indented by depth."""
    return [(team.pk, INDENT * (team.depth - 1) + team.name) for team in Team.objects.all()]
