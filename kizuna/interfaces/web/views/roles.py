"""What each role may do: one table of kinds of record and operations, and the fields taken from it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.base.access import parts, policy, realms, services
from kizuna.base.access.models import ANY_RESOURCE, MADE_HERE, FieldRule, Grant, Scope
from kizuna.base.identity import services as identity
from kizuna.base.identity.models import Role
from kizuna.base.merging.queries import MERGE
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Missing
from kizuna.base.ui.middleware import go, toast
from kizuna.interfaces.web.fields import control
from kizuna.interfaces.web.views.people import for_administrators

Granted = dict[tuple[str, str], tuple[int, str]]
PLUS = "+"
AS_WHOLE = str(Scope.ALL.value)
OPERATIONS = {
    "read": gettext_lazy("Read"),
    "create": gettext_lazy("Create"),
    "update": gettext_lazy("Change"),
    "delete": gettext_lazy("Delete"),
    "bulk": gettext_lazy("Change many at once"),
    "export": gettext_lazy("Export"),
    "import": gettext_lazy("Import"),
    "share": gettext_lazy("Share views"),
}


@for_administrators
@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest) -> HttpResponse:
    """Every role with how many people have it; POST adds one."""
    problem: Invalid | None = None
    if request.method == "POST":
        try:
            made = identity.create_role(actor=request.user, **_words(request))
            return redirect(f"/settings/roles/{made.pk}")
        except Invalid as error:
            problem = error
    context = {
        "title": _("Roles"),
        "rows": Role.objects.annotate(people=Count("users", filter=Q(users__is_active=True))).order_by("pk"),
        "fields": _fields(_words(request), problem),
        "page": "roles",
    }
    return render(request, "web/roles.html", context, status=problem.status if problem else 200)


def _words(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("name", "description")}


def _fields(words: dict[str, str], problem: Invalid | None) -> list[dict[str, Any]]:
    return [
        control("name", _("Name of the role"), words["name"], problem=problem, half=True),
        control("description", _("What it is for"), words["description"], problem=problem, half=True),
    ]


def _find(role_id: int) -> Role:
    role = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise Missing()
    return role


@for_administrators
@require_http_methods(["GET", "POST"])
def role_page(request: HttpRequest, role_id: int) -> HttpResponse:
    """The table of rights of one role, and its name; POST renames it."""
    role = _find(role_id)
    words, problem = {"name": role.title, "description": role.summary}, None
    if request.method == "POST":
        words = _words(request)
        try:
            identity.rename_role(actor=request.user, role=role, **words)
            messages.success(request, _("Saved."))
            return redirect(f"/settings/roles/{role.pk}")
        except Invalid as error:
            problem = error
    context = _rights(role) | {"fields": _fields(words, problem)}
    return render(request, "web/role.html", context, status=problem.status if problem else 200)


@for_administrators
@require_POST
def delete_role(request: HttpRequest, role_id: int) -> HttpResponse:
    role = _find(role_id)
    identity.delete_role(actor=request.user, role=role)
    messages.success(request, _("The role is deleted."))
    return go(request, "/settings/roles")


def _rights(role: Role) -> dict[str, Any]:
    """What the table of rights needs."""
    granted = {(row.resource, row.operation): (row.scope, row.realm) for row in Grant.objects.filter(role=role)}
    kinds = [resource for resource in registry.all_resources() if "update" in resource.operations]
    rows = [_row(ANY_RESOURCE, _("Every kind of record"), granted, policy.OPERATIONS)]
    for kind in kinds:
        follows = not kind.key.startswith(MADE_HERE)  # a kind that was made here has no right that it is not given
        rows.append(_row(kind.key, kind.plural_label, granted, kind.operations, default=follows))
    actions = [
        {
            "label": f"{kind.label}: {action.label}",
            "cell": _cell(kind.key, action.name, granted, default=True),
        }
        for kind in kinds
        for action in kind.actions
    ] + [
        {"label": f"{kind.label}: {_('Merge')}", "cell": _cell(kind.key, MERGE, granted, default=True)}
        for kind in kinds
        if kind.mergeable
    ]
    return {
        "title": role.title,
        "role": role,
        "operations": OPERATIONS.values(),
        "rows": rows,
        "actions": actions,
        "realms": [realm.about for realm in realms.every()],
        "kinds": [{"key": kind.key, "label": kind.plural_label} for kind in kinds],
        "page": "roles",
    }


def _scopes(key: str, operation: str) -> list[tuple[str, Any]]:
    """How far a right to this kind of record may reach: beside owners also by realms, where records have them. Parts
    are reached as far as what they are parts of, or not at all."""
    if part := _part(key, operation):
        none, whole = Scope.NONE, part.whole._meta.verbose_name
        return [(str(none.value), none.label), (AS_WHOLE, _("As the %(kind)s") % {"kind": whole})]
    known = [one for one in realms.every() if key == ANY_RESOURCE or one.has(registry.get(key).model)]
    found: list[tuple[str, Any]] = []
    for scope in Scope:
        found.append((str(scope.value), scope.label))
        if scope in (Scope.OWN, Scope.TEAM):
            found += [(f"{scope.value}{PLUS}{one.key}", one.own if scope == Scope.OWN else one.team) for one in known]
    return found


def _part(key: str, operation: str) -> parts.Part | None:
    return None if operation in parts.AS_GRANTED else parts.find(key)


def _row(key: str, label: Any, granted: Granted, operations: Any, *, default: bool = False) -> dict[str, Any]:
    cells = [
        _cell(key, operation, granted, default=default) if operation in operations else None for operation in OPERATIONS
    ]
    return {"key": key, "label": label, "cells": cells}


def _cell(key: str, operation: str, granted: Granted, *, default: bool) -> dict[str, Any]:
    scope, realm = granted.get((key, operation), ("", ""))
    value = AS_WHOLE if scope and _part(key, operation) else f"{scope}{realm and PLUS}{realm}"
    return {
        "resource": key,
        "operation": operation,
        "value": value,
        "scopes": [("", _("As above"))] * default + _scopes(key, operation),
        "label": OPERATIONS.get(operation, operation),
    }


@for_administrators
@require_POST
def set_right(request: HttpRequest, role_id: int) -> HttpResponse:
    """One cell of the table: saved when it is chosen."""
    role = _find(role_id)
    key, operation, raw = (request.POST.get(name, "") for name in ("resource", "operation", "scope"))
    if operation not in (policy.OPERATIONS if key == ANY_RESOURCE else _operations(registry.get(key))):
        raise Missing()
    if raw and raw not in dict(_scopes(key, operation)):
        raise Invalid({"scope": [_("There is no such scope.")]})
    reach, _plus, realm = raw.partition(PLUS)
    scope = int(reach) if reach else None
    services.set_grant(actor=request.user, role=role, resource=key, operation=operation, scope=scope, realm=realm)
    return toast(HttpResponse(status=204), _("Saved."), tone="good")


def _operations(resource: Resource) -> set[str]:
    merge = {MERGE} if resource.mergeable else set()
    return {*resource.operations, *(action.name for action in resource.actions), *merge}


@for_administrators
@require_http_methods(["GET", "POST"])
def role_fields(request: HttpRequest, role_id: int, key: str) -> HttpResponse:
    """Fields of one kind of record: shown and editable, read only, or hidden."""
    role = _find(role_id)
    resource = registry.get(key)
    if request.method == "POST":
        name = request.POST.get("field", "")
        if name not in resource.fields:
            raise Missing()
        services.set_field_rule(
            actor=request.user, role=role, resource=key, field=name, access=request.POST.get("access", "")
        )
        return toast(HttpResponse(status=204), _("Saved."), tone="good")
    rules = dict(FieldRule.objects.filter(role=role, resource=key).values_list("field", "access"))
    context = {
        "title": f"{role.title}: {resource.plural_label}",
        "role": role,
        "resource": resource,
        "rows": [{"field": field, "value": rules.get(name, "")} for name, field in resource.fields.items()],
        "choices": [("", _("See and change")), *FieldRule.Access.choices],
        "page": "roles",
    }
    return render(request, "web/role_fields.html", context)
