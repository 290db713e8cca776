"""Many at once: the winter catalogue goes to the Sapporo store's customers, who were all marked for it in one go."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

from django.db.models import Q

from kizuna.base.bulk import services as bulk
from kizuna.base.bulk.models import Operation, Row, Sheet
from kizuna.base.events import EventRow
from kizuna.base.resources import registry
from kizuna.base.search.selecting import Selection
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Contact

TAG = "冬のカタログ"


def mark(crew: Crew, today: dt.date) -> None:
    """A bulk edit of yesterday with its result sheet, which can be looked at and taken back."""
    theirs = {"field": "owner", "op": "is", "value": crew.named("Aoi Sakamoto").pk}
    sheet = bulk.start(
        actor=crew.named("Mika Tanabe"),
        resource=registry.get("contact"),
        operation=Operation.EDIT,
        selection=Selection(condition=json.dumps(theirs)),
        changes={"tags": {"add": [TAG]}},
    )
    at = dt.datetime.combine(today - dt.timedelta(days=1), dt.time(16), ZoneInfo("Asia/Tokyo"))
    EventRow.objects.filter(Q(pk=sheet.event_id) | Q(cause_id=sheet.event_id)).update(occurred_at=at)
    Contact.objects.filter(pk__in=Row.objects.filter(sheet=sheet).values("record_id")).update(updated_at=at)
    Sheet.objects.filter(pk=sheet.pk).update(created_at=at, started_at=at, finished_at=at)
