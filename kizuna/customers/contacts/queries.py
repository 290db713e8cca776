"""Who may live together: people of one family name at one address, as far as the actor sees them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kizuna.base.types import text
from kizuna.customers.contacts.models import Contact, HouseholdSuggestion

READ = ("pk", "family_name", "company_id", "household_id", "addresses")
Home = tuple[str, str]


def homes_of(person: Contact) -> set[Home]:
    """Family name and place, folded; none without a street, for a city is no home, and none where somebody works."""
    family = text.fold(person.family_name)
    found = set()
    for point in person.addresses if family else ():
        if person.company_id and point.get("label") == "work":
            continue
        line = text.fold(" ".join(filter(None, (point.get("line1"), point.get("line2")))))
        place = text.fold(point.get("postal_code") or point.get("city") or "").replace("-", "").replace(" ", "")
        if line and place:
            found.add((family, f"{place}:{line}"))
    return found


def housemates(actor: Any, contact: Contact) -> list[Contact]:
    """People who may live with a contact, as the job found, and still share an address; the oldest first.

    Nobody of whom somebody said that they do not, or who has another household already. One query, or two.
    """
    pairs = HouseholdSuggestion.objects.filter(Q(contact=contact) | Q(other=contact), refused_at=None)
    near = {one if other == contact.pk else other for one, other in pairs.values_list("contact_id", "other_id")}
    if not near:
        return []
    homes = homes_of(contact)
    people = Contact.objects.visible_to(actor).filter(pk__in=near).order_by("pk")
    return [
        one for one in people if not (contact.household_id and one.household_id) and not homes.isdisjoint(homes_of(one))
    ]


def share_an_address(one: Contact, other: Contact) -> bool:
    return not homes_of(one).isdisjoint(homes_of(other))


def visible(actor: Any) -> QuerySet[HouseholdSuggestion]:
    """Suggestions of which the actor sees both people.

    Each of the two is looked up. As lists of everybody they would be tried against each other: millions of pairs.
    """
    people = Contact.objects.visible_to(actor).order_by()
    is_seen, is_other_seen = (Exists(people.filter(pk=OuterRef(name))) for name in ("contact_id", "other_id"))
    return HouseholdSuggestion.objects.filter(is_seen, is_other_seen).select_related("contact", "other")


def waiting(actor: Any, *, after: int = 0, size: int = 20) -> list[HouseholdSuggestion]:
    """What nobody has decided, the oldest first: one of the two has no home yet, and neither has moved since."""
    homeless = Q(contact__household=None) | Q(other__household=None)
    rows = visible(actor).filter(homeless, refused_at=None).order_by("pk")
    found: list[HouseholdSuggestion] = []
    while len(found) < size:
        page = list(rows.filter(pk__gt=after)[:size])
        found += [pair for pair in page if share_an_address(pair.contact, pair.other)]
        if len(page) < size:
            break
        after = page[-1].pk
    return found[:size]


def find(actor: Any, suggestion_id: int) -> HouseholdSuggestion | None:
    return visible(actor).filter(pk=suggestion_id).first()


def people_by_family() -> QuerySet[Contact]:
    """Everybody with a family name and an address, family by family, for the job: only what homes are made of."""
    rows = Contact.objects.live().exclude(family_name="").exclude(addresses=[])
    return rows.order_by("family_name", "given_name", "pk").only(*READ)
