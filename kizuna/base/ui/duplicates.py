"""Pairs that may be one: both records side by side, with what speaks for it and against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kizuna.base.duplicates import queries
from kizuna.base.duplicates.models import Pair, Scan, State
from kizuna.base.duplicates.queries import CERTAIN, PROBABLE, Line
from kizuna.base.jobs.models import Job
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.ui.merging import ShownRecords

Drawn = dict[str, Any]
MOST_COUNTED = 1000
FROM_QUEUE = ("from", "duplicates")
"""Tells the page of a merge to lead back to the queue."""


def address(resource: Resource) -> str:
    return f"{resource.list_url}/duplicates"


def drawn(actor: Any, resource: Resource, pairs: Sequence[Pair]) -> list[Drawn]:
    """What `#pairs` of `ui/duplicates.html` needs, whatever the number of pairs in the same number of queries."""
    lines = queries.reasons(actor, resource, pairs)
    ids = {pk for pair in pairs for pk in (pair.record_id, pair.other_id)}
    records = {record.pk: record for record in resource.visible_to(actor).filter(pk__in=ids)}
    shown = ShownRecords(resource, actor, list(records.values()))
    both = [line for line in lines if {line.pair.record_id, line.pair.other_id} <= records.keys()]
    return [_line(resource, shown, records, line) for line in both]


def _line(resource: Resource, shown: ShownRecords, records: dict[int, Any], line: Line) -> Drawn:
    pair = line.pair
    both = [records[pk] for pk in (pair.record_id, pair.other_id)]
    return {
        "id": pair.pk,
        **certainty(shown.reader, pair.certainty),
        "heads": [shown.head(record) for record in both],
        "facts": [
            {"label": reason.label, "how": reason.how, "cells": [shown.cell(one.pk, reason.field) for one in both]}
            for reason in line.reasons
        ],
        "merge_url": f"{resource.list_url}/merge?{urlencode([*(('ids', record.pk) for record in both), FROM_QUEUE])}",
        "url": f"{address(resource)}/{pair.pk}",
    }


def certainty(reader: Reader, value: float) -> Drawn:
    """How certainly two are the same, in words, as a colour and in per cent: a hundred only where nothing is open."""
    label, tone = certainty_words(value)
    return {"certainty": label, "tone": tone, "percent": reader.percent(int(value * 100))}


def certainty_words(certainty: float) -> tuple[str, str]:
    if certainty >= CERTAIN:
        return _("Very likely the same"), "good"
    return (_("Likely the same"), "info") if certainty >= PROBABLE else (_("Perhaps the same"), "warn")


def progress(actor: Any, resource: Resource, scan: Scan | None) -> Drawn:
    """How far the search is, or what the last one found."""
    reader = Reader.of(actor)
    if scan is None:
        return {"is_running": False, "words": "", "url": address(resource)}
    state = queries.state_of(scan)
    is_running = state in (State.WAITING, State.RUNNING)
    job = Job.objects.filter(pk=scan.job_id).first() if is_running and scan.job_id else None
    return {
        "is_running": is_running,
        "is_bad": state == State.FAILED,
        "words": _words(scan, state, reader),
        "done": job.progress_done if job else 0,
        "total": job.progress_total if job else 0,
        "url": address(resource),
    }


def waiting(actor: Any, resource: Resource) -> str:
    """How many pairs wait for a decision; of many only that they are many."""
    reader, count = Reader.of(actor), queries.count_waiting(actor, resource, most=MOST_COUNTED)
    if count > MOST_COUNTED:
        return _("More than %(number)s pairs wait for a decision.") % {"number": reader.number(MOST_COUNTED)}
    words = ngettext("%(number)s pair waits for a decision.", "%(number)s pairs wait for a decision.", count)
    return words % {"number": reader.number(count), "count": count}


def _words(scan: Scan, state: State, reader: Reader) -> str:
    if state == State.FAILED:
        why = scan.error or _("Its job ended too early.")
        return _("The search could not be finished: %(why)s") % {"why": why}
    if scan.finished_at is None:
        return _("Looking for records that may be the same …")
    counts = {"count": scan.record_count, "number": reader.number(scan.record_count)}
    counts["when"] = reader.day_and_time(scan.finished_at)
    words = ngettext(
        "%(number)s record was looked through on %(when)s.",
        "%(number)s records were looked through on %(when)s.",
        scan.record_count,
    )
    return words % counts
