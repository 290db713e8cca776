"""Lines of deals: what they begin with, what they make of the amount, and how they become quotes and come back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import ROUND_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity import SYSTEM
from kizuna.base.records import bulk
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Invalid, Refused
from kizuna.base.types.money import Money
from kizuna.customers.catalog import queries as catalog
from kizuna.customers.catalog.reckoning import Reckoned
from kizuna.domains.sales.models import Opportunity, OpportunityLine, Quote, QuoteLine
from kizuna.domains.sales.queries.deal_lines import lines_of_deals, worth_of
from kizuna.domains.sales.queries.offering import currency_of, language_of
from kizuna.domains.sales.queries.quotes import document_of
from kizuna.domains.sales.services.quote_figures import complete_quote_line

HUNDRED = Decimal(100)
FOLLOWS = _("It is what the lines come to: change these.")
OF_LINE = ("total", "total_currency")
TAKEN_OVER = ("words", "quantity", "discount_percent", "position")


def complete_deal_line(line: OpportunityLine) -> None:
    """Words and price of a new line from the catalogue, as of today where whoever adds it is, as on quotes: it is what
    they say to the customer on that day. What is there stays. Raises Invalid for a line that says nothing, or that
    nobody knows the price of. It is owned by whoever owns the deal."""
    if not line.opportunity_id:
        return
    deal, on = line.opportunity, timezone.localdate()
    line.owner_id = deal.owner_id
    seller = catalog.seller_for(language_of(deal)) if line._state.adding else None
    currency = currency_of(deal, first=line.unit_price, product=line.product, seller=seller)
    line.take_words(language_of(deal))
    if seller and line.tax_percent is None:
        line.take_tax(catalog.tax_for(line, country=seller.country, on=on))
    if line.unit_price is None and line._state.adding:
        line.unit_price = catalog.price_for(line, buyer=deal.company or deal.contact, currency=currency, on=on)
    elif not line._state.adding:
        around = catalog.prices_around(line, buyer=deal.company or deal.contact, currency=currency, on=on)
        if around and line.unit_price == around[0]:  # nobody gave another one
            line.unit_price = around[1]
    if line.needed_price(currency).currency != currency:
        raise Invalid({"unit_price": [_("This deal is in %(currency)s, and stays so.") % {"currency": currency}]})


def reckon_deals_of_lines(*, line_ids: Collection[int]) -> None:
    """After lines came, went or changed. Raises Refused for what does not add up."""
    rows = OpportunityLine.objects.filter(pk__in=line_ids).order_by()
    reckon_deals(deal_ids=set(rows.values_list("opportunity_id", flat=True)))


@transaction.atomic
def reckon_deals(*, deal_ids: Collection[int]) -> None:
    """The amount of deals that have lines is what these come to. Where the last one went the amount stays, and is
    anybody's again. It is Kizuna that reckons, whoever may change what of a deal."""
    rows = Opportunity.objects.select_for_update(of=("self",)).filter(pk__in=deal_ids)
    deals = list(rows.order_by("pk"))
    lines_by_deal = lines_of_deals(deals)
    told: list[OpportunityLine] = []
    changed: list[tuple[Opportunity, dict[str, Any]]] = []
    marked: list[Opportunity] = []
    for deal in deals:
        before, was, lines = dict(deal.__dict__), deal.amount, lines_by_deal[deal.pk]
        if lines:
            told += _reckoned(deal, lines)
        if deal.has_lines != bool(lines):
            deal.has_lines = bool(lines)
            marked.append(deal)
        if deal.amount != was:
            changed.append((deal, before))
    bulk.update(OpportunityLine, told, OF_LINE)
    bulk.update(Opportunity, marked, ("has_lines",))
    if changed:
        records.store_changes(actor=SYSTEM, resource=registry.get("opportunity"), changed=changed)


def _reckoned(deal: Opportunity, lines: Sequence[OpportunityLine]) -> list[OpportunityLine]:
    """The amount of a deal; the lines whose total is another one now."""
    document, found = worth_of(lines), []
    if deal.amount is not None and deal.amount.currency != document.amount.currency:
        raise Refused(
            _("This deal is in %(currency)s, and stays so.") % {"currency": deal.amount.currency}, field="unit_price"
        )
    for line, row in zip(lines, document.lines, strict=True):
        if line.total != row.amount:
            line.total = row.amount
            found.append(line)
    deal.amount = document.amount
    return found


def hand_lines_on(*, deal_ids: Collection[int]) -> None:
    """The lines of a deal name its owner."""
    owner = Opportunity.objects.filter(pk=OuterRef("opportunity_id")).values("owner_id")
    OpportunityLine.objects.filter(opportunity__in=deal_ids).update(owner_id=Subquery(owner))


def keep_amounts(*, deal_ids: Collection[int]) -> None:
    """Raise Refused where somebody gave a deal another amount than its lines come to, by whichever door."""
    deals = list(Opportunity.objects.filter(pk__in=deal_ids, has_lines=True))
    lines_by_deal = lines_of_deals(deals)
    for deal in deals:
        lines = lines_by_deal[deal.pk]
        if lines and worth_of(lines).amount != deal.amount:
            raise Refused(FOLLOWS, field="amount")


# Quotes -------------------------------------------------------------------------------------------------------------


@action(
    label=_("Make a quote"),
    done=_("Quote made."),
    icon="file-invoice",
    opens=True,
    when=lambda deal: deal.is_open,
)
def quote_opportunity(*, actor: Any, opportunity: Opportunity) -> Quote:
    """A draft of a quote for the customer of the deal, with its lines and their prices."""
    if not opportunity.company_id and not opportunity.contact_id:
        told = _("This deal has no customer yet: choose a company.")
        raise Invalid({"company": [told], "contact": [_("Or choose a contact.")]})
    values = {"subject": opportunity.name[:200], "opportunity": opportunity.pk, "owner": actor.pk}
    quote = records.create(actor=actor, resource=registry.get("quote"), values=values)
    assert isinstance(quote, Quote)
    if opportunity.has_lines:
        _take_lines(actor, quote)
    return quote


@action(
    label=_("Take over the lines of the deal"),
    done=_("Lines taken over."),
    icon="arrow-down-from-arc",
    place="panel",
    when=lambda quote: quote.is_draft and can_take(quote),
)
def take_deal_lines(*, actor: Any, quote: Quote) -> Quote:
    """Write what the deal is about into a quote that has no lines yet."""
    if not (quote.is_draft and can_take(quote)):
        raise Refused(_("Only a draft without lines takes over those of its deal."))
    _take_lines(actor, quote)
    quote.refresh_from_db()
    return quote


def can_take(quote: Quote) -> bool:
    """Whether its deal has lines, and it has none."""
    if quote.opportunity is None or not quote.opportunity.has_lines:
        return False
    return not QuoteLine.objects.live().filter(quote=quote).exists()


def _take_lines(actor: Any, quote: Quote) -> None:
    """The prices of the deal, with tax where the quote has it; what the price book says is read anew."""
    deal: Any = quote.opportunity
    found = []
    for line in lines_of_deals([deal])[deal.pk]:
        copy = QuoteLine(quote=quote, owner_id=quote.owner_id, **{name: getattr(line, name) for name in TAKEN_OVER})
        copy.product = line.product
        rate = catalog.tax_for(copy, country=quote.country, on=quote.issued_on or timezone.localdate())
        factor = (HUNDRED + rate.percent) / HUNDRED if rate and quote.includes_tax else Decimal(1)
        copy.unit_price = line.unit_price.times(factor) if line.unit_price else None
        if line.discount_amount is not None and line.unit_price is not None:
            off = Money(line.discount_amount, line.unit_price.currency)
            copy.discount_amount = off.times(factor).amount
        complete_quote_line(copy)
        found.append(copy)
    records.create_many(actor=actor, resource=registry.get("quoteline"), records=found)


@transaction.atomic
def bring_back(*, quote: Quote) -> None:
    """The deal of an accepted quote is about what was accepted: its lines are those of the quote, each at what it comes
    to before tax, after all that was taken off."""
    deal: Any = quote.opportunity
    lines, document = document_of(quote)
    accepted = [
        _accepted(deal, line, row) for line, row in zip(lines, document.lines, strict=True) if not row.line.is_optional
    ]
    mine = lines_of_deals([deal])[deal.pk]
    if [_said(line) for line in accepted] == [_said(line) for line in mine]:
        return
    records.delete_many(actor=SYSTEM, queryset=OpportunityLine.objects.filter(pk__in=[line.pk for line in mine]))
    records.create_many(actor=SYSTEM, resource=registry.get("opportunityline"), records=accepted)


def _said(line: OpportunityLine) -> tuple[Any, ...]:
    """All that a line of a deal says."""
    return (
        line.product_id, line.words, line.quantity, line.unit_price, line.discount_percent, line.discount_amount
    )  # fmt: skip


def _accepted(deal: Opportunity, line: QuoteLine, row: Reckoned) -> OpportunityLine:
    """A line of a quote as one of its deal. What cannot be said as a price before tax is said as a discount, so that
    the line comes to what was agreed, to the last coin."""
    found = OpportunityLine(opportunity=deal, owner_id=deal.owner_id, tax_percent=line.tax_percent)
    for name in (*TAKEN_OVER, "product_id", "tax_title", "is_reduced"):
        setattr(found, name, getattr(line, name))
    found.unit_price = line.unit_price
    if row.net != row.amount:
        found.discount_percent = None
        found.unit_price, off = _told_as(row)
        found.discount_amount = off.amount if off else None
    elif line.discount_amount is not None:
        found.discount_amount = line.discount_amount
    return found


def _told_as(row: Reckoned) -> tuple[Money, Money]:
    """A price before tax and what is off the whole, that come to the net of a line."""
    price = row.line.unit_price
    if row.tax and row.amount - row.share != row.net:  # prices are with tax
        percent = row.line.tax.percent if row.line.tax else Decimal(0)
        price = Money.rounded(price.amount * HUNDRED / (HUNDRED + percent), price.currency, ROUND_UP)
    whole = price.times(row.line.quantity)
    if whole < row.net:  # rounding of the tax of a whole document may fall on one line
        price = Money.rounded(row.net.amount / row.line.quantity, price.currency, ROUND_UP)
        whole = price.times(row.line.quantity)
    return price, whole - row.net
