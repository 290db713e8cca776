"""What each role may do: one table of kinds of record and operations, and the fields taken from it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kizuna.base.access import policy, services
from kizuna.base.access.models import ANY_RESOURCE, FieldRule, Grant, Scope
from kizuna.base.identity.models import Role
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid, Missing
from kizuna.base.ui.middleware import toast
from kizuna.interfaces.web.views.people import for_administrators

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
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    found = Role.objects.prefetch_related("users")
    rows = [{"role": role, "people": sum(user.is_active for user in role.users.all())} for role in found]
    return render(request, "web/roles.html", {"title": _("Roles"), "rows": rows, "page": "roles"})


def _find(role_id: int) -> Role:
    role = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise Missing()
    return role


@for_administrators
@require_GET
def role_page(request: HttpRequest, role_id: int) -> HttpResponse:
    """The table of rights of one role."""
    role = _find(role_id)
    granted = {(row.resource, row.operation): row.scope for row in Grant.objects.filter(role=role)}
    kinds = [resource for resource in registry.all_resources() if "update" in resource.operations]
    rows = [_row(ANY_RESOURCE, _("Every kind of record"), granted, policy.OPERATIONS)]
    rows += [_row(kind.key, kind.plural_label, granted, kind.operations, default=True) for kind in kinds]
    actions = [
        {
            "label": f"{kind.label}: {action.label}",
            "cell": _cell(kind.key, action.name, granted, default=True),
        }
        for kind in kinds
        for action in kind.actions
    ]
    context = {
        "title": role.title,
        "role": role,
        "operations": OPERATIONS.values(),
        "rows": rows,
        "actions": actions,
        "scopes": [("", _("As above")), *Scope.choices],
        "kinds": [{"key": kind.key, "label": kind.plural_label} for kind in kinds],
        "page": "roles",
    }
    return render(request, "web/role.html", context)


def _row(
    key: str, label: Any, granted: dict[tuple[str, str], int], operations: Any, *, default: bool = False
) -> dict[str, Any]:
    cells = [
        _cell(key, operation, granted, default=default) if operation in operations else None for operation in OPERATIONS
    ]
    return {"key": key, "label": label, "cells": cells}


def _cell(key: str, operation: str, granted: dict[tuple[str, str], int], *, default: bool) -> dict[str, Any]:
    value = granted.get((key, operation))
    return {
        "resource": key,
        "operation": operation,
        "value": "" if value is None else str(value),
        "may_default": default,
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
    if raw and raw not in {str(scope) for scope in Scope.values}:
        raise Invalid({"scope": [_("There is no such scope.")]})
    scope = int(raw) if raw else None
    services.set_grant(actor=request.user, role=role, resource=key, operation=operation, scope=scope)
    return toast(HttpResponse(status=204), _("Saved."), tone="good")


def _operations(resource: Resource) -> set[str]:
    return {*resource.operations, *(action.name for action in resource.actions)}


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
