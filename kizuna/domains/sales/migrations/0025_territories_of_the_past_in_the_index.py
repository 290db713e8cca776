"""Where deals lay lies in the index of how they stood: the forecast of a past day by territory reads nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0024_periods_of_quote_lines")]

    operations = [
        migrations.RemoveIndex(model_name="opportunitystate", name="sales_state_ends"),
        migrations.AddIndex(
            model_name="opportunitystate",
            index=models.Index(
                fields=["closes_on", "from_on"],
                include=(
                    "until_on",
                    "opportunity",
                    "amount",
                    "amount_currency",
                    "forecast_category",
                    "stage",
                    "owner",
                    "pipeline",
                    "territory",
                ),
                name="sales_state_ends",
            ),
        ),
    ]
