"""Layouts: where the fields of a kind of record stand, for everybody or a role, with a preview and its history."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
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
from kizuna.base.ui import controls
from kizuna.base.ui.middleware import go
from kizuna.interfaces.web import layout_forms
from kizuna.interfaces.web.views.people import for_administrators


def _kinds() -> list[Resource]:
    return [one for one in registry.all_resources() if {"create", "update"} & set(one.operations)]


def _find(key: str) -> Resource:
    resource = registry.get(key)
    if resource not in _kinds():
        raise Missing()
    return resource


def _role(request: HttpRequest, name: str = "role") -> Role | None:
    """Whose layout: a role's, or (None) the one for everybody. Raises Missing."""
    text = request.POST.get(name) or request.GET.get(name) or ""
    if not text:
        return None
    role = Role.objects.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 19 else None
    if role is None:
        raise Missing()
    return role


def _url(resource: Resource, role: Role | None, path: str = "") -> str:
    query = f"?{urlencode({'role': role.pk})}" if role else ""
    return f"/settings/layouts/{resource.key}{path}{query}"


@for_administrators
@require_GET
def layouts_home(request: HttpRequest) -> HttpResponse:
    return redirect(_url(_kinds()[0], None))


@for_administrators
@require_http_methods(["GET", "POST"])
def layout_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET draws the editor of one layout; POST keeps what was arranged."""
    resource, role = _find(key), _role(request)
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
    found = queries.past(layout)
    undo = _url(resource, role, f"/undo/{found[0].event_id}") if found else ""
    messages.success(request, _("The layout is saved. Everybody has it from their next page on."), extra_tags=undo)
    return go(request, _url(resource, role))


def _page(
    request: HttpRequest,
    resource: Resource,
    role: Role | None,
    content: dict[str, Any] | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    layout = queries.stored(resource, role.pk if role else None)
    own = queries.has_own(resource)
    drawn = content or layout_forms.as_content(queries.of_role(resource, role.pk if role else None))
    roles = list(Role.objects.all())
    context = layout_forms.editor(resource, drawn) | {
        "title": _("Layout of %(nouns)s") % {"nouns": str(resource.plural_label).lower()},
        "page": "layouts",
        "resource": resource,
        "kinds": [{"label": one.plural_label, "url": _url(one, None), "is_on": one is resource} for one in _kinds()],
        "audiences": _audiences(resource, role, roles, own),
        "is_own": layout.content is not None,
        "role": role,
        "version": request.POST.get("version", "") if problem else layout.version,
        "save_url": _url(resource, role),
        "reset_url": _url(resource, role, "/reset"),
        "preview_url": _url(resource, role, "/preview"),
        "preview_roles": [{"id": one.pk, "label": one.title, "selected": one == role} for one in roles],
        "past": _past(request, resource, role, layout),
        "problems": controls.other_errors(problem, ()) if problem else [],
    }
    is_part = problem is not None and request.headers.get("HX-Request")
    template = "web/layout.html#editor" if is_part else "web/layout.html"
    return render(request, template, context, status=problem.status if problem else 200)


def _audiences(
    resource: Resource, current: Role | None, roles: list[Role], own: set[int | None]
) -> list[dict[str, Any]]:
    return [
        {
            "label": role.title if role else _("Everybody"),
            "url": _url(resource, role),
            "is_on": role == current,
            "is_own": (role.pk if role else None) in own,
        }
        for role in (None, *roles)
    ]


def _past(request: HttpRequest, resource: Resource, role: Role | None, layout: Layout) -> list[dict[str, Any]]:
    reader = Reader.of(request.user)
    found = queries.past(layout)
    people = User.objects.in_bulk({one.actor_id for one in found if one.actor_id})
    return [
        {
            "who": people[one.actor_id].name if one.actor_id in people else "Kizuna",
            "when": reader.full_moment(one.occurred_at),
            "iso": one.occurred_at.isoformat(),
            "is_reset": one.after is None,
            "is_now": number == 0,
            "back_url": _url(resource, role, f"/back/{one.event_id}"),
        }
        for number, one in enumerate(found)
    ]


@for_administrators
@require_POST
def reset(request: HttpRequest, key: str) -> HttpResponse:
    resource, role = _find(key), _role(request)
    layout = services.reset_layout(actor=request.user, resource=resource, role=role)
    found = queries.past(layout)
    undo = _url(resource, role, f"/undo/{found[0].event_id}") if found else ""
    messages.success(request, _("The layout is as it was declared."), extra_tags=undo)
    return go(request, _url(resource, role))


@for_administrators
@require_POST
def back(request: HttpRequest, key: str, event_id: int, is_before: bool) -> HttpResponse:
    """Have a layout as it was after one of its changes, or before it."""
    resource, role = _find(key), _role(request)
    layout = queries.stored(resource, role.pk if role else None)
    services.put_back(actor=request.user, layout=layout, event_id=event_id, is_before=is_before)
    messages.success(request, _("Taken back.") if is_before else _("The layout is as it was then."))
    return go(request, _url(resource, role))


@for_administrators
@require_POST
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The form as somebody with one role sees it, with what is arranged on the screen and not saved yet."""
    resource, role = _find(key), _role(request, "as")
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
