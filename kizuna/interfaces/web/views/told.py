"""What the signed-in person is told, and how: one line per kind of notification."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kizuna.base.notifications import kinds
from kizuna.base.notifications import services as notifications
from kizuna.base.notifications.models import Mail


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
                notifications.prefer(actor=user, kind=kind, in_product=shown, mail=Mail(mail))
        messages.success(request, _("Saved."))
        return redirect("me_told")
    rows = []
    for kind in kinds.all_kinds():
        wants = kinds.preference(user, kind)
        choices = [{"value": code, "label": label, "selected": code == wants.mail} for code, label in Mail.choices]
        rows.append({"code": kind.code, "label": kind.label, "shown": wants.in_product, "choices": choices})
    return render(request, "web/told.html", {"title": _("What I am told"), "kinds": rows, "email": user.email})
