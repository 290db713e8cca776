"""Orders and what hangs on them as every screen, API call and import sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kizuna.base.access import policy
from kizuna.base.resources import fields
from kizuna.base.resources.fields.shares import PerCentOrAmount
from kizuna.base.resources.lines import Lines, Total
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section, TimelineEntry
from kizuna.base.types.errors import Invalid
from kizuna.base.types.money import Money
from kizuna.customers.catalog.resources import Currency, totals_of
from kizuna.customers.orders import services
from kizuna.customers.orders.models import Order, OrderLine, Payment, Preference, Return, SalesChannel, Shipment
from kizuna.customers.orders.models.orders import TO_COME, is_to_come
from kizuna.customers.orders.models.preferences import preferred
from kizuna.customers.orders.queries import documents_of, taken_back

KEPT = ("read", "create", "update", "bulk", "import", "export", "share")
"""Tax law wants bills kept: orders are cancelled, not deleted."""
TONES = {
    Order.Status.OPEN: "warn",
    Order.Status.PAID: "info",
    Order.Status.SHIPPED: "info",
    Order.Status.COMPLETED: "good",
    Order.Status.CANCELLED: "",
}


class OrderedAt(fields.Moment):
    """When it was ordered; orders of days to come would stand above all others for years."""

    def understand(self, raw: Any, reader: Reader) -> dt.datetime:
        found = super().understand(raw, reader)
        if is_to_come(found):
            raise Invalid({"": [TO_COME]})
        return found


class WhenOrdered(fields.Moment):
    """When the order of a line was placed. Lines are listed in this order, for which orders have indexes."""

    @property
    def reads(self) -> tuple[str, ...]:
        return ("order", "order.ordered_at")

    def read(self, record: Any) -> dt.datetime | None:
        return record.order.ordered_at


@register
class SalesChannels(Resource):
    model = SalesChannel
    purpose = _("Where customers buy: web shop, stores, marketplaces, the phone, sales people")
    icon = "building-store"
    composites = (
        fields.Choice("kind", _("kind"), choices=SalesChannel.Kind.choices, default=SalesChannel.Kind.SHOP),
        Currency("currency", _("currency"), required=True),
    )
    columns = ("name", "code", "kind", "currency", "country", "includes_tax", "updated_at")
    facts = ("code", "kind", "currency", "country", "includes_tax")
    search = ("name", "code")
    match_keys = ("code", "name")
    sections = (
        Section(_("Sales channel"), "name", "code", "kind", "is_closed", "owner"),
        Section(_("How orders are calculated"), "currency", "country", "includes_tax", "rounding", "is_tax_per_line"),
    )


def totals(order: Order, reader: Reader) -> Sequence[Total]:
    """Beneath the lines: what comes off, the tax of each rate, and what is left to pay."""
    lines, document = documents_of([order])[order.pk]
    found = totals_of(document, reader, includes_tax=order.includes_tax)
    paid, back = order.paid or Money.zero(order.currency), taken_back(lines, document)
    if back:
        found.append(Total(_("Came back"), (-back).format(reader.language)))
    if paid:
        found.append(Total(_("Paid"), paid.format(reader.language)))
    left = document.total - back - paid
    if left and (paid or back):
        label = _("Left to pay") if left.amount > 0 else _("To be paid back")
        found.append(Total(label, abs(left).format(reader.language)))
    return found


def badge_of(order: Order) -> dict[str, Any] | None:
    return {"text": order.get_status_display(), "tone": TONES.get(Order.Status(order.status), "")}


def phrase_of(order: Order) -> str:
    return str(_("Order %(number)s with %%(who)s")) % {"number": order.number}


def detail_of(order: Order, reader: Reader, page: str) -> str:
    """Where, by whom where the page is not theirs, and what it came to; what the reader may read of it."""
    permissions = policy.permissions_of(reader.actor)
    words = []
    if permissions.can("saleschannel", "read") and permissions.readable("order", "channel"):
        words.append(str(order.channel))
    if page != "contact" and order.contact and permissions.readable("order", "contact"):
        words.append(order.contact.name.display(reader.name_order))
    if order.total is not None and permissions.readable("order", "total"):
        words.append(order.total.format(reader.language))
    return reader.listed(words)


@register
class Orders(Resource):
    model = Order
    purpose = _("What customers bought, from every sales channel")
    icon = "shopping-bag"
    group = "sales"
    rank = 40
    title = "number"
    composites = (
        fields.Choice("status", _("status"), choices=Order.Status.choices, tones=TONES, editable=False),
        OrderedAt("ordered_at", _("ordered"), help=_("Empty: now.")),
        Currency("currency", _("currency"), help=_("Empty: that of the sales channel.")),
        PerCentOrAmount("discount", _("discount on the order"), help=_("A percentage, such as 10 %, or an amount.")),
    )
    exclude = ("discount_percent", "discount_amount", "origin_resource", "origin_id")
    read_only = ("number", "includes_tax", "is_tax_per_line", "rounding")
    columns = ("number", "contact", "company", "channel", "status", "total", "ordered_at", "owner")
    facts = ("status", "total", "channel", "ordered_at", "contact", "company", "owner")
    subtitle = ("contact", "company")
    sort = "-ordered_at"
    board_by = "status"
    calendar_by = "ordered_at"
    search = ("number", "external_id")
    match_keys = ("number", "external_id")
    import_names = {
        "external_id": ("order number", "order no", "order id", "受注番号", "注文番号", "주문번호", "bestellnummer"),
        "ordered_at": ("order date", "ordered on", "受注日", "注文日", "주문일", "bestelldatum"),
        "channel": ("channel", "shop", "store", "販売チャネル", "店舗", "판매채널", "매장"),
        "note": ("remark", "comment", "備考", "비고"),
    }
    sections = (
        Section(
            pgettext_lazy("what was bought", "Order"),
            "contact",
            "company",
            "channel",
            "ordered_at",
            "external_id",
            "owner",
        ),
        Section(_("Calculation"), "currency", "country", "discount"),
        Section(_("Delivery"), "ship_to", "note"),
    )
    operations = KEPT
    lines = Lines(
        "orderline.order",
        columns=("words", "quantity", "unit_price", "discount", "tax_percent", "total"),
        asks=("product", "quantity"),
        totals=totals,
        when=lambda order: order.is_changeable,
    )
    timeline = TimelineEntry(
        body="note",
        phrase=phrase_of,
        at="ordered_at",
        weight="did",
        by="owner",
        badge=badge_of,
        detail=detail_of,
        needs=("channel", "contact"),
        facets=("status",),
        is_written=False,
    )
    actions = (
        services.record_payment,
        services.ship_order,
        services.take_back,
        services.refund_payment,
        services.record_chargeback,
        services.cancel_order,
    )

    def complete(self, record: Any) -> None:
        services.complete_order(record)


@register
class OrderLines(Resource):
    model = OrderLine
    purpose = _("What was sold in each order")
    icon = "list-details"
    title = "words"
    composites = (
        PerCentOrAmount("discount", _("discount"), help=_("A percentage, such as 10 %, or an amount.")),
        WhenOrdered("ordered_at", _("ordered"), path="order__ordered_at", editable=False),
    )
    exclude = ("discount_percent", "discount_amount", "charged")
    columns = ("words", "order", "ordered_at", "product", "quantity", "unit_price", "total", "shipped", "returned")
    facts = ("order", "product", "quantity", "unit_price", "total", "shipped", "returned")
    percents = ("tax_percent",)
    sort = "-ordered_at"
    import_names = {
        "order": ("order number", "受注番号", "注文番号", "주문번호"),
        "product.code": ("sku", "item code", "商品コード", "品番", "상품코드"),
        "quantity": ("qty", "数量", "수량", "menge"),
        "unit_price": ("price", "unit price", "単価", "단가", "einzelpreis"),
        "size": ("size", "サイズ", "사이즈", "größe"),
        "colour": ("colour", "color", "カラー", "色", "색상", "farbe"),
    }
    sections = (
        Section(
            _("Order line"),
            "order",
            "product",
            "words",
            "size",
            "colour",
            "quantity",
            "unit_price",
            "discount",
            "tax_percent",
        ),
        Section(_("Order"), "position", "owner"),
    )
    actions = (services.ship_line, services.take_back_line)

    def complete(self, record: Any) -> None:
        if record.pk is not None:
            services.follow_tax(record)
        elif record.order_id:
            services.complete_line(record)


@register
class Payments(Resource):
    model = Payment
    purpose = _("Money that came in for orders, and that went back")
    icon = "cash"
    title = "kind"
    composites = (
        fields.Choice(
            "kind",
            _("kind"),
            choices=Payment.Kind.choices,
            default=Payment.Kind.PAYMENT,
            tones={Payment.Kind.PAYMENT: "good", Payment.Kind.REFUND: "warn", Payment.Kind.CHARGEBACK: "bad"},
        ),
    )
    columns = ("kind", "amount", "method", "paid_at", "order", "note")
    facts = ("order", "amount", "method", "paid_at")
    sort = "-paid_at"
    sections = (Section(_("Payment"), "order", "kind", "amount", "method", "paid_at", "note", "owner"),)
    operations = ("read", "create", "import", "export")


@register
class Preferences(Resource):
    model = Preference
    purpose = _("Sizes and favourites of customers, as somebody noted them")
    icon = "heart"
    plural = "customerpreferences"  # /preferences is where customers say what they want to be written about
    title = "preferred"
    composites = (
        fields.InWords(
            "preferred",
            _("size or favourite"),
            of=("kind", "product__name", "category__name", "words"),
            words=preferred,
        ),
        fields.Choice("kind", _("kind"), choices=Preference.Kind.choices, default=Preference.Kind.SIZE),
    )
    exclude = ("key",)
    columns = ("preferred", "kind", "is_liked", "contact", "company", "note", "updated_at")
    facts = ("kind", "is_liked", "contact", "company")
    sort = "-updated_at"
    import_names = {
        "words": ("size", "brand", "colour", "color", "サイズ", "ブランド", "사이즈", "브랜드"),
        "product.code": ("sku", "item code", "商品コード", "品番", "상품코드"),
        "category": ("category", "カテゴリ", "분류"),
    }
    sections = (
        Section(_("Size or favourite"), "kind", "words", "category", "product", "is_liked", "note"),
        Section(_("Whose"), "contact", "company", "owner"),
    )

    def complete(self, record: Any) -> None:
        record.take_whole()


@register
class Shipments(Resource):
    model = Shipment
    purpose = _("What was sent to customers")
    icon = "truck-delivery"
    title = "tracking"
    columns = ("tracking", "carrier", "shipped_at", "order")
    facts = ("order", "carrier", "tracking", "shipped_at")
    sort = "-shipped_at"
    search = ("tracking",)
    sections = (Section(_("Shipment"), "order", "carrier", "tracking", "shipped_at", "owner"),)
    operations = ("read", "update", "export")


@register
class Returns(Resource):
    model = Return
    purpose = _("What came back, and why")
    icon = "package-import"
    title = "reason"
    composites = (fields.Choice("reason", _("reason"), choices=Return.Reason.choices, default=Return.Reason.OTHER),)
    columns = ("reason", "returned_at", "order", "note")
    facts = ("order", "reason", "returned_at")
    sort = "-returned_at"
    board_by = "reason"
    sections = (Section(_("Return"), "order", "reason", "returned_at", "note", "owner"),)
    operations = ("read", "export")
