"""Where deals lie lies in the indexes of what was won and of whose deals are: coins are rounded by person, territory
and category, and these pages read nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0026_where_prices_came_from")]

    operations = [
        migrations.RemoveIndex(model_name="opportunity", name="sales_opp_won_on"),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                fields=["closes_on", "id"],
                include=("amount", "amount_currency", "pipeline", "owner", "territory"),
                condition=models.Q(deleted_at__isnull=True, forecast_category="closed"),
                name="sales_opp_won_on",
            ),
        ),
        migrations.RemoveIndex(model_name="opportunity", name="sales_opp_whose"),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                fields=["owner", "closes_on", "id"],
                include=(
                    "amount",
                    "amount_currency",
                    "forecast_category",
                    "stage",
                    "pipeline",
                    "territory",
                    "deleted_at",
                ),
                name="sales_opp_whose",
            ),
        ),
    ]
