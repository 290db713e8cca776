"""Lists of all order lines: those of the orders that somebody sees, of the newest order first, page by page."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.access import policy
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.table import Sort, Table
from kizuna.customers.orders.models import Order, OrderLine

NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)


def listed(person: User) -> list[int]:
    """The orders of the lines that somebody is shown, two lines a page, there and back again."""
    policy.forget(person)
    resource = registry.get("orderline")
    fields = resource.readable_fields(person)
    table = Table(resource, person, columns=[fields["quantity"]], sort=Sort.of(resource, person, "-ordered_at"))
    pages = [table.page(size=2)]
    while pages[-1].next_cursor:
        pages.append(table.page(pages[-1].next_cursor, size=2))
    for before, after in itertools.pairwise(pages):
        assert [row.id for row in table.page(after.previous_cursor, size=2).rows] == [row.id for row in before.rows]
    order_of = dict(OrderLine.objects.values_list("pk", "order_id"))
    return [order_of[row.id] for page in pages for row in page.rows]


@pytest.fixture
def sold(order: Callable[..., Order], chair: Any, tea: Any, haruto: User, sora: User, carol: User) -> list[int]:
    """Orders of Haruto, of Sora in his team, of Carol and of Haruto again, each an hour older than the last."""
    found = []
    for hours, owner in enumerate((haruto, sora, carol, haruto)):
        placed = order((chair, 1), (tea, 2), (chair, 3))
        Order.objects.filter(pk=placed.pk).update(owner=owner, ordered_at=NOON - dt.timedelta(hours=hours))
        found.append(placed.pk)
    return found


@pytest.mark.parametrize(("scope", "seen"), [("own", (0, 3)), ("team", (0, 1, 3)), ("all", (0, 1, 2, 3))])
def test_lines_of_the_orders_that_somebody_sees_are_listed_by_the_day_of_the_order(
    scope: str, seen: tuple[int, ...], sold: list[int], haruto: User, grant: Any
) -> None:
    grant(haruto, order={"read": scope}, orderline={"read": "all"})
    assert listed(haruto) == [sold[place] for place in seen for _line in range(3)]


def test_who_does_not_read_when_orders_were_placed_does_not_learn_it_of_their_lines(
    sold: list[int], haruto: User, grant: Any, hide: Any
) -> None:
    resource = registry.get("orderline")
    grant(haruto, order={"read": "all"}, orderline={"read": "all"})
    assert "ordered_at" in resource.readable_fields(haruto)
    hide(haruto, "order", "ordered_at")
    policy.forget(haruto)
    assert "ordered_at" not in resource.readable_fields(haruto)
    assert Sort.of(resource, haruto, None).field.name != "ordered_at"
