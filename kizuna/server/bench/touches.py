"""A customer with whom we were in touch a hundred thousand times: for measuring their page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import bulk
from kizuna.base.records import services as records
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.contacts.models.channels import IN, OUT
from kizuna.customers.timeline import services
from kizuna.customers.timeline.models import Interaction

TOUCHES = 100_000
YEARS = 4
WAYS = (
    ("call", "phone"), ("mail", "email"), ("mail", "email"), ("mail", "email"), ("text", "sms"), ("talk", "in_person"),
    ("letter", "post"),
)  # fmt: skip
BATCH = 5000


def much_touched(staff: Sequence[int]) -> Contact:
    """A contact with so many interactions, with a company; made when there is none."""
    found = Interaction.objects.filter(subject="Bench").order_by("pk").first()
    if found is not None and found.contact is not None:
        return found.contact
    firm = Company.objects.order_by("-pk")[0]
    contact = Contact.objects.live().filter(company=firm).order_by("pk").first()
    if contact is None:
        contact = Contact.objects.live().order_by("-pk")[0]
        records.update(actor=SYSTEM, record=contact, changes={"company": firm.pk})
    apart = dt.timedelta(days=365 * YEARS) / TOUCHES
    now = timezone.now()
    for start in range(0, TOUCHES, BATCH):
        touches = []
        for number in range(start, start + BATCH):
            (kind, channel), who = WAYS[number % len(WAYS)], staff[number % 11 % len(staff)]
            touches.append(
                Interaction(
                    contact=contact,
                    company_then=firm,
                    subject="Bench",
                    kind=kind,
                    channel=channel,
                    direction=(OUT, IN)[number % 3 == 0],
                    happened_at=now - number * apart,
                    handled_by_id=who,
                    owner_id=who,
                    body=f"Touch {number}",
                    created_at=now - number * apart,
                )
            )
        bulk.insert(Interaction, touches)
    services.keep_last_touches(contacts=[contact.pk], companies=[firm.pk])
    return contact
