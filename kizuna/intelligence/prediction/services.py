"""Counting which products go together."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Iterator
from math import log
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kizuna.intelligence.prediction.models import Affinity

WINDOW = dt.timedelta(days=730)
FEWEST = 3
"""Buyers of both from which on a pair counts."""
SURE = 10.83
"""The log-likelihood ratio that chance reaches in one of a thousand cases (chi squared, one degree of freedom)."""
MOST_OF_EACH = 20
MOST_IN_BASKET = 100
"""A buyer of more products than these is a trader: what they buy says nothing about what goes together."""
BATCH = 2000

_BASKETS = {
    Affinity.Kind.ORDER: "o.id",
    Affinity.Kind.CUSTOMER: "CASE WHEN o.company_id IS NULL THEN -o.contact_id ELSE o.company_id END",
}
"""What makes two products bought together: one order; or one customer, a company or else a person."""
_BOUGHT = """
    WITH bought AS MATERIALIZED (
        SELECT DISTINCT {basket} AS basket, l.product_id AS product
        FROM orders_order AS o JOIN orders_orderline AS l ON l.order_id = o.id
        WHERE o.ordered_at >= %s AND o.deleted_at IS NULL AND o.status <> 'cancelled'
            AND l.deleted_at IS NULL AND l.product_id IS NOT NULL AND l.quantity > l.returned
            AND ({basket}) IS NOT NULL
    ), few AS MATERIALIZED (
        SELECT basket FROM bought GROUP BY basket HAVING count(*) <= %s
    ), counted AS MATERIALIZED (
        SELECT bought.basket, bought.product FROM bought JOIN few ON few.basket = bought.basket
    )"""
_SINGLE = "SELECT product, count(*) FROM counted GROUP BY product"
_ALL = "SELECT count(DISTINCT basket) FROM counted"
_PAIRS = """
    SELECT one.product, two.product, count(*) FROM counted AS one
    JOIN counted AS two ON two.basket = one.basket AND two.product > one.product
    GROUP BY one.product, two.product HAVING count(*) >= %s"""


def find_affinities(*, now: dt.datetime | None = None) -> int:
    """Count anew which products go together; returns how many affinities there are. Safe to run at any time: until the
    end the old ones stand."""
    since = (now or timezone.now()) - WINDOW
    found = [affinity for kind in Affinity.Kind for affinity in _affinities(kind, since)]
    with transaction.atomic():
        Affinity.objects.all().delete()
        Affinity.objects.bulk_create(found, batch_size=BATCH)
    return len(found)


def _affinities(kind: Affinity.Kind, since: dt.datetime) -> Iterator[Affinity]:
    """The surest ones of each product; memory grows with the number of products, not of orders."""
    bought = dict(_asked(kind, since, _SINGLE))
    ((total,),) = _asked(kind, since, _ALL)
    best: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for one, two, both in _asked(kind, since, _PAIRS, FEWEST):
        score = likelihood_ratio(both, bought[one], bought[two], total)
        if score < SURE or both * total <= bought[one] * bought[two]:
            continue
        for product, other in ((one, two), (two, one)):
            push = heapq.heappush if len(best[product]) < MOST_OF_EACH else heapq.heappushpop
            push(best[product], (score, other, both))
    for product, kept in best.items():
        for score, other, both in kept:
            lift = both * total / (bought[product] * bought[other])
            yield Affinity(
                product_id=product, other_id=other, kind=kind, both=both, bought=bought[product], lift=lift, score=score
            )


def _asked(kind: Affinity.Kind, since: dt.datetime, question: str, *more: Any) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_BOUGHT.format(basket=_BASKETS[kind])} {question}", [since, MOST_IN_BASKET, *more])
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def likelihood_ratio(both: int, one: int, two: int, total: int) -> float:
    """How sure it is that two products have to do with each other: 2 × the sum of k ln(k / expected) over who bought
    both, one, the other and neither.

    Source: T. Dunning: Accurate Methods for the Statistics of Surprise and Coincidence, Computational Linguistics 19
    (1993).
    """
    cells = (
        (both, one * two),
        (one - both, one * (total - two)),
        (two - both, (total - one) * two),
        (total - one - two + both, (total - one) * (total - two)),
    )
    return 2 * sum(count * log(count * total / expected) for count, expected in cells if count > 0)
