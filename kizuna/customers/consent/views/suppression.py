"""Is this address on the list? And: put it there. By POST, so that no log keeps the address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kizuna.base.access import policy
from kizuna.base.resources import fields
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Invalid
from kizuna.base.ui import controls
from kizuna.customers.consent import services
from kizuna.customers.consent.models import Reason, Suppression, channels


def _fields() -> list[fields.Field]:
    return [
        fields.Text("address", _("E-mail address or phone number"), max_length=254, required=True),
        fields.Choice("channel", _("channel"), choices=channels.suppressible(), required=True),
        fields.Choice("reason", _("reason"), choices=Reason.choices),
        fields.Text("note", _("note"), max_length=500),
    ]


@login_required
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """GET asks for an address, POST says what is known of it, and with `add` puts it on the list."""
    actor: Any = request.user
    policy.check(actor, "read", Suppression)
    may_add = policy.permissions_of(actor).can("suppression", "suppress")
    context: dict[str, Any] = {"may_add": may_add}
    problem: Invalid | None = None
    if request.method == "POST":
        try:
            context |= _answer(request, actor)
        except Invalid as error:
            problem = error
    wanted = _fields() if may_add else _fields()[:2]
    data = request.POST if request.method == "POST" else None
    context |= {
        "title": _("Look up an address"),
        "fields": [controls.drawn_again(field, actor, data, problem) for field in wanted],
        "errors": controls.other_errors(problem, {field.name for field in wanted}, None) if problem else [],
    }
    return render(request, "consent/look_up.html", context, status=422 if problem else 200)


def _answer(request: HttpRequest, actor: Any) -> dict[str, Any]:
    given = {name: request.POST.get(name, "").strip() for name in ("address", "channel", "reason", "note")}
    if "add" in request.POST:
        services.suppress_address(actor=actor, **given)
    found = services.look_up(actor=actor, channel=given["channel"], address=given["address"])
    reader = Reader.of(actor)
    return {
        "is_asked": True,
        "found": [
            {
                "name": str(row),
                "url": f"/suppressions/{row.pk}",
                "since": reader.full_moment(row.created_at),
                "note": row.note,
                "lifted": reader.full_moment(row.lifted_at) if row.lifted_at else "",
                "why": row.lifted_why,
            }
            for row in found
        ],
        "is_suppressed": any(row.is_in_force for row in found),
    }
