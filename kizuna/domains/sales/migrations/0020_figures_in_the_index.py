"""What pages of figures read of deals lies in the index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0019_sums_of_what_was")]

    operations = [
        migrations.RemoveIndex(
            model_name="opportunity",
            name="sales_opp_closes",
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["closes_on", "id"],
                include=(
                    "amount",
                    "amount_currency",
                    "status",
                    "stage",
                    "forecast_category",
                    "pipeline",
                    "owner",
                    "reason",
                    "territory",
                ),
                name="sales_opp_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["pipeline", "created_at"],
                include=(
                    "amount",
                    "amount_currency",
                    "status",
                    "stage",
                    "forecast_category",
                    "owner",
                    "reason",
                    "territory",
                    "closes_on",
                    "way",
                ),
                name="sales_opp_begins",
            ),
        ),
    ]
