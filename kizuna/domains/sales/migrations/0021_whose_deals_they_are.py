"""What was won on which day, and whose deals are with what a forecast reads of them, lies in two indexes."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("sales", "0020_figures_in_the_index")]

    operations = [
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                fields=["closes_on", "id"],
                include=("amount", "amount_currency", "pipeline", "owner"),
                condition=Q(deleted_at__isnull=True, forecast_category="closed"),
                name="sales_opp_won_on",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                fields=["owner", "closes_on", "id"],
                include=("amount", "amount_currency", "forecast_category", "stage", "pipeline", "deleted_at"),
                name="sales_opp_whose",
            ),
        ),
    ]
