"""An accepted quote becomes an order, once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import publish
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.base.types.refs import RecordRef
from kizuna.customers.orders.models import Order, SalesChannel
from kizuna.customers.orders.services import Draft, Sold, place_order
from kizuna.domains.sales.events import QuoteOrdered
from kizuna.domains.sales.models import Quote
from kizuna.domains.sales.queries.quotes import document_of, order_of
from kizuna.domains.sales.services.quote_steps import touched


@action(
    label=_("Make an order"),
    icon="shopping-bag",
    when=lambda quote: quote.status == Quote.Status.ACCEPTED and order_of(quote) is None,
    asks={"channel": _("Sales channel (empty: sales person)")},
)
def order_quote(*, actor: Any, quote: Quote, channel: SalesChannel | None = None) -> Order:
    """Place what the customer accepted as an order, with its prices, taxes and discounts. Done twice it is the same
    order."""
    found = order_of(quote)
    if found is not None:
        return found
    if quote.status != Quote.Status.ACCEPTED:
        raise Refused(_("The customer has not accepted this quote yet."))
    channel = channel or SalesChannel.objects.live().filter(kind=SalesChannel.Kind.SALES, is_closed=False).first()
    if channel is None:
        raise Refused(_("There is no sales channel for sales people: add one in the settings."), field="channel")
    order = place_order(actor=actor, draft=_draft(quote, channel))
    if order.total != quote.total:
        raise Refused(_("The order would come to another total than the quote."))
    publish(QuoteOrdered(quote_id=quote.pk, order_id=order.pk), subjects=touched(quote), by=actor)
    return order


def _draft(quote: Quote, channel: SalesChannel) -> Draft:
    lines, document = document_of(quote)
    taken = [
        Sold(
            quantity=line.quantity, product=line.product, words=line.words, unit_price=line.unit_price,
            discount=row.line.discount, tax=row.line.tax,
        )
        for line, row in zip(lines, document.lines, strict=True)
        if not row.line.is_optional
    ]  # fmt: skip
    return Draft(
        channel=channel, lines=taken, contact_id=quote.contact_id, company_id=quote.company_id,
        owner_id=quote.owner_id, currency=quote.currency, country=quote.country, discount=quote.discount,
        rules=quote.rules, note=quote.subject, origin=RecordRef("quote", quote.pk),
    )  # fmt: skip
