"""How am I doing: few figures, each with what it counts in words, and the records behind it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.base.resources.reader import Reader
from kizuna.base.types import periods
from kizuna.customers.contacts.models import Contact
from kizuna.customers.timeline.models import Task
from kizuna.interfaces.web.panels import work
from kizuna.interfaces.web.panels.work import part

WEEK = dt.timedelta(days=7)
MONTH = 4 * WEEK


def progress(actor: Any) -> dict[str, Any] | None:
    """Two queries, whatever there is to count."""
    if not work.may_know_due_days(actor):
        return None
    reader, now = Reader.of(actor), timezone.now()
    found = {"compared": [_done(reader, counted := _tasks(reader, now))], "ages": _ages(counted, now)}
    permissions = policy.permissions_of(actor)
    if permissions.can("contact", "read") and permissions.readable("contact", "created_at"):
        found["compared"].append(_contacts(reader, now))
    return found | {"open": sum(age["value"] for age in found["ages"])}


def _weeks(path: str, reader: Reader, now: dt.datetime) -> dict[str, Q]:
    """This week so far, and all of the last one, where the reader is; weeks begin on Monday."""
    spans = {name: periods.resolve_moments(name, reader.zone, now) for name in ("this_week", "last_week")}
    return {name: Q(**{f"{path}__gte": start, f"{path}__lt": end}) for name, (start, end) in spans.items()}


def _tasks(reader: Reader, now: dt.datetime) -> dict[str, int]:
    is_open = Q(done_at__isnull=True)
    asked = _weeks("done_at", reader, now) | {
        "young": is_open & Q(created_at__gte=now - WEEK),
        "middle": is_open & Q(created_at__lt=now - WEEK, created_at__gte=now - MONTH),
        "old": is_open & Q(created_at__lt=now - MONTH),
    }
    mine = Task.objects.visible_to(reader.actor).filter(owner_id=reader.actor.pk)
    return mine.aggregate(**{name: Count("pk", filter=wanted) for name, wanted in asked.items()})


def _done(reader: Reader, counted: dict[str, int]) -> dict[str, Any]:
    words = _("Tasks that I own and that were done since Monday, beside all of last week.")
    urls = {name: work.list_of("task", part("done_at", "in_period", name)) for name in ("this_week", "last_week")}
    return _compared(reader, _("Tasks done"), words, counted, urls)


def _contacts(reader: Reader, now: dt.datetime) -> dict[str, Any]:
    asked = _weeks("created_at", reader, now)
    begun = periods.resolve_moments("last_week", reader.zone, now)[0]
    mine = Contact.objects.visible_to(reader.actor).filter(
        owner_id=reader.actor.pk, updated_at__gte=begun
    )  # has an index
    counted = mine.aggregate(**{name: Count("pk", filter=wanted) for name, wanted in asked.items()})
    words = _("Contacts in my care that were added since Monday, beside all of last week.")
    urls = {name: work.list_of("contact", part("created_at", "in_period", name)) for name in asked}
    return _compared(reader, _("Contacts added"), words, counted, urls)


def _compared(reader: Reader, label: str, words: str, counted: dict[str, int], urls: dict[str, str]) -> dict[str, Any]:
    most = max(counted["this_week"], counted["last_week"], 1)
    names = {"this_week": _("This week"), "last_week": _("Last week")}
    return {
        "label": label,
        "words": words,
        "bars": [
            {
                "label": names[name],
                "value": reader.number(counted[name]),
                "url": urls[name],
                "share": round(100 * counted[name] / most),
                "is_now": name == "this_week",
            }
            for name in names
        ],
    }


def _ages(counted: dict[str, int], now: dt.datetime) -> list[dict[str, Any]]:
    """My open tasks by how long ago they were made."""
    is_open = part("done_at", "is_empty")
    week, month = ((now - span).isoformat() for span in (WEEK, MONTH))
    asked = {
        "young": (_("Up to a week"), [part("created_at", "on_or_after", week)]),
        "middle": (
            _("Up to four weeks"),
            [part("created_at", "before", week), part("created_at", "on_or_after", month)],
        ),
        "old": (_("Older"), [part("created_at", "before", month)]),
    }
    whole = sum(counted[name] for name in asked) or 1
    found, start = [], 0.0
    for name, (label, parts) in asked.items():
        share = 100 * counted[name] / whole
        url = work.list_of("task", is_open, *parts)
        found.append(
            {
                "name": name,
                "label": label,
                "value": counted[name],
                "url": url,
                "start": round(start, 2),
                "share": round(share, 2),
            }
        )
        start += share
    return found
