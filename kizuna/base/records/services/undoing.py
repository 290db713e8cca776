"""Taking back the last change of a record, and putting one value back that stood in it before."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kizuna.base.events.models import Subject
from kizuna.base.records.history import entry_at
from kizuna.base.records.models import Record
from kizuna.base.records.services.changing import update
from kizuna.base.resources import registry
from kizuna.base.types.errors import Missing, Refused


@transaction.atomic
def undo(*, actor: Any, record: Record, version: int) -> Record:
    """Put back what stood in the fields before the change that made `version`, as a change of its own.

    Raises Stale when the record changed since, Refused when that version was not made by an edit, Missing or Denied.
    """
    key = registry.of(record).key
    told = Subject.objects.filter(resource=key, record_id=record.pk)
    last = told.filter(event__name__startswith="records.").order_by("-event_id").first()
    if last is None or not last.changes or _is_built_upon(told, last):
        raise Refused(_("There is nothing to take back."))
    before = {name: change[0] for name, change in last.changes.items()}
    return update(actor=actor, record=record, changes=before, version=version)


def _is_built_upon(told: QuerySet[Subject], edit: Subject) -> bool:
    """Whether something other than an edit, such as a merge, changed the record since: its version is that one's. What
    followed from the edit itself is part of it."""
    later = told.filter(event_id__gt=edit.event_id, changes__isnull=False)
    return later.exclude(event__cause_id__gte=edit.event_id).exists()


@transaction.atomic
def put_back(*, actor: Any, record: Record, event_id: int, name: str) -> Record:
    """Give a field the value again that stood in it before the event, as a change of its own, whatever it is now.

    Raises Missing when the event did not change this field of the record, Denied, or Invalid when it may not be now.
    """
    entry = entry_at(actor=actor, record=record, event_id=event_id)
    if entry is None or name not in entry.changes:
        raise Missing()
    return update(actor=actor, record=record, changes={name: entry.changes[name][0]})
