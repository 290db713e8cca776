"""A payment without an amount counts in no sum, and nobody can say what it was: none is kept, and none is taken."""

from django.db import migrations, models
from django.db.models import Q


def remove_empty(apps, schema_editor):
    payments = apps.get_model("orders", "Payment").objects.using(schema_editor.connection.alias)
    payments.filter(amount__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_charged")]
    operations = [
        migrations.RunPython(remove_empty, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="payment", name="orders_payment_amount"),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=Q(amount__isnull=False, amount__gt=0),
                name="orders_payment_amount",
                violation_error_message="The amount is above zero.",
            ),
        ),
    ]
