"""Comments on a record, whom they may mention, and following it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.collaboration import queries
from kizuna.base.collaboration import services as collaboration
from kizuna.base.collaboration.models import LONGEST, Comment
from kizuna.base.resources.avatars import avatar_of_user
from kizuna.base.resources.fields import LongText
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Invalid, Problem
from kizuna.base.types.numbers import wholes
from kizuna.base.ui import comments, composing, controls
from kizuna.base.ui.finding import find
from kizuna.base.ui.middleware import toast

TEXT = LongText("text", gettext_lazy("Comment"), required=True, max_length=LONGEST)


@login_required
@require_GET
def compose(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """The composer, ready for a comment."""
    record = find(resource, request.user, record_id)
    found = composing.composer(request.user, resource, record, comments.KEY)
    return render(request, "ui/parts/composer.html", {"composer": found})


@login_required
@require_POST
def comment(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """Write one; answers with an empty composer, or with what was typed and what is wrong with it."""
    actor: Any = request.user
    record = find(resource, actor, record_id)
    data, error, status = None, None, 200
    try:
        collaboration.comment(
            actor=actor,
            record=record,
            text=request.POST.get("text", ""),
            mentions=_mentioned(request),
            once=request.POST.get("once", ""),
        )
    except Invalid as problem:
        data, error, status = request.POST, problem, 422
    found = composing.composer(actor, resource, record, comments.KEY, data=data, error=error)
    response = render(request, "ui/parts/composer.html", {"composer": found}, status=status)
    if error is None:
        toast(response, _("Comment added."), tone="good", also="kizuna:happened")
    return response


def _mentioned(request: HttpRequest) -> list[int]:
    return wholes(request.POST.getlist("mention")[:100])


@login_required
@require_GET
def people(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """Whom an @ may mention here: only people who may see the record."""
    queries.check_readable(request.user, resource, record_id)
    found = queries.people_to_mention(resource, record_id, request.GET.get("q", "").strip()[:60])
    options = [
        {
            "value": person.pk,
            "text": person.name,
            "detail": person.email,
            **avatar_of_user(person),
        }
        for person in found
    ]
    return render(request, "ui/parts/options.html", {"options": options, "nothing": _("Nobody of this name sees this")})


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, resource: Resource, record_id: int, comment_id: int) -> HttpResponse:
    found = queries.find(request.user, resource, record_id, comment_id)
    if not queries.may_change(request.user, found):
        raise Denied()
    if request.method == "GET":
        return _ask(request, resource, found)
    try:
        collaboration.edit(
            actor=request.user,
            comment=found,
            text=request.POST.get("text", ""),
            mentions=_mentioned(request),
            version=controls.version_of(request.POST),
        )
    except Invalid as problem:
        return _ask(request, resource, found, problem)
    response = render(request, "ui/parts/dialog_closed.html")
    return toast(response, _("Saved."), tone="good", also="kizuna:happened")


def _ask(request: HttpRequest, resource: Resource, found: Comment, problem: Problem | None = None) -> HttpResponse:
    typed = request.POST.get("text") if problem else None
    errors = [str(words) for words in problem.errors.get("text", [])] if problem else []
    control = controls.control(TEXT, found.text, request.user, raw=typed, errors=errors)
    context = {
        "title": _("Edit comment"),
        "fields": [control | {"people_url": comments.people_url(resource, found.record_id)}],
        "hidden": [("version", found.version)],
        "form": {
            "action": f"{comments.comments_url(resource, found.record_id)}/{found.pk}/edit",
            "save_label": _("Save"),
        },
    }
    return render(request, "ui/parts/dialog_form.html", context, status=problem.status if problem else 200)


@login_required
@require_POST
def delete(request: HttpRequest, resource: Resource, record_id: int, comment_id: int) -> HttpResponse:
    found = queries.find(request.user, resource, record_id, comment_id)
    collaboration.delete(actor=request.user, comment=found)
    undo = f"{comments.comments_url(resource, record_id)}/{comment_id}/restore"
    return toast(HttpResponse(status=204), _("The comment is in the trash."), undo=undo, also="kizuna:happened")


@login_required
@require_POST
def restore(request: HttpRequest, resource: Resource, record_id: int, comment_id: int) -> HttpResponse:
    found = queries.find(request.user, resource, record_id, comment_id, in_trash=True)
    collaboration.restore(actor=request.user, comment=found)
    return toast(HttpResponse(status=204), _("Brought back from the trash."), also="kizuna:happened")


@login_required
@require_POST
def follow(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    record = find(resource, request.user, record_id)
    verb = collaboration.follow if request.POST.get("on") == "1" else collaboration.unfollow
    verb(actor=request.user, record=record)
    shown = comments.follow(request.user, resource, record)
    return render(request, "ui/parts/follow.html", {"follow": shown})
