import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0006_rights_of_quotes")]

    operations = [
        migrations.CreateModel(
            name="StageOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month_on", models.DateField()),
                ("won", models.PositiveIntegerField()),
                ("lost", models.PositiveIntegerField()),
                (
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sales.stage",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("stage", "month_on"), name="sales_outcome_once")],
            },
        ),
    ]
