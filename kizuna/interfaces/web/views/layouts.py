"""Layouts: where the fields of a kind of record stand, for everybody or a role, with a preview and its history.

That of Home (`home_layouts`) is kept, taken back and reset in the same way.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.access.permissions import somebody_with
from kizuna.base.identity.models import Role, User
from kizuna.base.layouts import queries, services
from kizuna.base.layouts.arrangement import Arrangement, arranged
from kizuna.base.layouts.models import Layout
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Missing, Problem, Stale
from kizuna.base.types.numbers import whole
from kizuna.base.ui import controls
from kizuna.base.ui.middleware import go
from kizuna.interfaces.web import kind_choices, layout_forms
from kizuna.interfaces.web.views.people import for_administrators


def _kinds() -> list[Resource]:
    return [one for one in registry.all_resources() if {"create", "update"} & set(one.operations)]


def _find(key: str) -> Resource:
    resource = registry.get(key)
    if resource not in _kinds():
        raise Missing()
    return resource


def _known(key: str) -> str:
    """The key of something that can be arranged. Raises Missing."""
    return key if key == queries.HOME else _find(key).key


def chosen_role(request: HttpRequest, name: str = "role") -> Role | None:
    """Whose layout: a role's, or (None) the one for everybody. Raises Missing."""
    text = request.POST.get(name) or request.GET.get(name) or ""
    if not text:
        return None
    pk = whole(text)
    role = None if pk is None else Role.objects.filter(pk=pk).first()
    if role is None:
        raise Missing()
    return role


def url_of(key: str, role: Role | None, path: str = "") -> str:
    query = f"?{urlencode({'role': role.pk})}" if role else ""
    return f"/settings/layouts/{key}{path}{query}"


@for_administrators
@require_GET
def layouts_home(request: HttpRequest) -> HttpResponse:
    """The picker comes here with what was chosen."""
    return redirect(url_of(kind_choices.chosen(_choices(queries.HOME), request.GET.get("kind", queries.HOME)), None))


@for_administrators
@require_http_methods(["GET", "POST"])
def layout_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET draws the editor of one layout; POST keeps what was arranged."""
    resource, role = _find(key), chosen_role(request)
    if request.method == "GET":
        return _page(request, resource, role)
    content = layout_forms.submitted(request.POST)
    version = controls.version_of(request.POST)
    try:
        layout = services.arrange_layout(
            actor=request.user, resource=resource, role=role, content=content, version=version
        )
    except (Invalid, Stale) as problem:
        return _page(request, resource, role, content, problem)
    return kept(request, layout, role, _("The layout is saved. Everybody has it from their next page on."))


def kept(request: HttpRequest, layout: Layout, role: Role | None, text: str) -> HttpResponse:
    """Say so, with a way back, on the page of this layout."""
    found = queries.past(layout)
    undo = url_of(layout.resource, role, f"/undo/{found[0].event_id}") if found else ""
    messages.success(request, text, extra_tags=undo)
    return go(request, url_of(layout.resource, role))


def _page(
    request: HttpRequest,
    resource: Resource,
    role: Role | None,
    content: dict[str, Any] | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    roles = list(Role.objects.all())
    drawn = content or layout_forms.as_content(queries.of_role(resource, role.pk if role else None))
    frame = framed(request, resource.key, role, roles, problem)
    context = (
        frame
        | layout_forms.editor(resource, drawn)
        | {
            "title": _("Layout of %(nouns)s") % {"nouns": str(resource.plural_label).lower()},
            "resource": resource,
            "preview_url": url_of(resource.key, role, "/preview"),
            "preview_roles": [{"id": one.pk, "label": one.title, "selected": one == role} for one in roles],
        }
    )
    is_part = problem is not None and request.headers.get("HX-Request")
    template = "web/layout.html#editor" if is_part else "web/layout.html"
    return render(request, template, context, status=problem.status if problem else 200)


def framed(
    request: HttpRequest, key: str, role: Role | None, roles: list[Role], problem: Problem | None
) -> dict[str, Any]:
    """What stands around every editor: of what, for whom, what it was before, and what is wrong."""
    layout = queries.stored(key, role.pk if role else None)
    return {
        "page": "layouts",
        "kinds_url": reverse("settings_layouts"),
        "kinds": _choices(key),
        "audiences": _audiences(key, role, roles),
        "is_own": layout.content is not None,
        "role": role,
        "version": request.POST.get("version", "") if problem else layout.version,
        "save_url": url_of(key, role),
        "reset_url": url_of(key, role, "/reset"),
        "past": _past(request, role, layout),
        "problems": controls.other_errors(problem, ()) if problem else [],
    }


def _choices(current: str) -> list[dict[str, Any]]:
    home = {"key": queries.HOME, "label": pgettext("the first page", "Home"), "is_on": current == queries.HOME}
    return [{"title": "", "kinds": [home]}, *kind_choices.choices(_kinds(), current)]


def _audiences(key: str, current: Role | None, roles: list[Role]) -> list[dict[str, Any]]:
    own = queries.has_own(key)
    return [
        {
            "label": role.title if role else _("Everybody"),
            "url": url_of(key, role),
            "is_on": role == current,
            "is_own": (role.pk if role else None) in own,
        }
        for role in (None, *roles)
    ]


def _past(request: HttpRequest, role: Role | None, layout: Layout) -> list[dict[str, Any]]:
    reader = Reader.of(request.user)
    found = queries.past(layout)
    people = User.objects.in_bulk({one.actor_id for one in found if one.actor_id})
    return [
        {
            "who": people[one.actor_id].name if one.actor_id in people else "Kizuna",
            "when": reader.day_and_time(one.occurred_at),
            "iso": one.occurred_at.isoformat(),
            "is_reset": one.after is None,
            "is_now": number == 0,
            "back_url": url_of(layout.resource, role, f"/back/{one.event_id}"),
        }
        for number, one in enumerate(found)
    ]


@for_administrators
@require_POST
def reset(request: HttpRequest, key: str) -> HttpResponse:
    role = chosen_role(request)
    layout = services.reset_layout(actor=request.user, key=_known(key), role=role)
    return kept(request, layout, role, _("The layout is as it was declared."))


@for_administrators
@require_POST
def back(request: HttpRequest, key: str, event_id: int, is_before: bool) -> HttpResponse:
    """Have a layout as it was after one of its changes, or before it."""
    role = chosen_role(request)
    layout = queries.stored(_known(key), role.pk if role else None)
    services.put_back(actor=request.user, layout=layout, event_id=event_id, is_before=is_before)
    messages.success(request, _("Taken back.") if is_before else _("The layout is as it was then."))
    return go(request, url_of(key, role))


@for_administrators
@require_POST
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The form as somebody with one role sees it, with what is arranged on the screen and not saved yet."""
    resource, role = _find(key), chosen_role(request, "as")
    person = somebody_with(role, like=request.user)
    try:
        layout = arranged(resource, services.understand(resource, layout_forms.submitted(request.POST)))
    except Invalid as problem:
        errors = controls.other_errors(problem, ())
        return render(request, "web/layout.html#preview", {"problems": errors}, status=problem.status)
    context = {
        "role": role,
        "preview": _drawn(resource, person, layout),
        "unseen": Reader.of(request.user).listed(_unseen(resource, person, layout)),
    }
    return render(request, "web/layout.html#preview", context)


def _drawn(resource: Resource, person: Any, layout: Arrangement) -> list[dict[str, Any]]:
    values = {name: field.default for name, field in resource.fields.items()}
    sections = controls.sections(resource, person, values, layout=layout)
    for section in sections:
        for field in section["fields"]:
            field["required"] = field["required"] or field["name"] in layout.required
            field["id"] = f"preview-{field['name']}"
    return sections


def _unseen(resource: Resource, person: Any, layout: Arrangement) -> list[str]:
    """What rules about fields take from this role, of what the layout shows."""
    readable = resource.readable_fields(person)
    return [
        str(field.label) for name, field in resource.fields.items() if name in layout.shown and name not in readable
    ]
