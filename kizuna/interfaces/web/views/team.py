"""What my team did: the event log of its people, as far as one may see the records."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.identity.models import Team
from kizuna.base.types.numbers import whole
from kizuna.base.ui import feed
from kizuna.base.ui.middleware import wants_part
from kizuna.interfaces.web import teams


@login_required
@require_GET
def team_page(request: HttpRequest) -> HttpResponse:
    """The newest, or those before an event; `team` chooses one of those that this person may follow."""
    actor: Any = request.user
    team = teams.find(actor, request.GET.get("team", ""))
    before = whole(request.GET.get("before", ""))
    context = {
        "title": team.name if team else _("My team"),
        "feed": _feed(actor, team, before) if team else None,
        "teams": [
            {"id": one.pk, "name": one.name, "indent": range(one.depth - 1), "is_on": one == team}
            for one in teams.of(actor)
        ],
    }
    is_partial = before is not None and wants_part(request)
    return render(request, "web/team.html#entries" if is_partial else "web/team.html", context)


def _feed(actor: Any, team: Team, before: int | None) -> dict[str, Any]:
    drawn = feed.page(actor, teams.people(team), before=before)
    query = urlencode({"team": team.pk, "before": drawn["next"]})
    return {
        "days": drawn["days"],
        "more_url": f"/team?{query}" if drawn["next"] else "",
        "nothing": _("Nothing that you may see has happened yet. What people of this team do to records stands here."),
    }
