"""An accepted quote becomes an order, once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import publish
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
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
    done=_("Order made."),
    opens=True,
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
    order = place_order(actor=actor, draft=_draft(quote, channel or _of_sales_people(quote)))
    if order.total != quote.total:
        raise Refused(_("The order would come to another total than the quote."))
    publish(QuoteOrdered(quote_id=quote.pk, number=quote.name, order_id=order.pk), subjects=touched(quote), by=actor)
    return order


def _of_sales_people(quote: Quote) -> SalesChannel:
    """The sales channel of those who write quotes; opened with the first order of one."""
    channels, kind = SalesChannel.objects.live(), SalesChannel.Kind.SALES
    found = channels.filter(kind=kind, is_closed=False).order_by("pk").first()
    if found is None:
        code = "sales" if not channels.filter(code="sales").exists() else f"sales-{quote.pk}"
        name, country = gettext("Sales people"), quote.country or "JP"
        values = {"name": name, "code": code, "kind": kind, "currency": quote.currency, "country": country}
        records.create(actor=SYSTEM, resource=registry.get("saleschannel"), values=values)
        found = channels.get(code=code)
    return found


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
