"""Sums of what is over, and which stages deals have been in (ADR 48)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0017_no_second_checklist"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaleStays",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("left_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="StandingSum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("closes_in", models.DateField()),
                (
                    "forecast_category",
                    models.CharField(
                        choices=[
                            ("omitted", "Omitted"),
                            ("pipeline", "Pipeline"),
                            ("best_case", "Best case"),
                            ("commit", "Commit"),
                            ("closed", "Closed"),
                        ],
                        max_length=9,
                    ),
                ),
                ("amount_currency", models.CharField(blank=True, default="", max_length=3)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("count", models.PositiveIntegerField()),
                ("total", models.DecimalField(decimal_places=4, max_digits=26)),
            ],
        ),
        migrations.CreateModel(
            name="StaysCounted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="StaySum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("left_on", models.DateField()),
                ("days", models.PositiveIntegerField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Way",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stages", models.CharField(max_length=2000, unique=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="opportunitystate",
            name="sales_state_closes",
        ),
        migrations.RemoveIndex(
            model_name="stagevisit",
            name="sales_visit_stage",
        ),
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
                ),
                name="sales_state_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunitystate",
            index=models.Index(fields=["owner", "closes_on", "from_on"], name="sales_state_owner"),
        ),
        migrations.AddIndex(
            model_name="stagevisit",
            index=models.Index(
                fields=["stage", "left_at"], include=("opportunity", "entered_at"), name="sales_visit_left"
            ),
        ),
        migrations.AddField(
            model_name="standingsum",
            name="pipeline",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sales.pipeline"
            ),
        ),
        migrations.AddField(
            model_name="standingsum",
            name="stage",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sales.stage"
            ),
        ),
        migrations.AddConstraint(
            model_name="stayscounted",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="sales_stayscounted_one"),
        ),
        migrations.AddField(
            model_name="staysum",
            name="stage",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sales.stage"
            ),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="way",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sales.way",
            ),
        ),
        migrations.AddIndex(
            model_name="standingsum",
            index=models.Index(fields=["closes_in", "from_on", "until_on"], name="sales_standing_closes"),
        ),
        migrations.AddConstraint(
            model_name="standingsum",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_on__isnull", True)),
                fields=("closes_in", "pipeline", "stage", "forecast_category", "amount_currency"),
                name="sales_standing_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingsum",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on", None), ("until_on__gt", models.F("from_on")), _connector="OR"),
                name="sales_standing_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="staysum",
            constraint=models.UniqueConstraint(fields=("stage", "left_on", "days"), name="sales_staysum_once"),
        ),
    ]
