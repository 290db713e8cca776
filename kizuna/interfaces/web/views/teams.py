"""The tree of teams: a row for each, with its name and its place."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kizuna.base.identity.models import Team
from kizuna.base.identity.services import teams
from kizuna.base.types.errors import Problem
from kizuna.interfaces.web.fields import control
from kizuna.interfaces.web.views.people import for_administrators, team_choices, team_of


@for_administrators
@require_http_methods(["GET", "POST"])
def team_page(request: HttpRequest) -> HttpResponse:
    """POST adds a team, changes the name and place of one, or deletes it."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            messages.success(request, _change(request))
            return redirect("/settings/teams")
        except Problem as error:
            problem = error
    is_new = not request.POST.get("team")
    asked = problem if is_new else None
    typed = request.POST if asked else {}
    context = {
        "title": _("Teams"),
        "rows": Team.objects.annotate(people=Count("members", filter=Q(members__is_active=True))).order_by("path"),
        "fields": [
            control("name", _("Name of the new team"), typed.get("name", ""), problem=asked, half=True),
            control("parent", _("Part of"), typed.get("parent", ""), kind="choice", half=True, problem=asked,
                    choices=[("", _("Nothing: at the top")), *team_choices()]),
        ],
        "errors": _errors(problem) if problem and not asked else [],
        "page": "teams",
    }  # fmt: skip
    return render(request, "web/teams.html", context, status=problem.status if problem else 200)


def _errors(problem: Problem) -> list[str]:
    details = [str(word) for words in problem.errors.values() for word in words]
    return details or [str(problem.message)]


def _change(request: HttpRequest) -> str:
    """Do what the form asks for; returns what is said afterwards."""
    data, actor = request.POST, request.user
    team = team_of(data.get("team"))
    if team is None:
        teams.create_team(actor=actor, name=data.get("name", ""), parent=team_of(data.get("parent")))
        return _("Saved.")
    if "delete" in data:
        teams.delete_team(actor=actor, team=team)
        return _("The team is deleted.")
    with transaction.atomic():  # the name and the place, or neither
        if "name" in data and data["name"] != team.name:
            teams.rename_team(actor=actor, team=team, name=data["name"])
        parent = team_of(data.get("parent"))
        if "parent" in data and (parent.pk if parent else None) != team.parent_id:
            teams.move_team(actor=actor, team=team, parent=parent)
    return _("Saved.")
