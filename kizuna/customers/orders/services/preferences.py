"""What a customer likes, noted and taken away by people who know them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from kizuna.base.access import policy
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Missing
from kizuna.customers.catalog.models import Product
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.orders.models import Preference


@transaction.atomic
def note_preference(
    *,
    actor: Any,
    customer: Contact | Company,
    kind: str,
    is_liked: bool = True,
    product: int | None = None,
    category: int | None = None,
    words: str = "",
) -> Preference:
    """Note that something is a favourite of a customer, or their size, or (`is_liked` False) that it is not. What is
    noted of the same thing is changed. Raises Missing, Denied, or Invalid where it says nothing."""
    policy.check(actor, "update", customer)
    whose = registry.of(customer).key
    same = Preference(kind=kind, category_id=category, words=words)
    if product is not None:
        same.product = Product.objects.visible_to(actor).select_related("variant_of").filter(pk=product).first()
        if same.product is None:
            raise Missing()
    same.take_whole()
    same.normalise()
    known = Preference.objects.live().filter(**{whose: customer.pk}, key=same.key).first()
    if known is not None:
        return records.update(actor=actor, record=known, changes={"is_liked": is_liked})  # type: ignore[return-value]  # it answers what it was given
    values = {
        whose: customer.pk, "kind": kind, "product": product, "category": category, "words": words,
        "is_liked": is_liked, "owner": customer.owner_id or actor.pk,
    }  # fmt: skip
    return records.create(actor=actor, resource=registry.get("preference"), values=values)  # type: ignore[return-value]  # of this kind
