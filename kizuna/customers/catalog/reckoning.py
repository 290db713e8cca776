"""Reckoning a document: what its lines cost, what is taken off, what tax is due. Pure values, no tables, no float.

Orders and quotes add up money here and nowhere else. Parts always add up to the whole, to the smallest coin; the totals
do not depend on the order of the lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, InvalidOperation, localcontext
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Malformed, Refused, fill
from kizuna.base.types.money import Money

MOST = Decimal("999999999.999")
"""The largest quantity: what a column of twelve digits, three of them decimals, can hold."""
HUNDRED = Decimal(100)
WRONG_TAX = _("A tax rate is between 0 and 100 per cent.")
_DIGITS = 60  # enough that nothing is rounded before it is said to be


class Rounding(TextChoices):
    """Which way a fraction of the smallest coin goes. Many firms in Japan round tax down."""

    HALF_UP = ROUND_HALF_UP, _("To the nearest")
    DOWN = ROUND_DOWN, _("Down")
    UP = ROUND_UP, _("Up")


@dataclass(frozen=True, slots=True)
class Tax:
    """A rate as it stood on the day. Lines of one rate are taxed together, whatever each calls it: what a shop tells
    and what the catalogue says are the same tax."""

    percent: Decimal
    title: str = field(default="", compare=False)
    is_reduced: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "percent", _share(self.percent, WRONG_TAX, field="tax_percent"))

    def key(self) -> tuple[Decimal, bool]:
        return (-self.percent, self.is_reduced)


@dataclass(frozen=True, slots=True)
class Discount:
    """So many per cent off, or an amount off: one of the two."""

    percent: Decimal | None = None
    amount: Money | None = None

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.amount is None):
            raise Refused(_("A discount is a percentage or an amount, not both."), field="discount")
        if self.percent is not None:
            wrong = _("A discount is between 0 and 100 per cent.")
            object.__setattr__(self, "percent", _share(self.percent, wrong, field="discount"))
        elif self.amount is not None and self.amount.amount < 0:
            raise Refused(_("A discount is not below zero."), field="discount")

    def off(self, whole: Money) -> Money:
        """What it takes off an amount; never more than there is."""
        if self.percent is not None:
            return whole.times(self.percent / HUNDRED)
        assert self.amount is not None
        _same(self.amount, whole.currency)
        if self.amount > whole:
            raise Refused(_("A discount cannot be more than what it is taken off."), field="discount")
        return self.amount


@dataclass(frozen=True, slots=True)
class Line:
    """So many units at a price. An `is_optional` line is told what it would cost and stays out of the sums."""

    quantity: Decimal
    unit_price: Money
    discount: Discount | None = None
    tax: Tax | None = None
    is_optional: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "quantity", quantity(self.quantity))
        if self.unit_price.amount < 0:
            raise Refused(_("A price is not below zero."), field="unit_price")


@dataclass(frozen=True, slots=True)
class Rules:
    """How a document is reckoned. `includes_tax`: prices are with tax. `is_per_line`: tax is rounded line by line;
    otherwise once per rate and document, as Japan's qualified invoices ask."""

    currency: str
    includes_tax: bool = False
    is_per_line: bool = False
    rounding: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A line with its figures. `whole` - `discount` = `amount`; `amount` - `share` (of the document's discount) is what
    is taxed; `net` + `tax` = `total`. All in the document's currency."""

    line: Line
    whole: Money
    discount: Money
    share: Money
    tax: Money
    net: Money

    @property
    def amount(self) -> Money:
        return self.whole - self.discount

    @property
    def total(self) -> Money:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class TaxSum:
    """What is due of one rate, called as its dearest line calls it; `rate` None for what no tax is due on. The tax is
    of `net`."""

    rate: Tax | None
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Document:
    """Lines in the order given and the totals. `amount` - `discount` is taxed; `net` + `tax` = `total`."""

    lines: tuple[Reckoned, ...]
    amount: Money
    discount: Money
    net: Money
    tax: Money
    taxes: tuple[TaxSum, ...] = field(default=())

    @property
    def total(self) -> Money:
        return self.net + self.tax


def quantity(given: Any) -> Decimal:
    """A quantity as it can be sold. Refused: nothing, less than nothing, too much, more than three decimals."""
    if isinstance(given, float):
        raise TypeError("A float cannot hold a quantity exactly; use Decimal or text.")
    try:
        value = Decimal(given)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise Malformed("quantity", _("This is not a quantity.")) from error
    if not value.is_finite():
        raise Malformed("quantity", _("This is not a quantity."))
    if value <= 0:
        raise Refused(_("The quantity is above zero."), field="quantity")
    if value > MOST:
        raise Refused(fill(_("A quantity is at most %(most)s."), {"most": f"{MOST:,}"}), field="quantity")
    exact = value.quantize(Decimal("0.001"))
    if exact != value:
        raise Refused(_("A quantity has at most three decimals."), field="quantity")
    return exact


def reckon(lines: Iterable[Line], *, rules: Rules, discount: Discount | None = None) -> Document:
    """The figures of a document. Raises Refused for mixed currencies and for what cannot be taken off or sold."""
    with localcontext(prec=_DIGITS):
        return _Sheet(list(lines), rules).document(discount)


class _Sheet:
    """The lines of one document while they are reckoned: figures by the line's place."""

    def __init__(self, lines: Sequence[Line], rules: Rules) -> None:
        self.lines, self.rules, self.zero = lines, rules, Money.zero(rules.currency)
        self.wholes = [self._whole(line) for line in lines]
        self.discounts = [
            line.discount.off(whole) if line.discount else self.zero
            for line, whole in zip(lines, self.wholes, strict=True)
        ]
        self.amounts = [whole - off for whole, off in zip(self.wholes, self.discounts, strict=True)]
        self.shares = [self.zero] * len(lines)
        self.taxes = [self.zero] * len(lines)

    def document(self, discount: Discount | None) -> Document:
        counted = self._groups(is_optional=False)
        amount = self._sum(self.amounts, [place for places in counted.values() for place in places])
        off = discount.off(amount) if discount else self.zero
        self._spread(off, list(counted.values()))
        sums = tuple(self._taxed(rate, places) for rate, places in counted.items())
        for rate, places in self._groups(is_optional=True).items():
            for place in places:  # each by itself: it may be taken or left
                self._taxed(rate, [place])
        return Document(
            lines=tuple(self._reckoned(place) for place in range(len(self.lines))),
            amount=amount,
            discount=off,
            net=Money.total((one.net for one in sums), self.rules.currency),
            tax=Money.total((one.tax for one in sums), self.rules.currency),
            taxes=sums,
        )

    def _whole(self, line: Line) -> Money:
        _same(line.unit_price, self.rules.currency)
        return line.unit_price.times(line.quantity)

    def _groups(self, *, is_optional: bool) -> dict[Tax | None, list[int]]:
        """Places of lines by their tax, the highest rate first; in a group the dearest line first, so that whoever
        gets the odd coin does not depend on the order of lines."""
        groups: dict[Tax | None, list[int]] = defaultdict(list)
        for place, line in enumerate(self.lines):
            if line.is_optional == is_optional:
                groups[line.tax].append(place)
        for places in groups.values():
            places.sort(key=lambda place: -self.amounts[place].amount)
        return dict(sorted(groups.items(), key=lambda group: (group[0] is None, group[0].key() if group[0] else ())))

    def _spread(self, off: Money, groups: Sequence[Sequence[int]]) -> None:
        """The document's discount over the rates by what they amount to, and within each over its lines."""
        whole = [self._sum(self.amounts, places) for places in groups]
        for share, places in zip(_allocated(off, whole), groups, strict=True):
            for place, part in zip(places, _allocated(share, self._at(self.amounts, places)), strict=True):
                self.shares[place] = part

    def _taxed(self, rate: Tax | None, places: Sequence[int]) -> TaxSum:
        """Tax of the lines of one rate, rounded once, or once for each line."""
        bases = [self.amounts[place] - self.shares[place] for place in places]
        base = Money.total(bases, self.rules.currency)
        if self.rules.is_per_line:
            parts = [self._due(rate, one) for one in bases]
        else:
            parts = _allocated(self._due(rate, base), bases)
        for place, part in zip(places, parts, strict=True):
            self.taxes[place] = part
        tax = Money.total(parts, self.rules.currency)
        return TaxSum(self._called(rate, places), base - tax if self.rules.includes_tax else base, tax)

    def _called(self, rate: Tax | None, places: Sequence[int]) -> Tax | None:
        """A rate by the name that a line gives it: of several the dearest."""
        named = (tax for place in places if (tax := self.lines[place].tax) is not None and tax.title)
        return next(named, rate)

    def _due(self, rate: Tax | None, base: Money) -> Money:
        if rate is None:
            return self.zero
        whole = HUNDRED + rate.percent if self.rules.includes_tax else HUNDRED
        return Money.rounded(base.amount * rate.percent / whole, base.currency, self.rules.rounding)

    def _reckoned(self, place: int) -> Reckoned:
        base = self.amounts[place] - self.shares[place]
        tax = self.taxes[place]
        return Reckoned(
            line=self.lines[place],
            whole=self.wholes[place],
            discount=self.discounts[place],
            share=self.shares[place],
            tax=tax,
            net=base - tax if self.rules.includes_tax else base,
        )

    def _at(self, figures: Sequence[Money], places: Sequence[int]) -> list[Money]:
        return [figures[place] for place in places]

    def _sum(self, figures: Sequence[Money], places: Sequence[int]) -> Money:
        return Money.total(self._at(figures, places), self.rules.currency)


def _allocated(whole: Money, over: Sequence[Money]) -> list[Money]:
    """Shared out in proportion, exactly; no share is more than what it is taken of."""
    if not whole:
        return [whole] * len(over)
    return whole.allocate([one.amount for one in over])


def _same(money: Money, currency: str) -> None:
    if money.currency != currency:
        raise Refused(
            fill(
                _("A document has one currency: %(other)s cannot stand beside %(currency)s."),
                {"other": money.currency, "currency": currency},
            ),
            field="currency",
        )


def _share(percent: Any, message: Any, field: str | None = None) -> Decimal:
    if isinstance(percent, float):
        raise TypeError("A float cannot hold a percentage exactly; use Decimal or text.")
    try:
        value = Decimal(percent)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise Malformed("percent", message) from error
    if not value.is_finite() or not 0 <= value <= HUNDRED:
        raise Refused(message, field=field)
    return value
