"""Sales by channel: a table of figures, each leading to the orders that it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Denied
from kizuna.base.types.money import CURRENCIES, Money
from kizuna.customers.catalog.queries import own_currency
from kizuna.customers.orders import queries
from kizuna.customers.orders.models import Order, SalesChannel
from kizuna.customers.orders.queries import ChannelSales, Sales

PERIODS = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "month": gettext_lazy("This month"),
    "year": gettext_lazy("This year"),
    "365": gettext_lazy("12 months"),
}

COUNTED = ("number", "contact", "company", "channel", "status", "ordered_at", "total", "given_back")
TOLD_BY = ("status", "channel", "ordered_at", "total", "given_back")


@login_required
@require_GET
def sales(request: HttpRequest) -> HttpResponse:
    """Over a period, in one currency; what was cancelled is not in it."""
    actor: Any = request.user
    permissions = policy.permissions_of(actor)
    if not permissions.can("order", "read") or not all(permissions.readable("order", name) for name in TOLD_BY):
        raise Denied()
    reader = Reader.of(actor)
    period = request.GET.get("period", "30")
    period = period if period in PERIODS else "30"
    currencies = _currencies(actor)
    currency = request.GET.get("currency", "")
    currency = currency if currency in CURRENCIES else currencies[0]
    first, last = _days(period, reader.today)
    since, until = (dt.datetime.combine(day, dt.time(), actor.zone) for day in (first, last + dt.timedelta(days=1)))
    found = queries.sales_by_channel(actor, since=since, until=until, currency=currency)
    most = max((one.sold.amount for one in found.channels), default=Decimal(0))
    context = {
        "title": _("Sales by channel"),
        "periods": [_choice(code, label, period, currency, "period") for code, label in PERIODS.items()],
        "currencies": [_choice(code, code, currency, period, "currency") for code in currencies],
        "days": _("%(first)s to %(last)s") % {"first": reader.day(first), "last": reader.day(last)},
        "rows": [_row(one, reader, (first, last), most) for one in found.channels],
        "orders": reader.number(found.orders),
        "orders_url": _url((first, last)),
        "sold": found.sold.format(reader.language),
        "rates": _rates(found, currency, reader),
        "new_url": "/orders/new",
        "new_channel_url": "/saleschannels/new" if permissions.can("saleschannel", "create") else "",
    }
    return render(request, "orders/sales.html", context)


def _currencies(actor: Any) -> list[str]:
    """Those of the channels; the one that most of them have first."""
    codes = list(SalesChannel.objects.visible_to(actor).order_by("pk").values_list("currency", flat=True))
    return sorted(dict.fromkeys(codes), key=lambda code: -codes.count(code)) or [own_currency()]


def _days(period: str, today: dt.date) -> tuple[dt.date, dt.date]:
    if period == "month":
        return today.replace(day=1), today
    if period == "year":
        return today.replace(month=1, day=1), today
    return today - dt.timedelta(days=int(period) - 1), today


def _choice(code: str, label: Any, chosen: str, other: str, name: str) -> Mapping[str, Any]:
    query = {"period": code, "currency": other} if name == "period" else {"period": other, "currency": code}
    return {"label": label, "url": f"?{urlencode(query)}", "current": code == chosen}


def _row(one: ChannelSales, reader: Reader, days: tuple[dt.date, dt.date], most: Decimal) -> dict[str, Any]:
    def shown(found: list[Money]) -> str:
        return reader.listed(money.format(reader.language) for money in found)

    return {
        "name": one.channel.name,
        "kind": one.channel.get_kind_display(),
        "url": f"/saleschannels/{one.channel.pk}",
        "orders": reader.number(one.orders),
        "orders_url": _url(days, one.channel.pk),
        "sold": one.sold.format(reader.language),
        "share": int(one.sold.amount * 100 / most) if most else 0,
        "own": shown(one.own),
        "left_out": shown(one.left_out),
        "average": one.average.format(reader.language) if one.average else "",
    }


def _url(days: tuple[dt.date, dt.date], channel_id: int | None = None) -> str:
    """The orders that a figure counts."""
    asked: list[dict[str, Any]] = [
        {"field": "ordered_at", "op": "between", "value": [day.isoformat() for day in days]},
        {"field": "status", "op": "none_of", "value": [Order.Status.CANCELLED]},
    ]
    if channel_id is not None:
        asked.append({"field": "channel", "op": "is", "value": channel_id})
    return listed(asked)


def listed(asked: Sequence[dict[str, Any]]) -> str:
    """The list of orders with the columns that a sum of them is made of."""
    return f"/orders?{urlencode({'filter': conditions.dump({'all': list(asked)}), 'columns': ','.join(COUNTED)})}"


def _rates(found: Sales, currency: str, reader: Reader) -> list[str]:
    return [
        _("1 %(one)s = %(rate)s %(into)s on %(day)s")
        % {"one": code, "rate": reader.number(rate), "into": currency, "day": reader.day(day)}
        for code, day, rate in found.rates
    ]
