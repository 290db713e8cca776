"""Sums of days are added up again where orders changed, and looked over at night."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Count, DecimalField, Max, Min, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from kizuna.base.types import periods
from kizuna.customers.orders.models import DaySales, DaySums, Order, TouchedDay
from kizuna.customers.orders.queries.days import ONE_DAY, begin_of, days_of
from kizuna.customers.orders.queries.sums import KEPT

logger = logging.getLogger(__name__)
COLUMNS = ("day", "channel_id", "currency", "owner_id", "orders", "total")
CENT = Decimal("0.0001")
LOOKED_AT = 31
"""Days that are compared at once."""


@transaction.atomic
def add_up_days() -> int:
    """Add up the touched days anew, or all of them when days begin elsewhere than before (another zone). Repeated it
    changes nothing. How many days.

    One at a time, which the row of `DaySums` says; and what is taken off the list is taken off before orders are read:
    an order that is stored meanwhile is in the sum, or its day is on the list once this is through, or both."""
    zone = str(timezone.get_default_timezone())
    sums = DaySums.objects.select_for_update().order_by("pk").first() or DaySums.objects.create(zone="")
    noted = _taken_off()
    if sums.zone == zone:
        days = sorted({day for one in noted for day in days_of(one)})
    else:
        sums.zone = zone
        sums.save(update_fields=["zone"])
        days = _every_day()
        DaySales.objects.all().delete()
    for first, after in periods.runs(days):
        last = after - ONE_DAY
        DaySales.objects.filter(day__gte=first, day__lte=last).delete()
        _add_up(first, last)
    return len(days)


def _taken_off() -> set[dt.date]:
    with connections[router.db_for_write(TouchedDay)].cursor() as cursor:
        cursor.execute("DELETE FROM orders_touchedday RETURNING day")
        return {_day(day) for (day,) in cursor.fetchall()}


def _day(given: Any) -> dt.date:
    return dt.date.fromisoformat(given) if isinstance(given, str) else given


def _every_day() -> list[dt.date]:
    found = Order.objects.live().aggregate(first=Min("ordered_at"), last=Max("ordered_at"))
    if found["first"] is None:
        return []
    first, last = (
        timezone.localtime(found[name], timezone.get_default_timezone()).date() for name in ("first", "last")
    )
    return [first + dt.timedelta(days=count) for count in range((last - first).days + 1)]


def _counted(first: dt.date, last: dt.date) -> QuerySet[Order, Any]:
    """Both days included, as they are stored (`COLUMNS`)."""
    return (
        Order.objects.live()
        .filter(ordered_at__gte=begin_of(first), ordered_at__lt=begin_of(last + ONE_DAY))
        .exclude(status=Order.Status.CANCELLED)
        .order_by()
        .annotate(day=TruncDate("ordered_at", tzinfo=timezone.get_default_timezone()))
        .values("day", "channel_id", "currency", "owner_id")
        .annotate(orders=Count("pk"), sold=Coalesce(Sum(KEPT), Value(0), output_field=DecimalField()))
        .values_list("day", "channel_id", "currency", "owner_id", "orders", "sold")
    )


def _add_up(first: dt.date, last: dt.date) -> None:
    connection = connections[router.db_for_write(DaySales)]
    sql, given = _counted(first, last).query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO orders_daysales ({', '.join(COLUMNS)}) {sql}", given)


def look_over_days() -> int:
    """Compare the sums of all days with the orders; a day that differs is added up anew, and told in the log: it should
    not have come to that. How many differed."""
    every, wrong = _every_day(), 0
    for start in range(0, len(every), LOOKED_AT):
        wrong += _look_over(every[start], every[min(start + LOOKED_AT, len(every)) - 1])
    wrong += _without_strays()
    if wrong:
        logger.error("Sums of %s days differed from their orders and were added up anew.", wrong)
    return wrong


@transaction.atomic
def _without_strays() -> int:
    """Sums of days before the first order and after the last one go. Which days these are is asked while nobody adds
    up: the first order of a new day may have come since the others were looked over."""
    _hold()
    every = _every_day()
    stray = DaySales.objects.exclude(day__gte=every[0], day__lte=every[-1]) if every else DaySales.objects.all()
    return stray.delete()[0]


def _hold() -> None:
    """Like `add_up_days`, until the transaction ends."""
    list(DaySums.objects.select_for_update().order_by("pk")[:1])


@transaction.atomic
def _look_over(first: dt.date, last: dt.date) -> int:
    """Days that are touched are on the list anyway."""
    _hold()
    stored = _as_told(DaySales.objects.filter(day__gte=first, day__lte=last).values_list(*COLUMNS))
    differing = {day for day, *_rest in stored ^ _as_told(_counted(first, last))}
    noted = TouchedDay.objects.filter(day__gte=first - ONE_DAY, day__lte=last + ONE_DAY).values_list("day", flat=True)
    differing -= {day for one in noted.distinct() for day in days_of(one)}
    for day in differing:
        DaySales.objects.filter(day=day).delete()
        _add_up(day, day)
    return len(differing)


def _as_told(rows: Iterable[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    return {(*key, Decimal(total).quantize(CENT)) for *key, total in rows}
