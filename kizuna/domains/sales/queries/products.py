"""The forecast of a period by product: each deal is shared out over its lines, and nothing counts twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from kizuna.base.access import policy
from kizuna.customers.catalog.models import Category, Product
from kizuna.domains.sales.models import OpportunityLine, OpportunitySplit
from kizuna.domains.sales.queries.forecast import SHARED, Asked, Line, counted, deals_of, shares_of, shares_with
from kizuna.domains.sales.queries.worth import UPWARDS, LeftOut, Part, converted_on, exchange_for, shared, summed

CATEGORY, PRODUCT, OTHERS = "category", "product", "others"
NO_CATEGORY, NO_PRODUCT, NO_LINES = "no_category", "no_product", "no_lines"
NOWHERE = 0
"""In place of a category: products that are in none."""
MOST = 50
"""Products that are told one by one; the rest is told together."""
EXACT: DecimalField[Any, Any] = DecimalField(max_digits=30, decimal_places=9)
TOLD_BY = {
    "opportunityline": ("opportunity", "product", "total"),
    "product": ("name", "category"),
    "category": ("name", "parent"),
}


def may_tell_products(actor: Any) -> bool:
    """Sums by product would tell them to who may not read them."""
    permissions = policy.permissions_of(actor)
    return all(
        permissions.can(key, "read") and all(permissions.readable(key, name) for name in names)
        for key, names in TOLD_BY.items()
    )


@dataclass
class ProductLine(Line):
    """A category with those within it (`beneath`), a product, or what is in none; `of` is which of these. `exact` is
    what lines come to before `divide` rounds them."""

    of: str = CATEGORY
    id: int | None = None
    name: str = ""
    beneath: Sequence[int] = field(default=())
    exact: dict[str, Decimal] = field(default_factory=dict)

    def add(self, category: str, part: Part) -> None:
        super().add(category, part)
        self.exact[category] = self.exact.get(category, Decimal(0)) + part.exact

    def hold(self, category: str, exact: Decimal, count: int = 0) -> None:
        """What `divide` will round."""
        self.exact[category] = self.exact.get(category, Decimal(0)) + exact
        self.counts[category] = self.counts.get(category, 0) + count


def divide(total: ProductLine, lines: Sequence[ProductLine]) -> None:
    """Give lines their rounded shares of a total."""
    for category, money in total.sums.items():
        exact = [line.exact.get(category, Decimal(0)) for line in lines]
        for line, share in zip(lines, shared(money, exact), strict=True):
            line.give(category, share)


@dataclass(frozen=True)
class ByProduct:
    asked: Asked
    above: Sequence[tuple[int, str]]
    """The ids and names of categories from the one that is looked at to the top; nothing for all products."""
    total: ProductLine
    lines: Sequence[ProductLine]
    missing: Sequence[LeftOut]


class Shelves:
    """The categories that somebody sees. One query."""

    def __init__(self, actor: Any) -> None:
        rows = Category.objects.visible_to(actor).order_by("sort_key", "pk").values_list("pk", "name", "parent_id")
        known = {pk: (name, parent) for pk, name, parent in rows}
        self.names = {pk: name for pk, (name, _parent) in known.items()}
        self.parents = {pk: parent if parent in known else None for pk, (_name, parent) in known.items()}
        self.children: Mapping[int | None, list[int]] = defaultdict(list)
        for pk, parent in self.parents.items():
            self.children[parent].append(pk)

    def upwards(self, shelf: int | None) -> list[int]:
        found: list[int] = []
        while shelf is not None and shelf in self.parents and shelf not in found:
            found.append(shelf)
            shelf = self.parents[shelf]
        return found

    def beneath(self, shelf: int) -> list[int]:
        """A category and all within it."""
        found = [shelf]
        for one in found:
            found += [child for child in self.children.get(one, ()) if child not in found]
        return found


def by_product(actor: Any, asked: Asked, shelf: int | None, shelves: Shelves) -> ByProduct:
    """What is told of a category (`shelf`; NOWHERE, None for all), in at most eight queries. Parts add up at each level
    to the figure above, and those at the top to the forecast."""
    deals = deals_of(actor, asked).filter(counted(asked), asked.scope.owned())
    sums = summed(deals, asked.currency)
    shares = list(shares_with(asked.scope.person, shares_of(actor, asked))) if asked.scope.person else []
    sold = _sold(actor, asked, shelf, shelves)
    exchange = exchange_for(asked.currency, [*sums, *shares, *sold])
    total = ProductLine(asked.currency, person=asked.scope.person, team=asked.scope.team)
    for part in [*exchange.parts_of(sums), *exchange.parts_of(shares, SHARED)]:
        total.add(part.of[-1], part)
    for row in sold:
        row["exact"] = exchange.exactly(row["worth"], row["amount_currency"], row["rate_on"])
    made = _Level(asked, sold, shelves)
    lines = made.top(total)
    for step in [NOWHERE] if shelf == NOWHERE else shelves.upwards(shelf)[::-1]:
        total = next(one for one in lines if one.id == step)
        lines = made.within(total)
    if shelf is None and not shelves.names:
        lines = [one for line in lines for one in (made.within(line) if line.of == NO_CATEGORY else [line])]
    shown = sorted((one for one in lines if any(one.sums.values())), key=_place)
    _name(actor, shown)
    above = [(pk, shelves.names[pk]) for pk in shelves.upwards(shelf)]
    return ByProduct(asked, above, total, shown, exchange.missing)


def _place(line: ProductLine) -> tuple[Any, ...]:
    last = (OTHERS, NO_CATEGORY, NO_PRODUCT, NO_LINES)
    return (last.index(line.of) + 1 if line.of in last else 0, -line.upto(UPWARDS[-1]).amount, line.name, line.id or 0)


def _name(actor: Any, lines: Sequence[ProductLine]) -> None:
    items = {one.id: one for one in lines if one.of == PRODUCT and one.id}
    rows = Product.objects.visible_to(actor).filter(pk__in=list(items)).values_list("pk", "name")
    for pk, name in rows if items else ():
        items[pk].name = name


# What lines come to ---------------------------------------------------------------------------------------------------


def _sold(actor: Any, asked: Asked, shelf: int | None, shelves: Shelves) -> list[dict[str, Any]]:
    """The lines of the deals by category of product, and by product in the one that is looked at. A product that
    somebody may not see counts as none. One query."""
    rows: Any = OpportunityLine.objects.visible_to(actor).filter(
        counted(asked, "opportunity__"), opportunity__deleted_at=None
    )
    rows, worth = _credited(rows, asked)
    seen = Q(product__deleted_at=None, product__isnull=False)
    if not policy.sees_all(actor, Product):
        seen = Q(product__in=Product.objects.visible_to(actor).values("pk"))
    known = Q(product__category__in=list(shelves.names))
    by = {"has_product": Case(When(seen, then=Value(True)), default=Value(False))}
    if shelves.names:
        by["shelf"] = Case(When(seen & known, then=F("product__category_id")))
    if shelf is not None or not shelves.names:
        here = Q(product__category=shelf) if shelf else ~known
        by["item"] = Case(When(seen & here, then=F("product_id")))
    of_deal = {name: F(f"opportunity__{name}") for name in ("forecast_category", "amount_currency", "closes_on")}
    told = rows.order_by().annotate(**by, **of_deal).annotate(rate_on=converted_on(asked.currency))
    told = told.values(*by, "forecast_category", "amount_currency", "rate_on")
    return list(told.annotate(worth=Sum(worth), count=Count("*")))


def _credited(rows: Any, asked: Asked) -> tuple[Any, Any]:
    """The lines of a scope, and what of each counts for it: people are credited with their part of a shared deal."""
    person = asked.scope.person
    if person is None:
        return rows.filter(asked.scope.owned("opportunity__owner")), F("total")
    splits = OpportunitySplit.objects.live().filter(opportunity=OuterRef("opportunity"))
    mine = OpportunitySplit.objects.live().filter(person=person)
    kept = Case(
        When(opportunity__owner=person, then=Value(Decimal(100), output_field=EXACT) - _percent(splits)),
        default=_none(),
    )
    part = ExpressionWrapper(kept + _percent(splits.filter(person=person)), output_field=EXACT)
    rows = rows.filter(Q(opportunity__owner=person) | Q(opportunity__in=mine.values("opportunity")))
    return rows, ExpressionWrapper(F("total") * part * Decimal("0.01"), output_field=EXACT)


def _percent(splits: QuerySet[OpportunitySplit]) -> Any:
    whole = splits.order_by().values("opportunity").annotate(percent_of_all=Sum("percent")).values("percent_of_all")
    return Coalesce(Subquery(whole, output_field=EXACT), _none(), output_field=EXACT)


def _none() -> Value:
    return Value(Decimal(0), output_field=EXACT)


# Where they belong ----------------------------------------------------------------------------------------------------


class _Level:
    """Shares a figure out over what lies right beneath it."""

    def __init__(self, asked: Asked, sold: Sequence[dict[str, Any]], shelves: Shelves) -> None:
        self.asked, self.sold, self.shelves = asked, sold, shelves

    def top(self, total: ProductLine) -> list[ProductLine]:
        """All categories at the top, and what is in none, of no product, or of no line."""
        lines = [*self._categories(None), self._line(NO_CATEGORY, NOWHERE), self._line(NO_PRODUCT)]
        nowhere, nothing = lines[-2:]
        home: dict[int | None, ProductLine] = {pk: line for line in lines[:-2] for pk in line.beneath}
        for row in self.sold:
            line = home.get(row.get("shelf"), nowhere) if row["has_product"] else nothing
            line.hold(row["forecast_category"], row["exact"], row["count"])
        rest = self._line(NO_LINES)
        for category, exact in total.exact.items():
            rest.hold(category, exact - sum((one.exact.get(category, Decimal(0)) for one in lines), Decimal(0)))
        divide(total, [*lines, rest])
        return [*lines, rest]

    def within(self, total: ProductLine) -> list[ProductLine]:
        """The categories right within one, and its own products."""
        lines = [] if total.of == NO_CATEGORY else self._categories(total.id)
        own = self._line(CATEGORY, total.id)
        items: dict[int, ProductLine] = {}
        home: dict[int | None, ProductLine] = {pk: line for line in lines for pk in line.beneath}
        for row in self._rows_of(total):
            line = home.get(row.get("shelf"), own)
            line.hold(row["forecast_category"], row["exact"], row["count"])
            if line is own and row.get("item") is not None:
                item = items.setdefault(row["item"], self._line(PRODUCT, row["item"]))
                item.hold(row["forecast_category"], row["exact"], row["count"])
        divide(total, [*lines, own])
        divide(own, list(items.values()))
        return [*lines, *self._largest(items.values())]

    def _rows_of(self, total: ProductLine) -> Iterable[dict[str, Any]]:
        known = {None} if total.of == NO_CATEGORY else set(total.beneath)
        return (row for row in self.sold if row["has_product"] and row.get("shelf") in known)

    def _largest(self, items: Iterable[ProductLine]) -> list[ProductLine]:
        found = sorted(items, key=_place)
        if len(found) <= MOST:
            return found
        others = self._line(OTHERS)
        for one in found[MOST:]:
            for category, money in one.sums.items():
                others.give(category, money)
        return [*found[:MOST], others]

    def _categories(self, parent: int | None) -> list[ProductLine]:
        return [self._line(CATEGORY, pk) for pk in self.shelves.children.get(parent, ())]

    def _line(self, of: str, pk: int | None = None) -> ProductLine:
        beneath = self.shelves.beneath(pk) if of == CATEGORY and pk else ()
        return ProductLine(self.asked.currency, of=of, id=pk, name=self.shelves.names.get(pk or 0, ""), beneath=beneath)
