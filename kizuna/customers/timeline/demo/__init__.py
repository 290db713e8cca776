"""The sample company, as far as notes and tasks go: eighteen months of visits, quotes, deliveries and mended lamps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.demo.views import keep
from kizuna.customers.timeline.demo.diary import Diary
from kizuna.customers.timeline.demo.views import VIEWS


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Write the notes and tasks of the sample company's people; contacts and users must be there."""
    Diary(today or timezone.localdate()).write()
    keep(Crew.stored(), VIEWS)
