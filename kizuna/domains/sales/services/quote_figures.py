"""Quotes are drawn up: their numbers, what they and their lines begin with, and what they come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records import bulk
from kizuna.base.types.check_digits import check_digit
from kizuna.base.types.errors import Invalid, Refused
from kizuna.customers.catalog import queries as catalog
from kizuna.customers.orders.models import NumberSeries
from kizuna.domains.sales.models import Quote, QuoteLine
from kizuna.domains.sales.queries.offering import employer_of, language_of
from kizuna.domains.sales.queries.quotes import documents_of

STAYS = _("This quote is not a draft any more: make a new version.")
FREE = frozenset({"owner", "opportunity", "tags"})
"""What may change whatever became of a quote: who looks after it, and what it belongs to."""
OF_LINE = ("total", "total_currency")
OF_QUOTE = ("net", "net_currency", "tax", "tax_currency", "total", "total_currency")


@transaction.atomic
def take_number(on: dt.date) -> str:
    """A fresh number: the year, a running number and a check digit over both. Given back when the transaction fails, so
    that none is ever missing."""
    name = f"quote {on.year}"
    series = NumberSeries.objects.filter(name=name)
    if not series.update(last=F("last") + 1):
        NumberSeries.objects.get_or_create(name=name, defaults={"last": 0})
        series.update(last=F("last") + 1)
    running = f"{series.values_list('last', flat=True).get():04d}"
    return f"Q{on.year}-{running}{check_digit(f'{on.year}{running}')}"


def later(day: dt.date, wait: dt.timedelta) -> dt.date:
    """So much later, as far as the calendar goes."""
    return day + min(wait, dt.date.max - day)


def complete_quote(quote: Quote) -> None:
    """What a new quote takes over from its deal, its customer and who sells; its number."""
    if not quote._state.adding or quote.number:
        return
    deal = quote.opportunity
    if deal:
        quote.company_id = quote.company_id or deal.company_id
        quote.contact_id = quote.contact_id or deal.contact_id
    elif quote.contact and not quote.company_id:
        quote.company_id = employer_of(quote.contact)
    if not quote.company_id and not quote.contact_id:
        if deal:
            raise Invalid({"company": [_("This deal has no customer yet: choose a company or a contact.")]})
        raise Invalid({"company": [_("For whom is it? Choose a company, a contact or an opportunity.")]})
    quote.language = quote.language or language_of(quote)
    seller = quote.seller = quote.seller or catalog.seller_for(quote.language)
    quote.issued_on = quote.issued_on or timezone.localdate()  # the day where whoever draws it up is
    if seller:
        quote.country = quote.country or seller.country
        quote.includes_tax, quote.is_tax_per_line = seller.includes_tax, seller.is_tax_per_line
        quote.rounding = seller.rounding
        quote.payment_terms = quote.payment_terms or seller.payment_terms
        quote.terms = quote.terms or seller.terms
    given = deal.amount.currency if deal and deal.amount else ""
    quote.currency = quote.currency or given or catalog.own_currency(seller)
    days = seller.valid_days if seller else 30
    quote.valid_until_on = quote.valid_until_on or later(quote.issued_on, dt.timedelta(days=days))
    quote.number = take_number(quote.issued_on)


def complete_quote_line(line: QuoteLine) -> None:
    """Words, unit, period, price and tax of a new line from the catalogue, as of the day of the quote; what is there
    stays. Raises Invalid for a line that says nothing, or that nobody knows the price of."""
    if not line._state.adding or not line.quote_id:
        _follow_quantity(line)
        _follow_tax(line)
        return
    quote, on = line.quote, line.quote.issued_on or timezone.localdate()
    line.take_words(quote.language)
    if line.product:
        line.unit = line.unit or line.product.unit
        line.billing = line.billing or line.product.billing
    if not line.tax_title:
        line.take_tax(catalog.tax_for(line, country=quote.country, on=on))
    if line.list_price is None:
        _take_list_price(line, on)
    if line.unit_price is None:
        line.unit_price = line.list_price
    if line.needed_price(quote.currency).currency != quote.currency:
        raise Invalid({"unit_price": [_("This quote is in %(currency)s.") % {"currency": quote.currency}]})


def _take_list_price(line: QuoteLine, on: dt.date) -> None:
    """What the price book says, and which one it is; none where it is the list price."""
    quote = line.quote
    quoted = catalog.quoted_for(line, buyer=quote.company or quote.contact, currency=quote.currency, on=on)
    if quoted:
        line.list_price = catalog.price_told(quoted, line.tax_percent, includes_tax=quote.includes_tax)
        line.price_book = quoted.book


def _follow_quantity(line: QuoteLine) -> None:
    """Who takes a hundred instead of ten pays the price of a hundred, and the other way round: in a draft, as long as
    the price book says what it said, and of the price itself as long as nobody gave another one."""
    quote = line.quote
    if not quote.is_draft or line.product is None:
        return
    buyer, on = quote.company or quote.contact, quote.issued_on or timezone.localdate()
    around = catalog.prices_around(line, buyer=buyer, currency=quote.currency, on=on, includes_tax=quote.includes_tax)
    if around and line.list_price == around[0]:
        if line.unit_price == line.list_price:
            line.unit_price = around[1]
        _take_list_price(line, on)


def _follow_tax(line: QuoteLine) -> None:
    """A percentage that somebody gives is called like the rate that it is, on the day of the quote."""
    quote = line.quote
    if quote.is_draft and catalog.is_tax_given(line):
        on = quote.issued_on or timezone.localdate()
        line.call_tax(catalog.tax_for(line, country=quote.country, on=on))


@transaction.atomic
def reckon_quotes_of_lines(*, line_ids: Collection[int]) -> None:
    """After lines came, went or changed. Refused where their quote is no draft, or has another currency. The quotes are
    held before they are asked: one that is being sent meanwhile was sent without these lines."""
    found = list(QuoteLine.objects.filter(pk__in=line_ids))
    rows = Quote.objects.select_for_update(of=("self",)).filter(pk__in={line.quote_id for line in found})
    held = {quote.pk: quote for quote in rows.order_by("pk")}
    for line in found:
        quote = held[line.quote_id]
        if not quote.is_draft:
            raise Refused(STAYS)
        if line.unit_price and line.unit_price.currency != quote.currency:
            raise Refused(_("This quote is in %(currency)s.") % {"currency": quote.currency}, field="unit_price")
    reckon_quotes(quote_ids=held)


def note_changes(*, quote_ids: Collection[int], fields: Collection[str]) -> None:
    """After fields of quotes changed: only drafts may, and what they come to follows. Raises Refused."""
    if not FREE.issuperset(fields):
        if Quote.objects.filter(pk__in=quote_ids).exclude(status=Quote.Status.DRAFT).exists():
            raise Refused(STAYS)
        reckon_quotes(quote_ids=quote_ids)


@transaction.atomic
def reckon_quotes(*, quote_ids: Collection[int]) -> None:
    """Bring the figures of quotes and their lines up to date. Raises Refused for what does not add up."""
    rows = Quote.objects.select_for_update(of=("self",)).filter(pk__in=quote_ids)
    quotes = {one.pk: one for one in rows.order_by("pk")}
    changed_lines, changed = [], []
    for pk, (lines, document) in documents_of(list(quotes.values())).items():
        for line, reckoned in zip(lines, document.lines, strict=True):
            if line.total != reckoned.amount:
                line.total = reckoned.amount
                changed_lines.append(line)
        quote, figures = quotes[pk], (document.net, document.tax, document.total)
        if (quote.net, quote.tax, quote.total) != figures:
            quote.net, quote.tax, quote.total = figures
            changed.append(quote)
    if changed_lines:
        bulk.update(QuoteLine, changed_lines, OF_LINE)
    if changed:
        bulk.update(Quote, changed, OF_QUOTE)
