"""What came back of each order, or was paid back: told of orders that are there, and noted by the days from now on."""

from collections import defaultdict

from django.conf import settings
from django.db import migrations, models

import kizuna.base.types.columns
from kizuna.base.types.money import Money
from kizuna.customers.catalog.reckoning import Discount, Line, Rounding, Rules, Tax, reckon
from kizuna.customers.orders.models.days import TouchDays

BEFORE = ("ordered_at", "channel_id", "owner_id", "currency", "total")
AT_ONCE = 500


def tell(apps, schema_editor):
    """Of orders with goods that came back, or money that went back; of the others there is nothing to tell."""
    order, line, payment = (
        apps.get_model("orders", name).objects.using(schema_editor.connection.alias)
        for name in ("Order", "OrderLine", "Payment")
    )
    back = line.filter(deleted_at=None, returned__gt=0).order_by().values_list("order", flat=True).distinct()
    gone = payment.filter(deleted_at=None, kind__in=("refund", "chargeback")).order_by().values_list("order", flat=True)
    ids = sorted({*back, *gone})
    for start in range(0, len(ids), AT_ONCE):
        chosen = order.filter(pk__in=ids[start : start + AT_ONCE])
        _tell(list(chosen), line.filter(deleted_at=None), payment.filter(deleted_at=None), order)


def _tell(orders, lines, payments, manager):
    of_order, money = defaultdict(list), defaultdict(lambda: defaultdict(int))
    for one in lines.filter(order__in=orders).order_by("position", "pk"):
        of_order[one.order_id].append(one)
    for one in payments.filter(order__in=orders):
        money[one.order_id][one.kind] += one.amount.amount
    for one in orders:
        came, went = money[one.pk]["payment"], money[one.pk]["refund"] + money[one.pk]["chargeback"]
        total = one.total.amount if one.total else 0
        repaid = Money(max(0, went - max(0, came - total)), one.currency)
        one.given_back = max(_returned(one, of_order[one.pk]), repaid) or None
    manager.bulk_update([one for one in orders if one.given_back], ["given_back", "given_back_currency"])


def _returned(order, lines):
    """What the goods that came back had cost, with tax, as the page of the order says it."""
    rules = Rules(order.currency, order.includes_tax, order.is_tax_per_line, Rounding(order.rounding))
    document = reckon((_line(one) for one in lines), rules=rules, discount=_discount(order, order.currency))
    parts = (
        row.total.times(one.returned / one.quantity)
        for one, row in zip(lines, document.lines, strict=True)
        if one.returned
    )
    return Money.total(parts, order.currency)


def _line(one):
    tax = None if one.tax_percent is None else Tax(one.tax_percent, one.tax_title, one.is_reduced)
    return Line(one.quantity, one.unit_price, _discount(one, one.unit_price.currency), tax, False)


def _discount(one, currency):
    if one.discount_percent is not None:
        return Discount(percent=one.discount_percent)
    return None if one.discount_amount is None else Discount(amount=Money(one.discount_amount, currency))


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0005_sums_of_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TouchDays((), before=BEFORE),
        migrations.AddField(
            model_name="order",
            name="given_back_currency",
            field=models.CharField(blank=True, default="", editable=False, max_length=3),
        ),
        migrations.AddField(
            model_name="order",
            name="given_back",
            field=kizuna.base.types.columns.MoneyField(
                adds_currency=False,
                blank=True,
                decimal_places=4,
                editable=False,
                help_text="What goods that came back had cost, or what was refunded and charged back: the larger one.",
                max_digits=20,
                null=True,
                verbose_name="given back",
            ),
        ),
        TouchDays((*BEFORE, "given_back")),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
