"""The lines of deals, as every screen and API call sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.resources.fields.shares import PerCentOrAmount
from kizuna.base.resources.lines import Total
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section
from kizuna.customers.catalog.models import Product
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Opportunity, OpportunityLine
from kizuna.domains.sales.queries.deal_lines import again_and_again, lines_of_deals, worth_of


def totals_of_deal(deal: Opportunity, reader: Reader) -> Sequence[Total]:
    """Beneath the lines: what of it is paid again and again, and what it comes to before tax."""
    lines = lines_of_deals([deal])[deal.pk]
    if not lines:
        return []
    labels = dict(Product.Billing.choices)
    found = [Total(labels[how_often], money.format(reader.language))
             for how_often, money in again_and_again(lines).items()]  # fmt: skip
    return [*found, Total(_("Amount before tax"), worth_of(lines).amount.format(reader.language), is_strong=True)]


@register
class OpportunityLines(Resource):
    model = OpportunityLine
    purpose = _("What deals are about; a deal with lines is worth what they come to")
    icon = "list-details"
    title = "words"
    composites = (PerCentOrAmount("discount", _("discount"), help=_("A percentage, such as 10 %, or an amount.")),)
    exclude = ("discount_percent", "discount_amount", "tax_percent", "tax_title", "is_reduced")
    columns = ("words", "opportunity", "product", "quantity", "unit_price", "discount", "total")
    facts = ("opportunity", "product", "quantity", "unit_price", "total")
    sort = "-created_at"
    import_names = {
        "product.code": ("sku", "item code", "商品コード", "品番", "상품코드"),
        "quantity": ("qty", "数量", "수량", "menge"),
        "unit_price": ("price", "unit price", "sales price", "単価", "단가"),
    }
    sections = (
        Section(
            _("Opportunity line"), "opportunity", "product", "words", "quantity", "unit_price", "discount", "position"
        ),
    )

    def complete(self, record: Any) -> None:
        services.complete_deal_line(record)
