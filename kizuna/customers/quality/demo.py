"""The sample company, as far as quality goes: addresses as people give them, a firm that nobody knows any more, and a
first reckoning."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.quality import services
from kizuna.customers.quality.models import Finding, Round

GIVEN = ("{}@mailinator.com", "{}@gmial.com", "{}@yopmail.com", "{}@yahoo.co.jo", "{}@gmail.con")
FORGOTTEN = ("Aoyama Interior Fair 2019", "商工会議所 名刺交換会")
LONG_AGO = dt.timedelta(days=1400)
QUIET = 14
"""Contacts whom nobody has heard of for years."""


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Enter what is to be found, and look for it; contacts, consents and the timeline must be there."""
    people = Contact.objects.live().filter(email="", phone__gt="").order_by("-pk")
    for number, (person, pattern) in enumerate(zip(people[: len(GIVEN)], GIVEN, strict=False), 1):
        before = person.updated_at
        records.update(actor=actor, record=person, changes={"emails": [pattern.format(f"mail{number}")]})
        Contact.objects.filter(pk=person.pk).update(updated_at=before)
    for name in FORGOTTEN:
        firm = records.create(actor=actor, resource=registry.get("company"), values={"name": name})
        then = timezone.now() - LONG_AGO
        Company.objects.filter(pk=firm.pk).update(created_at=then, updated_at=then)
    _let_go_quiet()
    services.carry_out(round_id=Round.objects.create().pk)
    _decide(actor)
    services.start_round(actor=actor)  # once all is told: later rooms tell of companies that came months ago


def _let_go_quiet() -> None:
    """Some came long ago and never since; one of them was entered under older rules of spelling."""
    people = (
        Contact.objects.live().filter(last_touch_at=None, household=None, company=None).order_by("created_at", "pk")
    )
    ids = list(people.values_list("pk", flat=True)[:QUIET])
    then = timezone.now() - LONG_AGO / 2
    Contact.objects.filter(pk__in=ids).update(created_at=then, updated_at=then)
    for person in Contact.objects.filter(pk__in=ids[:1]):
        Contact.objects.filter(pk=person.pk).update(family_name=f"{person.family_name} ")


def _decide(actor: Any) -> None:
    """Somebody has begun with the queue."""
    waiting = Finding.objects.asking().filter(resource="contact", code="stale").order_by("pk")
    people = list(Contact.objects.filter(pk__in=waiting.values("record_id")[:3]).order_by("pk"))
    right, later = registry.get("contact").action("confirm_right"), registry.get("contact").action("look_again")
    assert right is not None
    assert later is not None
    for person in people[:1]:
        right(actor=person.owner or actor, record=person, note="Moved abroad, wants to stay on file.")
    for person in people[1:2]:
        later(actor=person.owner or actor, record=person, on=timezone.now().date() + dt.timedelta(days=90))
    services.count("contact")
