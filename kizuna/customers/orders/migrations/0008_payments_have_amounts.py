"""The amount of a payment is asked for now; one from before that has none is kept, and counts for nothing."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_charged")]
    operations = [
        migrations.RemoveConstraint(model_name="payment", name="orders_payment_amount"),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="orders_payment_amount",
                violation_error_message="The amount is above zero.",
            ),
        ),
    ]
