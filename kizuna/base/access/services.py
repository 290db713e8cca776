"""Giving and taking rights. Only those who may do everything may change what others may do."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import realms
from kizuna.base.access.events import FieldRuleChanged, GrantChanged
from kizuna.base.access.models import FieldRule, Grant, Scope
from kizuna.base.events import publish
from kizuna.base.identity import policies
from kizuna.base.identity.models import Role
from kizuna.base.types.errors import Invalid


@transaction.atomic
def set_grant(*, actor: Any, role: Role, resource: str, operation: str, scope: int | None, realm: str = "") -> None:
    """Let a role do an operation on a kind of record ("*": every kind) as far as `scope`, own or team also as far as a
    realm; None removes the row.

    Raises Denied, or Invalid for a scope or a realm that does not exist.
    """
    policies.require_admin(actor)
    is_known = not realm or (realms.find(realm) is not None and scope in (Scope.OWN, Scope.TEAM))
    if (scope is not None and scope not in Scope.values) or not is_known:
        raise Invalid({"scope": [_("There is no such scope.")]})
    rows = Grant.objects.select_for_update().filter(role=role, resource=resource, operation=operation)
    before, realm_before = rows.values_list("scope", "realm").first() or (None, "")
    if (before, realm_before) == (scope, realm):
        return
    if scope is None:
        rows.delete()
    else:
        given = {"scope": scope, "realm": realm}
        Grant.objects.update_or_create(role=role, resource=resource, operation=operation, defaults=given)
    changed = GrantChanged(
        role_id=role.pk, resource=resource, operation=operation, before=before, after=scope,
        realm_before=realm_before, realm_after=realm,
    )  # fmt: skip
    publish(changed, by=actor)


@transaction.atomic
def set_field_rule(*, actor: Any, role: Role, resource: str, field: str, access: str) -> None:
    """Hide a field from a role ("hidden"), keep it from changing it ("read_only"), or give it back ("").

    Raises Denied, or Invalid for another word.
    """
    policies.require_admin(actor)
    if access and access not in FieldRule.Access.values:
        raise Invalid({"access": [_("There is no such rule.")]})
    rows = FieldRule.objects.select_for_update().filter(role=role, resource=resource, field=field)
    before = rows.values_list("access", flat=True).first() or ""
    if before == access:
        return
    if access:
        FieldRule.objects.update_or_create(role=role, resource=resource, field=field, defaults={"access": access})
    else:
        rows.delete()
    changed = FieldRuleChanged(role_id=role.pk, resource=resource, field=field, before=before, after=access)
    publish(changed, by=actor)


@transaction.atomic
def forget_kind(resource: str) -> None:
    """Delete what was given and taken for a kind of record that is gone for good."""
    Grant.objects.filter(resource=resource).delete()
    FieldRule.objects.filter(resource=resource).delete()
