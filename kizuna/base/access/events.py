"""Changes of rights: who may do what is part of what happened."""

from __future__ import annotations

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class GrantChanged(Event):
    """A role's right reaches further or less far than before: 0 none to 3 all, in a realm ("territory") beside it."""

    role_id: int
    resource: str
    operation: str
    before: int | None
    after: int | None
    realm_before: str = ""
    realm_after: str = ""


@dataclass(frozen=True, kw_only=True)
class FieldRuleChanged(Event):
    """A field was hidden from a role, made read only for it, or given back; "" is no rule."""

    role_id: int
    resource: str
    field: str
    before: str
    after: str
