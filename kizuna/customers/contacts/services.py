"""Verbs about customers. Plain create, change and delete go through `base.records`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Subject, publish
from kizuna.base.records import services as records
from kizuna.base.records import trees
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.customers.contacts.events import HouseholdFormed
from kizuna.customers.contacts.models import Company, Contact, Household


@action(
    label=_("Put in one household"),
    icon="home",
    asks={"partner": _("Together with"), "name": _("Name of the household")},
)
def form_household(*, actor: Any, contact: Contact, partner: Contact, name: str = "") -> Household:
    """Let two people live in one household: the one that either of them has, or a new one.

    A new one is called `name`, or after the family. Doing it twice changes nothing. Raises Refused when both already
    live in different households or the two are one person, Denied where the actor may not change one of them.
    """
    policy.check(actor, "update", partner)
    if contact.pk == partner.pk:
        raise Refused(_("It takes two different people to form a household."), field="partner")
    homes = {home for home in (contact.household_id, partner.household_id) if home}
    if len(homes) > 1:
        raise Refused(_("They live in different households. Take one of them out of theirs first."), field="partner")
    if contact.household_id and contact.household_id == partner.household_id:
        return Household.objects.get(pk=contact.household_id)
    household = Household.objects.get(pk=homes.pop()) if homes else _new_household(actor, contact, name)
    for person in (contact, partner):
        if person.household_id != household.pk:
            records.update(actor=actor, record=person, changes={"household": household.pk})
    publish(
        HouseholdFormed(household_id=household.pk, contact_ids=(contact.pk, partner.pk)),
        subjects=[
            Subject(resource="household", record_id=household.pk),
            Subject(resource="contact", record_id=contact.pk),
            Subject(resource="contact", record_id=partner.pk),
        ],
    )
    return household


def _new_household(actor: Any, contact: Contact, name: str) -> Household:
    values = {"name": name or family_title(contact), "addresses": contact.addresses, "owner": contact.owner_id}
    household = records.create(actor=actor, resource=registry.get("household"), values=values)
    assert isinstance(household, Household)
    return household


def family_title(contact: Contact) -> str:
    """What a home is called after somebody who lives there: 山本家, 김민서님 댁, Household of Ada Lovelace."""
    if contact.name.lang == "ja" and contact.family_name:
        return f"{contact.family_name}家"
    if contact.name.lang == "ko":
        return f"{contact}님 댁"
    return str(_("Household of %(name)s") % {"name": contact.family_name or str(contact)})


def refuse_circular_ownership(*, company_ids: Iterable[int]) -> None:
    """Raise Refused if one of the companies stands above itself. To be asked in the transaction that moved them."""
    message = _("This company already stands above the other one.")
    trees.refuse_circles(model=Company, parent="parent", ids=company_ids, message=message)
