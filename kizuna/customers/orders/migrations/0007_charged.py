"""What was paid for each line where that is not its total: told of the lines that are there."""

from collections import defaultdict
from itertools import islice

from django.db import migrations, models
from django.db.models import Q

from kizuna.base.types.money import Money
from kizuna.customers.catalog.reckoning import Discount, Line, Rounding, Rules, Tax, reckon

AT_ONCE = 1000
DIFFERING = Q(discount_percent__gt=0) | Q(discount_amount__gt=0) | Q(includes_tax=False, tax__gt=0)
"""Orders whose lines were paid for with another sum than they say: less a discount, or with tax on top."""


def tell(apps, schema_editor):
    order, line = (
        apps.get_model("orders", name).objects.using(schema_editor.connection.alias) for name in ("Order", "OrderLine")
    )
    found = order.filter(DIFFERING).order_by("pk").iterator(AT_ONCE)
    while some := list(islice(found, AT_ONCE)):
        of_order = defaultdict(list)
        for one in line.filter(deleted_at=None, order__in=some).order_by("position", "pk"):
            of_order[one.order_id].append(one)
        changed = [one for told in some for one in _charged(told, of_order[told.pk])]
        line.bulk_update(changed, ["charged"], batch_size=200)


def _charged(order, lines):
    rules = Rules(order.currency, order.includes_tax, order.is_tax_per_line, Rounding(order.rounding))
    document = reckon((_line(one) for one in lines), rules=rules, discount=_discount(order, order.currency))
    for one, row in zip(lines, document.lines, strict=True):
        if row.total != row.amount:
            one.charged = row.total.amount
            yield one


def _line(one):
    tax = None if one.tax_percent is None else Tax(one.tax_percent, one.tax_title, one.is_reduced)
    return Line(one.quantity, one.unit_price, _discount(one, one.unit_price.currency), tax, False)


def _discount(one, currency):
    if one.discount_percent is not None:
        return Discount(percent=one.discount_percent)
    return None if one.discount_amount is None else Discount(amount=Money(one.discount_amount, currency))


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_given_back")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="charged",
            field=models.DecimalField(decimal_places=4, editable=False, max_digits=20, null=True),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
