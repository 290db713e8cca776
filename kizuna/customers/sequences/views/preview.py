"""A sequence as one real person would get it: every mail and task in their words, and when it would come."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base.hours import queries as hours
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.types.numbers import whole
from kizuna.base.ui import controls
from kizuna.base.ui.finding import find
from kizuna.base.ui.middleware import wants_part
from kizuna.customers.contacts.models import Contact
from kizuna.customers.sequences import queries
from kizuna.customers.sequences.models import Sequence, SequenceStep


@login_required
@require_GET
def preview(request: HttpRequest, sequence_id: int) -> HttpResponse:
    """For the contact that `contact` names; nobody yet, and the words stand as they were written."""
    actor: Any = request.user
    resource = registry.get("sequence")
    sequence = find(resource, actor, sequence_id)
    assert isinstance(sequence, Sequence)
    contacts = registry.get("contact").visible_to(actor).select_related("company")
    asked = whole(request.GET.get("contact", ""))
    person = None if asked is None else contacts.filter(pk=asked).first()
    field = Relation("contact", _("Contact"), target="contact")
    url = resource.record_url(sequence.pk)
    context = {
        "title": _("Preview of %(title)s") % {"title": sequence.name},
        "back": {"url": url, "label": sequence.name},
        "url": f"{url}/preview",
        "field": controls.control(field, person.pk if person else None, actor),
        "steps": list(_steps(actor, sequence, person)),
    }
    return render(request, "sequences/preview.html#steps" if wants_part(request) else "sequences/preview.html", context)


def _steps(actor: Any, sequence: Sequence, person: Contact | None) -> Any:
    """Each as if the one before it were done at once."""
    reader, moment = Reader.of(actor), timezone.now()
    at_work = queries.hours_in(queries.zone_of(person) if person else reader.zone.key, hours.usual())
    values = queries.values_of(person, owner=actor, sequence=sequence.name) if person else {}
    steps = SequenceStep.objects.visible_to(actor).filter(sequence=sequence).order_by("position", "pk")
    for number, step in enumerate(steps, start=1):
        moment = queries.due_moment(moment, days=step.wait_days, hours=step.wait_hours, at_work=at_work)
        said = queries.said_to(step.as_kept, values)
        yield {
            "number": number,
            "kind": step.get_kind_display(),
            "when": _when(moment, at_work.zone, reader),
            "subject": said.subject,
            "body": said.body,
            "is_open": said.is_open and person is not None,
        }


def _when(moment: dt.datetime, zone: str, reader: Reader) -> str:
    """What clocks show where the person is, and which place that is."""
    return f"{replace(reader, zone=ZoneInfo(zone)).full_moment(moment)} ({zone})"
