"""Looking at records: all of them in a round, those that changed in between; and counting what was found."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Callable, Collection, Iterator
from importlib.metadata import version
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from kizuna.base.events import EventRow
from kizuna.base.jobs import queries as jobs
from kizuna.base.jobs.models import Job
from kizuna.base.records.events import RecordsDeleted, RecordsRestored
from kizuna.base.resources import registry
from kizuna.base.types.errors import Denied
from kizuna.customers.quality.models import (
    ALL,
    EVERYBODY,
    PART,
    QUEUE,
    Figure,
    Finding,
    Progress,
    Round,
    Verdict,
    checks,
)
from kizuna.customers.quality.queries import assessing, figures
from kizuna.customers.quality.queries.findings import having

BATCH = 1000
NOBODY = -1
OVERLAP = dt.timedelta(minutes=10)
"""A transaction may commit some time after the moment that its changes bear."""
RULES = 1
"""One more when a check means something else, so that every record is looked at anew."""
Tell = Callable[[int, int], object]


def rules_now() -> str:
    """Stands for everything that decides what is found: after an update of it every record is looked at anew."""
    parts = (
        RULES,
        unicodedata.unidata_version,
        *map(version, ("kizuna", "phonenumberslite", "disposable-email-domains")),
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


@transaction.atomic
def start_round(*, actor: Any) -> Round:
    """Reckon everything anew, later. While one round is on its way there is no second: it is returned."""
    from kizuna.customers.quality.jobs import reckon  # jobs call services; this is the one that starts one

    if not figures.looked_after(actor):
        raise Denied()
    close_dead_round()
    try:
        with transaction.atomic():
            made = Round.objects.create(created_by_id=actor.pk)
    except IntegrityError:
        return Round.objects.get(state=Progress.RUNNING)
    job = reckon.using(actor_id=actor.pk).enqueue(round_id=made.pk)
    made.job_id = int(job.id)
    made.save(update_fields=["job_id"])
    return made


def carry_out(*, round_id: int, tell: Tell = lambda done, total: None) -> Round:
    """Look at every record that changed since the last round, or at all where the rules did; then count. A run that
    was broken off begins anew: what is found twice is kept once."""
    this = Round.objects.get(pk=round_id)
    if this.is_over:
        return this
    began, rules, last = timezone.now(), rules_now(), figures.last_done()
    since = last.seen_until if last and last.rules == rules else None
    total = sum(_changed(key, since).count() for key in checks.KINDS)
    done = 0
    for key in checks.KINDS:
        for batch in _batches(_changed(key, since)):
            look_at(key, batch)
            done += len(batch)
            tell(done, total)
        for code in assessing.OF_ROWS:
            _follow_rows(key, code)
        count(key)
    this.record_count, this.rules, this.seen_until = done, rules, began
    this.state, this.finished_at = Progress.DONE, timezone.now()
    this.save()
    return this


def close_dead_round() -> None:
    """Say of a round whose job was given up that it could not be finished."""
    for this in Round.objects.filter(state=Progress.RUNNING):
        if jobs.state_of(Progress.RUNNING, this.job_id) == Progress.FAILED:
            this.state, this.finished_at = Progress.FAILED, timezone.now()
            job = Job.objects.filter(pk=this.job_id or 0).first()
            this.error = job.reason if job else gettext("Its job ended too early.")
            this.save(update_fields=["state", "error", "finished_at"])


def catch_up() -> int:
    """Look at what changed since, and count that again; how many records. Nothing before the first round."""
    close_dead_round()
    last = figures.last_done()
    if last is None or last.seen_until is None or Round.objects.filter(state=Progress.RUNNING).exists():
        return 0
    began, seen = timezone.now(), 0
    is_decided = _are_decided(last.seen_until) or _are_gone(last.seen_until)
    for key in checks.KINDS:
        changed = 0
        for batch in _batches(_changed(key, last.seen_until)):
            look_at(key, batch)
            changed += len(batch)
        moved = sum(_forget_rows(key, code) for code in assessing.OF_ROWS) + _add_rows(key, "bounced")
        if changed or moved or is_decided:
            count(key, parts=figures.are_few(key))
        seen += changed
    Round.objects.filter(pk=last.pk, seen_until__lt=began).update(seen_until=began)
    return seen


def _are_decided(since: dt.datetime) -> bool:
    return Verdict.objects.filter(Q(created_at__gte=since) | Q(taken_back_at__gte=since)).exists()


def _are_gone(since: dt.datetime) -> bool:
    """Whether anything went to the trash or came back from it."""
    for name in (RecordsDeleted.event_name, RecordsRestored.event_name):
        last = EventRow.objects.filter(name=name).order_by("-pk").values_list("occurred_at", flat=True).first()
        if last is not None and last >= since - OVERLAP:
            return True
    return False


def _changed(key: str, since: dt.datetime | None) -> QuerySet:
    rows: QuerySet = registry.get(key).model._default_manager.live()
    return rows.filter(updated_at__gte=since - OVERLAP) if since else rows


def _batches(rows: QuerySet) -> Iterator[list[Any]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        yield batch


# ── finding ──


@transaction.atomic
def look_at(key: str, records: Collection[Any]) -> None:
    """Bring what was found about these records in line with what they say."""
    ids = [record.pk for record in records]
    wanted = {(record.pk, code) for record in records for code in assessing.found_in(key, record)}
    rows = Finding.objects.filter(resource=key, record_id__in=ids, code__in=tuple(assessing.OF_RECORD))
    have = {(record_id, code): pk for record_id, code, pk in rows.values_list("record_id", "code", "pk")}
    gone = [pk for pair, pk in have.items() if pair not in wanted]
    if gone:
        Finding.objects.filter(pk__in=gone).delete()
    _add(key, sorted(wanted - have.keys()))


def _add(key: str, pairs: Collection[tuple[int, str]]) -> None:
    made = [Finding(resource=key, record_id=pk, code=code) for pk, code in pairs]
    Finding.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)


def _follow_rows(key: str, code: str) -> None:
    """The same for what hangs on records: asked of the database, kept in batches."""
    _forget_rows(key, code)
    _add_rows(key, code)


def _add_rows(key: str, code: str) -> int:
    """Keep what holds and was not found yet; how many."""
    if key not in checks.CHECKS[code].kinds:
        return 0
    known = Finding.objects.filter(resource=key, code=code, record_id=OuterRef("pk"))
    rows = assessing.rows_with(key, code).filter(~Exists(known)).order_by("pk").values_list("pk", flat=True)
    last = number = 0
    while ids := list(rows.filter(pk__gt=last)[: 5 * BATCH]):
        last, number = ids[-1], number + len(ids)
        _add(key, [(pk, code) for pk in ids])
    return number


def _forget_rows(key: str, code: str) -> int:
    """Remove what no longer holds; how many."""
    if key not in checks.CHECKS[code].kinds:
        return 0
    holds = assessing.rows_with(key, code).filter(pk=OuterRef("record_id"))
    gone = Finding.objects.filter(~Exists(holds), resource=key, code=code)
    return gone.delete()[0]


# ── counting ──


@transaction.atomic
def count(key: str, *, parts: bool = True) -> None:
    """Write the figures of a kind of record; without `parts` only those of what was found. Two take turns."""
    list(Round.objects.select_for_update().order_by("-pk").values_list("pk")[:1])
    rows = registry.get(key).model._default_manager.live().order_by()
    found: dict[tuple[int, str], int] = {}
    if parts:
        _count_parts(key, rows, found)
    for check in checks.of_kind(key):
        _count_owners(found, check.code, rows.filter(having(key, [check.code])))
    _count_owners(found, QUEUE, rows.filter(having(key, checks.ASKING)))
    old = Figure.objects.filter(resource=key)
    (old if parts else old.filter(code__in=[QUEUE, *checks.CHECKS])).delete()
    made = [
        Figure(resource=key, code=code, owner_id=owner, count=number)
        for (owner, code), number in found.items()
        if number
    ]
    Figure.objects.bulk_create(made, batch_size=500)


def _count_owners(found: dict[tuple[int, str], int], code: str, rows: QuerySet) -> None:
    for owner, number in rows.values_list("owner_id").annotate(number=Count("pk")):
        _note(found, owner, code, number)


def _count_parts(key: str, rows: QuerySet, found: dict[tuple[int, str], int]) -> None:
    """How many there are, and how many have each part: one pass over the table."""
    parts = assessing.parts_of(key)
    numbers = {
        f"part{place}": Count("pk", filter=assessing.is_filled(column)) for place, column in enumerate(parts.values())
    }
    for owner, total, *have in rows.values_list("owner_id").annotate(number=Count("pk"), **numbers):
        _note(found, owner, ALL, total)
        for name, number in zip(parts, have, strict=True):
            _note(found, owner, f"{PART}{name}", number)


def _note(found: dict[tuple[int, str], int], owner: int | None, code: str, number: int) -> None:
    for whose in (NOBODY if owner is None else owner, EVERYBODY):
        found[whose, code] = found.get((whose, code), 0) + number
