"""Who sees which relationships: those who see both ends. Everything else follows from the grants."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from kizuna.base.access import policy
from kizuna.base.records.models import Record
from kizuna.customers.contacts.models import Company, Contact, Relationship


def seen_through(actor: Any, **ends: type[Record]) -> Q:
    """Rows whose foreign keys `ends` (field=Model) are each empty or lead to a record that the actor sees."""
    found = Q()
    for field, model in ends.items():
        if not policy.sees_all(actor, model):
            seen = model._default_manager.visible_to(actor).filter(pk=OuterRef(f"{field}_id"))
            found &= Q(**{f"{field}__isnull": True}) | Q(Exists(seen))
    return found


@policy.rows(Relationship)
def relationships_between_visible_ends(actor: Any, operation: str) -> Q:
    return seen_through(actor, from_contact=Contact, to_contact=Contact, to_company=Company)
