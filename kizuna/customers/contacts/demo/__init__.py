"""The sample company, as far as contacts go: Hinata Living (日向リビング) and everybody it knows.

Home furnishings from Yokohama: a web shop, stores in Yokohama, Fukuoka and Sapporo, customers in Korea and Europe, and
hotels, offices, clinics and cafés that furnish with it. No person, firm or domain in it is real.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.customers.contacts import services
from kizuna.customers.contacts.demo import catalogue, extras, papers, staff, twins, views, visits
from kizuna.customers.contacts.demo.company import Story


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Load teams, users, companies, contacts, households and relationships with 18 months of history before `today`,
    the showroom visits and files that came with it, people who are there twice, and the views that are kept of them."""
    crew = staff.hire(actor)
    today = today or timezone.localdate()
    extras.add_fields(actor)
    visits.make_kind(actor)
    Story(crew, today).tell()
    extras.fill()
    visits.fill(crew, today)
    papers.file_away(crew, today)
    twins.bring(crew, today)
    views.keep(crew)
    services.suggest_households()
    catalogue.mark(crew, today)


def sign_ins() -> list[tuple[str, str, str]]:
    """(address, password, who it is) of those worth signing in as."""
    return [(one.email, staff.PASSWORD, f"{one.name}, {one.team}, {one.role.replace('_', ' ')}") for one in staff.STAFF]
