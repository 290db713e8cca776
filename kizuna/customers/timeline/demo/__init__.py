"""The sample company, as far as touches, notes, tasks and meetings go: a year and a half of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.demo.views import keep
from kizuna.customers.timeline.demo.diary import Diary
from kizuna.customers.timeline.demo.meetings import Appointments
from kizuna.customers.timeline.demo.talk import talk
from kizuna.customers.timeline.demo.touches import Touches
from kizuna.customers.timeline.demo.views import VIEWS


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Write the notes, tasks and meetings of the sample company's people; contacts and users must be there."""
    day = today or timezone.localdate()
    Diary(day).write()
    Appointments(day).write()
    Touches(day).write()
    talk()
    keep(Crew.stored(), VIEWS)
