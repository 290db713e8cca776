"""What a customer's page shows of its touches, what everybody must know, a follow-up while logging a call, and an
invitation to answer on the page of a meeting."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.titles import title_of
from kizuna.base.types.errors import Invalid, Missing
from kizuna.base.ui import controls
from kizuna.base.ui.finding import find, find_with_past
from kizuna.base.ui.middleware import toast
from kizuna.base.ui.shown import ShownRecord
from kizuna.customers.contacts.models import channels
from kizuna.customers.timeline import queries, services
from kizuna.customers.timeline.models import Attendee, Interaction, Meeting

COLOURS = 5
MOST_PEOPLE = 5
HEIGHT = 56
TASK, DAY = "follow_up", "follow_up_on"
REACH = {"contact": "contact", "company": "company_then"}
"""The field of interactions that a list of the same ones is filtered by."""


def panel(shown: ShownRecord) -> dict[str, Any] | None:
    """The figures, asked for when they are seen; None for who may not read interactions."""
    if not policy.permissions_of(shown.actor).can("interaction", "read"):
        return None
    return {"id": "touches", "icon": "messages", "title": _("Touches"), "lazy_url": f"{shown.url}/touches"}


@login_required
@require_GET
def touches(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """The panel of figures."""
    record = _record(request, resource, record_id)
    actor: Any = request.user
    reader = Reader.of(actor)
    found = queries.figures(actor, resource.key, record.pk)
    names = User.objects.in_bulk([pk for pk in found.people if pk])
    listed = _listed(resource, record)
    context = {
        "url": f"{resource.record_url(record.pk)}/touches",
        "total": found.total,
        "is_capped": found.is_capped,
        "most": queries.MOST_OF_MONTH,
        "lasts": [_last(reader, _("Last in"), found.last_in), _last(reader, _("Last out"), found.last_out)],
        "cadence": _days(found.cadence, reader),
        "strength": found.strength,
        "parts": [{"label": _part_words(one.code), "points": one.points, "most": one.most} for one in found.parts],
        "chart": _chart(found, reader, listed),
        "people": [_person(reader, pk, number, found.total, names, listed) for pk, number in found.people.items()][
            :MOST_PEOPLE
        ],
    }
    return render(request, "timeline/touches.html", context)


def _record(request: HttpRequest, resource: Resource, record_id: int) -> Record:
    actor: Any = request.user
    if resource.key not in queries.REACH or not policy.permissions_of(actor).can("interaction", "read"):
        raise Missing()
    return find_with_past(resource, actor, record_id)


def _listed(resource: Resource, record: Record) -> Any:
    """Makes the address of the list of these interactions, narrowed further by a field."""
    path = REACH.get(resource.key)

    def url(field: str = "", value: Any = None) -> str:
        if path is None:
            return ""
        leaves = [{"field": path, "op": "is", "value": record.pk}]
        leaves += [{"field": field, "op": "is", "value": value}] if field else []
        return f"/interactions?{urlencode({'filter': conditions.dump({'all': leaves})})}"

    return url


def _last(reader: Reader, label: str, one: Interaction | None) -> dict[str, str]:
    if one is None:
        return {"label": label, "text": pgettext("of a touch", "Never"), "note": "", "url": ""}
    day = one.happened_at.astimezone(reader.zone).date()
    away = (reader.today - day).days
    note = _("Today") if away <= 0 else ngettext("%(count)d day ago", "%(count)d days ago", away) % {"count": away}
    return {"label": label, "text": reader.day(day), "note": note, "url": f"/interactions/{one.pk}"}


def _days(number: float | None, reader: Reader) -> str:
    if number is None:
        return ""
    shown = int(number) if number == int(number) else round(number, 1)
    words = ngettext("Every %(count)s day", "Every %(count)s days", int(number) or 1)
    return words % {"count": reader.number(shown)}


def _part_words(code: str) -> str:
    return {
        "fresh": _("How fresh it is"),
        "much": _("How much there was"),
        "mutual": _("How mutual it is"),
        "ways": _("In how many ways"),
    }[code]


def _chart(found: Any, reader: Reader, listed: Any) -> dict[str, Any]:
    """Columns of a picture 12 months wide, stacked by channel, and the same as rows of a table."""
    ordered = sorted(found.channels.items(), key=lambda pair: -sum(pair[1]))
    highest = max((sum(column) for column in zip(*found.channels.values(), strict=True)), default=0) or 1
    bars = []
    tops = [0] * len(found.months)
    for place, (_code, counts) in enumerate(ordered):
        for month, count in enumerate(counts):
            if count:
                start, tops[month] = tops[month], tops[month] + count
                low, high = round(HEIGHT * start / highest, 2), round(HEIGHT * tops[month] / highest, 2)
                bars.append(
                    {"x": month * 20 + 2, "y": HEIGHT - high, "height": round(high - low, 2), "tint": _tint(place)}
                )
    rows = []
    for place, (code, counts) in enumerate(ordered):
        channel = channels.named(code)
        label = channel.label if channel else code
        rows.append(
            {
                "label": label,
                "tint": _tint(place),
                "counts": counts,
                "total": sum(counts),
                "url": listed("channel", code),
            }
        )
    return {"bars": bars, "rows": rows, "height": HEIGHT, "months": [reader.day(month) for month in found.months]}


def _tint(place: int) -> str:
    return str(place + 1) if place < COLOURS else "rest"


def _person(
    reader: Reader, pk: int | None, number: int, total: int, names: dict[int, User], listed: Any
) -> dict[str, Any]:
    name = names[pk].name if pk in names else _("Nobody of us")
    return {
        "name": name,
        "count": number,
        "share": reader.percent(round(100 * number / (total or 1))),
        "url": listed("handled_by", pk) if pk else "",
    }


# ── what everybody must know ──


def alert(shown: ShownRecord) -> dict[str, Any] | None:
    """The notes on top of a page; an empty place where there are none, which fills when one is pinned."""
    if not policy.permissions_of(shown.actor).can("note", "read"):
        return None
    return {
        "template": "timeline/facts.html",
        "url": f"{shown.url}/facts",
        "facts": _facts(shown.actor, shown.resource, shown.record),
    }


@login_required
@require_GET
def facts(request: HttpRequest, resource: Resource, record_id: int) -> HttpResponse:
    """The same, read again."""
    record = _record(request, resource, record_id)
    url = f"{resource.record_url(record.pk)}/facts"
    return render(
        request, "timeline/facts.html", {"alert": {"url": url, "facts": _facts(request.user, resource, record)}}
    )


def _facts(actor: Any, resource: Resource, record: Record) -> list[dict[str, str]]:
    if not policy.permissions_of(actor).readable("note", "body"):
        return []
    is_of_many = resource.key == "household"
    return [
        {
            "who": title_of(note.contact, actor) if is_of_many else "",
            "text": note.body,
            "url": f"/notes/{note.pk}",
        }
        for note in queries.facts_about(actor, resource.key, record.pk)
    ]


# ── will you come? ──


def invitation(shown: ShownRecord) -> dict[str, Any] | None:
    """On the page of a meeting, for who is asked to it: what they answered, and the answers that there are."""
    assert isinstance(shown.record, Meeting)
    found = queries.asked_as(shown.actor, shown.record)
    return _asked(found) if found else None


def _asked(attendee: Attendee) -> dict[str, Any]:
    is_open = attendee.status == Attendee.Status.NEEDS_ACTION
    return {
        "template": "timeline/asked.html",
        "url": f"/meetings/{attendee.meeting_id}/answer",
        "answered": "" if is_open else attendee.get_status_display(),
        "current": attendee.status,
        "choices": [
            (Attendee.Status.ACCEPTED, _("I will come")),
            (Attendee.Status.TENTATIVE, _("Maybe")),
            (Attendee.Status.DECLINED, _("I cannot come")),
        ],
    }


@login_required
@require_POST
def answer(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Keep what a colleague answers who is asked to a meeting."""
    actor: Any = request.user
    meeting: Any = find(registry.get("meeting"), actor, meeting_id)
    kept = services.answer_meeting(actor=actor, meeting=meeting, status=request.POST.get("status", ""))
    response = render(request, "timeline/asked.html", {"alert": _asked(kept)})
    return toast(response, _("Your answer was kept."), tone="good", also="kizuna:happened")


# ── and then? ──


def follow_up(actor: Any, given: QueryDict, record: Record | None) -> dict[str, Any] | None:
    """What is to be done after this touch: one line and a day, under the form of a new interaction."""
    if record is not None or not policy.permissions_of(actor).can("task", "create"):
        return None
    return {"text": given.get(TASK, ""), "day": given.get(DAY, "")}


def keep_follow_up(actor: Any, given: QueryDict, record: Record) -> None:
    """Make the task, once however often the form is sent. Raises Invalid for a day that is none."""
    title = given.get(TASK, "").strip()
    if not title or not policy.permissions_of(actor).can("task", "create"):
        return
    day = given.get(DAY, "")
    values = {
        "title": title,
        "due_on": _day(day) if day else Reader.of(actor).today + dt.timedelta(days=1),
        "contact": record.contact_id,  # type: ignore[attr-defined]
        "company": record.company_id,  # type: ignore[attr-defined]
    }
    once = given.get("once") or controls.once()
    records.create(actor=actor, resource=registry.get("task"), values=values, once=f"{once}:{TASK}")


def _day(text: str) -> dt.date:
    try:
        found = parse_date(text[:10])
    except ValueError:
        found = None
    if found is None:
        raise Invalid({"": [_("Give the day of the follow-up as 2026-11-20.")]})
    return found
