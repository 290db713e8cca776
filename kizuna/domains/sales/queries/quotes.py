"""Quotes reckoned from their lines, whether somebody has to approve them, and the one behind a customer's link."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from django.core import signing
from django.db.models import QuerySet

from kizuna.base.types.money import Money
from kizuna.customers.catalog.reckoning import Document, reckon
from kizuna.customers.orders.models import Order
from kizuna.domains.sales.models import ApprovalRule, Quote, QuoteLine, QuoteMessage

SALT = "kizuna.sales.quote"
HUNDRED = Decimal(100)


def lines_of(quotes: Sequence[Quote]) -> dict[int, list[QuoteLine]]:
    """The lines of each quote in their order, one query."""
    found: dict[int, list[QuoteLine]] = defaultdict(list)
    ids = [quote.pk for quote in quotes]
    rows = QuoteLine.objects.live().filter(quote__in=ids).select_related("product")
    for line in rows.order_by("quote_id", "position", "pk"):
        found[line.quote_id].append(line)
    return found


def documents_of(quotes: Sequence[Quote]) -> dict[int, tuple[list[QuoteLine], Document]]:
    """Lines and figures of each quote. Raises Refused where a discount is more than what it is taken off."""
    lines = lines_of(quotes)
    return {
        quote.pk: (
            lines[quote.pk],
            reckon((line.reckoned for line in lines[quote.pk]), rules=quote.rules, discount=quote.discount),
        )
        for quote in quotes
    }


def document_of(quote: Quote) -> tuple[list[QuoteLine], Document]:
    return documents_of([quote])[quote.pk]


def conceded(lines: Sequence[QuoteLine], document: Document) -> Decimal:
    """What is taken off, in per cent: discounts of lines and of the quote, and prices below those of the price book."""
    listed = Money.zero(document.amount.currency)
    for line, row in zip(lines, document.lines, strict=True):
        if not row.line.is_optional and line.unit_price is not None:
            price = line.list_price
            dearer = (
                price if price and price.currency == listed.currency and price > line.unit_price else line.unit_price
            )
            listed += dearer.times(line.quantity)
    left = document.amount - document.discount
    return HUNDRED - left.amount * HUNDRED / listed.amount if listed else Decimal(0)


def rules_for(quote: Quote) -> list[ApprovalRule]:
    """The rules by which somebody has to approve the quote as it is now, or as the customer can make it: with all that
    is optional, or with what is cheaper than the price book only."""
    rules = list(ApprovalRule.objects.live().order_by("pk"))
    if not rules:
        return []
    lines = lines_of([quote])[quote.pk]
    seen = [_taken(quote, lines, which) for which in (lambda line: False, lambda line: True, _is_cheaper)]
    figures = [(conceded(lines, document), document.net) for document in seen]
    return [rule for rule in rules if any(_holds(rule, off, net) for off, net in figures)]


def _taken(quote: Quote, lines: Sequence[QuoteLine], which: Callable[[QuoteLine], bool]) -> Document:
    """The quote with these of its optional lines."""
    offered = [replace(line.reckoned, is_optional=line.is_optional and not which(line)) for line in lines]
    return reckon(offered, rules=quote.rules, discount=quote.discount)


def _is_cheaper(line: QuoteLine) -> bool:
    known, price = line.list_price, line.unit_price
    is_below = known is not None and price is not None and known.currency == price.currency and price < known
    return is_below or line.discount_taken is not None


def _holds(rule: ApprovalRule, off: Decimal, net: Money) -> bool:
    """A rule about an amount is of quotes in its currency."""
    if rule.above_percent is not None and off <= rule.above_percent:
        return False
    amount = rule.above_amount
    return amount is None or (amount.currency == net.currency and net > amount)


def token_of(quote: Quote) -> str:
    """What the address of the customer's page ends with."""
    return signing.Signer(salt=SALT).sign(quote.key.hex)


def behind(token: str) -> Quote | None:
    """The quote that a link is about, whatever became of it; None for a link that is none of ours."""
    try:
        key = uuid.UUID(hex=signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    found = Quote.objects.live().select_related("contact", "company", "seller", "owner", "opportunity")
    return found.filter(key=key).first()


def versions_of(quote: Quote) -> QuerySet[Quote]:
    """All versions, the newest first."""
    return Quote.objects.live().filter(number=quote.number).order_by("-revision")


def successor_of(quote: Quote) -> Quote | None:
    """The newest version, if it was sent and is not this one."""
    return versions_of(quote).filter(revision__gt=quote.revision, sent_at__isnull=False).first()


def messages_of(quote: Quote) -> QuerySet[QuoteMessage]:
    """What was said about any of its versions, from the first on."""
    return QuoteMessage.objects.live().filter(quote__number=quote.number).order_by("said_at", "pk")


def order_of(quote: Quote) -> Order | None:
    """The order that was made of it."""
    return Order.objects.live().filter(origin_resource="quote", origin_id=quote.pk).first()
