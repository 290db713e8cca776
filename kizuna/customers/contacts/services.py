"""Verbs about customers. Plain create, change and delete go through `base.records`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Subject, Touched, publish
from kizuna.base.records import services as records
from kizuna.base.records import trees
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.customers.contacts import queries
from kizuna.customers.contacts.events import HouseholdFormed, HouseholdRefused
from kizuna.customers.contacts.models import Company, Contact, Household, HouseholdSuggestion

BATCH = 1000
MOST_AT_HOME = 12
"""More people of one name at one address are an office, a dormitory or a mistake."""


@action(
    label=_("Put in one household"),
    done=_("Put in one household."),
    icon="home-heart",
    asks={"partner": _("Together with"), "name": _("Name of the household")},
    place="menu",
)
def form_household(*, actor: Any, contact: Contact, partner: Contact, name: str = "") -> Household:
    """Let two people live in one household: the one that either of them has, or a new one.

    A new one is called `name`, or after the family. Doing it twice changes nothing. Refused when both already
    live in different households or the two are one person, denied where the actor may not change one of them.
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


def share_household(*, actor: Any, people: Sequence[Contact]) -> Household:
    """Let people live in one household, all or none: the one that some of them have, or a new one."""
    first = next((one for one in people if one.household_id), people[0])
    with transaction.atomic():
        for other in people:
            if other.pk != first.pk:
                household = form_household(actor=actor, contact=first, partner=other)
                first.household_id = household.pk
    return household


@transaction.atomic
def refuse_household(*, actor: Any, contact: Contact, others: Sequence[Contact]) -> list[HouseholdSuggestion]:
    """Remember that somebody lives with none of these people. Saying it twice changes nothing."""
    for person in (contact, *others):
        policy.check(actor, "update", person)
    pairs = [(min(contact.pk, other.pk), max(contact.pk, other.pk)) for other in others]
    made = [
        HouseholdSuggestion(contact_id=one, other_id=two, refused_at=timezone.now(), refused_by_id=actor.pk)
        for one, two in pairs
    ]
    HouseholdSuggestion.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["contact", "other"],
        update_fields=["refused_at", "refused_by"],
    )
    ids = (contact.pk, *(other.pk for other in others))
    publish(HouseholdRefused(contact_ids=ids), subjects=[Touched("contact", pk) for pk in ids], by=actor)
    return made


@transaction.atomic
def allow_household(*, actor: Any, suggestion: HouseholdSuggestion) -> None:
    """Take back that two people do not live together."""
    for person in (suggestion.contact, suggestion.other):
        policy.check(actor, "update", person)
    suggestion.refused_at, suggestion.refused_by = None, None
    suggestion.save(update_fields=["refused_at", "refused_by"])


def suggest_households() -> int:
    """Look through everybody for people who may live together; returns how many suggestions there are that wait.

    One pass, family by family, so that memory holds one family name's people at a time. What waits from earlier nights
    and is not found any more (somebody moved) goes; what was refused stays.
    """
    began = timezone.now()
    people = queries.people_by_family().iterator(chunk_size=2000)
    found = (pair for _name, family in groupby(people, key=lambda one: one.family_name) for pair in _homes(family))
    while some := list(islice(found, BATCH)):
        HouseholdSuggestion.objects.bulk_create(
            [HouseholdSuggestion(contact_id=one, other_id=two, found_at=began) for one, two in dict.fromkeys(some)],
            update_conflicts=True,
            unique_fields=["contact", "other"],
            update_fields=["found_at"],
        )
    waiting = HouseholdSuggestion.objects.filter(refused_at=None)
    waiting.filter(found_at__lt=began).delete()
    return waiting.count()


def _homes(family: Iterable[Contact]) -> Iterator[tuple[int, int]]:
    """Pairs of people of one family name at one address, each with the first of them who has a home, else the first."""
    homes: dict[queries.Home, list[Contact]] = defaultdict(list)
    for person in family:
        for home in queries.homes_of(person):
            homes[home].append(person)
    for people in homes.values():
        if len(people) > MOST_AT_HOME:
            continue
        first = min(people, key=lambda one: (one.household_id is None, one.pk))
        for other in people:
            if other.pk != first.pk and not other.household_id:
                yield min(first.pk, other.pk), max(first.pk, other.pk)


def refuse_circular_ownership(*, company_ids: Iterable[int]) -> None:
    """Raise Refused if one of the companies stands above itself. To be asked in the transaction that moved them."""
    message = _("This company already stands above the other one.")
    trees.refuse_circles(model=Company, parent="parent", ids=company_ids, message=message)
