"""What was sold between two moments and not given back: added up from the sums of days, and live where these do not
reach."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from kizuna.base.access import policy
from kizuna.customers.orders.models import DaySales, DaySums, Order, TouchedDay
from kizuna.customers.orders.queries.sums import KEPT

ONE_DAY = dt.timedelta(days=1)
MOST_PIECES = 40
"""With more runs of touched days than this all orders are read: that is quicker, and soon the days are added up."""
BY_OWNER = frozenset({"owner", "owner_id", "owner__in", "owner_id__in"})

Span = tuple[dt.datetime, dt.datetime]


class Sold(NamedTuple):
    """Of one channel, in one currency and month of the business."""

    channel_id: int
    currency: str
    month: dt.date
    orders: int
    total: Decimal


def sold(actor: Any, *, since: dt.datetime, until: dt.datetime) -> list[Sold]:
    """Orders that were not cancelled and that the actor sees, from `since` on and before `until`. Whole days come from
    the sums of days; those that changed since, and what of a day lies at either end, is read from the orders. Who sees
    orders by anything but their owners has all of them read.

    Touched days are asked for first: a day that is added up in between is read live, and one that is touched later is
    told as it was before. So every day is told whole, and once."""
    reach = policy.predicate(actor, Order)
    pieces = _pieces(since, until) if _is_by_owner(reach) else None
    if pieces is None:
        return _told(_live(actor, [(since, until)]))
    first, end, touched, spans = pieces
    days = DaySales.objects.filter(reach, day__gte=first, day__lt=end).exclude(day__in=touched)
    counted = days.order_by().annotate(month=TruncMonth("day")).values_list("channel_id", "currency", "month")
    rows = list(counted.annotate(count=Sum("orders"), sold=Sum("total")))
    return _told([*rows, *_live(actor, spans)])


def _is_by_owner(reach: Q) -> bool:
    """Whether this asks for nothing but owners, so that it can be asked of sums as well."""
    leaves = (one for one in reach.children if not isinstance(one, Q))
    inner = (one for one in reach.children if isinstance(one, Q))
    return all(isinstance(one, tuple) and one[0] in BY_OWNER for one in leaves) and all(map(_is_by_owner, inner))


def _pieces(since: dt.datetime, until: dt.datetime) -> tuple[dt.date, dt.date, Sequence[dt.date], list[Span]] | None:
    """The whole days (from, and before which), those of them that are touched, and what is to be read live. None where
    sums do not help: too much of it changed, or they are of another zone."""
    zone = timezone.get_default_timezone()
    first, end = since.astimezone(zone).date(), until.astimezone(zone).date()
    if begin_of(first) < since:
        first += ONE_DAY
    if first >= end:
        return None
    touched = sorted(day for day in touched_days(first, end) if first <= day < end)
    spans = [(begin_of(day), begin_of(day + ONE_DAY)) for day in touched]
    spans = list(_joined([(since, begin_of(first)), *spans, (begin_of(end), until)]))
    if len(spans) > MOST_PIECES or not DaySums.objects.filter(zone=str(zone)).exists():
        return None
    return first, end, touched, spans


def touched_days(first: dt.date, end: dt.date) -> set[dt.date]:
    """Days of the business that changed since they were added up, among these and perhaps some next to them."""
    rows = TouchedDay.objects.filter(day__gte=first - ONE_DAY, day__lte=end + ONE_DAY)
    return {day for noted in rows.values_list("day", flat=True).distinct() for day in days_of(noted)}


def days_of(noted: dt.date) -> set[dt.date]:
    """The days of the business that a day in UTC lies in: one or two."""
    zone = timezone.get_default_timezone()
    start = dt.datetime.combine(noted, dt.time(), dt.UTC)
    return {start.astimezone(zone).date(), (start + ONE_DAY - dt.timedelta(microseconds=1)).astimezone(zone).date()}


def begin_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), timezone.get_default_timezone()).astimezone(dt.UTC)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """In their order; those that follow on each other as one, and no empty ones."""
    open_span: Span | None = None
    for start, stop in spans:
        if start >= stop:
            continue
        if open_span and open_span[1] == start:
            open_span = (open_span[0], stop)
            continue
        if open_span:
            yield open_span
        open_span = (start, stop)
    if open_span:
        yield open_span


def _live(actor: Any, spans: Sequence[Span]) -> list[tuple[Any, ...]]:
    if not spans:
        return []
    within = reduce(or_, (Q(ordered_at__gte=start, ordered_at__lt=stop) for start, stop in spans))
    rows: QuerySet[Order] = Order.objects.visible_to(actor).filter(within).exclude(status=Order.Status.CANCELLED)
    month = TruncMonth("ordered_at", tzinfo=timezone.get_default_timezone())
    by_month = rows.order_by().annotate(month=month).values_list("channel_id", "currency", "month")
    return list(by_month.annotate(count=Count("pk"), sold=Sum(KEPT)))


def _told(rows: Iterable[Sequence[Any]]) -> list[Sold]:
    orders: dict[tuple[int, str, dt.date], int] = defaultdict(int)
    totals: dict[tuple[int, str, dt.date], Decimal] = defaultdict(Decimal)
    for channel_id, currency, month, count, total in rows:
        key = (channel_id, currency, month.date() if isinstance(month, dt.datetime) else month)
        orders[key] += count
        totals[key] += Decimal(total or 0)
    return [Sold(*key, orders[key], totals[key]) for key in sorted(orders)]
