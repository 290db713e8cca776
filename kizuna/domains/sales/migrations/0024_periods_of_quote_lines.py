"""How often the price of a quote's line is paid: kept by the line, as its product says it on the day of the update."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def keep(apps, schema_editor):
    """Only lines of subscriptions have anything to keep."""
    subscriptions = apps.get_model("catalog", "Product").objects.exclude(billing="")
    lines = apps.get_model("sales", "QuoteLine").objects.using(schema_editor.connection.alias)
    said = subscriptions.filter(pk=OuterRef("product_id")).values("billing")
    lines.filter(product__in=subscriptions.values("pk")).update(billing=Subquery(said))


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_what_a_period_is_called"),
        ("sales", "0023_what_keeps_them"),
    ]

    operations = [
        migrations.AddField(
            model_name="quoteline",
            name="billing",
            field=models.CharField(
                blank=True,
                choices=[("monthly", "Monthly"), ("quarterly", "Quarterly"), ("yearly", "Yearly")],
                default="",
                help_text="Empty: the price is paid once.",
                max_length=16,
                verbose_name="billing period",
            ),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
