"""Deals reckoned from their lines, and what of it is paid again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kizuna.base.types.money import Money
from kizuna.customers.catalog.reckoning import Document, Rules, reckon
from kizuna.domains.sales.models import Opportunity, OpportunityLine


def lines_of_deals(deals: Sequence[Opportunity]) -> dict[int, list[OpportunityLine]]:
    """The lines of each deal in their order, with their products: one query."""
    found: dict[int, list[OpportunityLine]] = defaultdict(list)
    rows = OpportunityLine.objects.live().filter(opportunity__in=[deal.pk for deal in deals])
    for line in rows.select_related("product").order_by("opportunity_id", "position", "pk"):
        found[line.opportunity_id].append(line)
    return found


def worth_of(lines: Sequence[OpportunityLine]) -> Document:
    """What lines come to before tax, in the currency of the first one. Raises Refused for what does not add up."""
    price = lines[0].unit_price
    assert price is not None
    rules = Rules(price.currency)
    return reckon((line.untaxed for line in lines), rules=rules)


def again_and_again(lines: Sequence[OpportunityLine]) -> dict[str, Money]:
    """What of it is paid in each period, by how often (`Product.Billing`)."""
    found: dict[str, Money] = {}
    for line in lines:
        if line.product is not None and line.product.billing and line.total is not None:
            how_often = line.product.billing
            found[how_often] = found[how_often] + line.total if how_often in found else line.total
    return found
