"""What the head of a column says of its cards lies in the index of the cards of a stage."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("sales", "0021_whose_deals_they_are")]

    operations = [
        migrations.RemoveIndex(model_name="opportunity", name="sales_opp_stage"),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                fields=["stage", "updated_at", "id"],
                include=("amount", "amount_currency", "probability", "next_step_on", "rots_on"),
                condition=Q(deleted_at__isnull=True),
                name="sales_opp_stage",
            ),
        ),
    ]
