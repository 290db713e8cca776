"""Who may live together: people of one family name at one address, as far as the actor sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from kizuna.base.types import text
from kizuna.customers.contacts.models import Contact, HouseholdSuggestion

MOST_NAMESAKES = 500
"""Namesakes that are looked through for one contact; a job looks through all."""
READ = ("pk", "family_name", "household_id", "addresses")
Home = tuple[str, str]


def homes_of(family_name: str, addresses: Iterable[dict[str, Any]]) -> set[Home]:
    """Family name and place, folded; none without a street, for a city is no home."""
    family = text.fold(family_name)
    found = set()
    for point in addresses if family else ():
        line = text.fold(" ".join(filter(None, (point.get("line1"), point.get("line2")))))
        place = text.fold(point.get("postal_code") or point.get("city") or "").replace("-", "").replace(" ", "")
        if line and place:
            found.add((family, f"{place}:{line}"))
    return found


def housemates(actor: Any, contact: Contact) -> list[Contact]:
    """People who may live with a contact and are not in one household with them, or in another one; the oldest first.

    Nobody of whom somebody said that they do not.
    """
    homes = homes_of(contact.family_name, contact.addresses)
    if not homes:
        return []
    namesakes = Contact.objects.visible_to(actor).filter(family_name=contact.family_name).exclude(pk=contact.pk)
    rows = namesakes.order_by("given_name", "pk").only(*READ)
    near = [
        row.pk
        for row in rows[:MOST_NAMESAKES]
        if _may_join(contact, row) and not homes.isdisjoint(homes_of(row.family_name, row.addresses))
    ]
    together = set(near) - _refused(contact, near)
    return list(Contact.objects.filter(pk__in=together).order_by("pk")) if together else []


def _may_join(contact: Contact, other: Contact) -> bool:
    """Not when both have a home already, be it the same or two."""
    return not (contact.household_id and other.household_id)


def _refused(contact: Contact, others: Sequence[int]) -> set[int]:
    if not others:
        return set()
    with_them = Q(contact=contact, other__in=others) | Q(other=contact, contact__in=others)
    found = HouseholdSuggestion.objects.filter(with_them, refused_at__isnull=False)
    return {one if other == contact.pk else other for one, other in found.values_list("contact_id", "other_id")}


def visible(actor: Any) -> QuerySet[HouseholdSuggestion]:
    """Suggestions of which the actor sees both people."""
    rows = Contact.objects.visible_to(actor).order_by().values("pk")
    return HouseholdSuggestion.objects.filter(contact__in=rows, other__in=rows).select_related("contact", "other")


def waiting(actor: Any, *, after: int = 0, size: int = 20) -> list[HouseholdSuggestion]:
    """What nobody has decided, the oldest first: one of the two has no home yet."""
    rows = visible(actor).filter(refused_at=None, pk__gt=after)
    homeless = Q(contact__household=None) | Q(other__household=None)
    return list(rows.filter(homeless).order_by("pk")[:size])


def find(actor: Any, suggestion_id: int) -> HouseholdSuggestion | None:
    return visible(actor).filter(pk=suggestion_id).first()


def people_by_family() -> QuerySet[Contact]:
    """Everybody with a family name and an address, family by family, for the job: only what homes are made of."""
    rows = Contact.objects.live().exclude(family_name="").exclude(addresses=[])
    return rows.order_by("family_name", "given_name", "pk").only(*READ)
