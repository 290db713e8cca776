import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import kizuna.base.types.columns
import kizuna.base.types.custom_values


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_who_sets_sellers"),
        ("sales", "0010_territories"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="opportunity",
            name="has_lines",
            field=models.BooleanField(default=False, editable=False, verbose_name="amount from lines"),
        ),
        migrations.CreateModel(
            name="OpportunityLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="last change"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("deleted_at", models.DateTimeField(editable=False, null=True, verbose_name="deleted")),
                ("custom", kizuna.base.types.custom_values.CustomValuesField()),
                ("words", models.CharField(blank=True, default="", max_length=300, verbose_name="what")),
                ("quantity", models.DecimalField(decimal_places=3, default=1, max_digits=12, verbose_name="quantity")),
                ("unit_price_currency", models.CharField(blank=True, default="", max_length=3)),
                (
                    "unit_price",
                    kizuna.base.types.columns.MoneyField(
                        adds_currency=False,
                        blank=True,
                        decimal_places=4,
                        max_digits=20,
                        null=True,
                        verbose_name="unit price",
                    ),
                ),
                ("discount_percent", models.DecimalField(blank=True, decimal_places=3, max_digits=6, null=True)),
                ("discount_amount", models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True)),
                (
                    "tax_percent",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=6, null=True, verbose_name="tax %"),
                ),
                (
                    "tax_title",
                    models.CharField(blank=True, default="", editable=False, max_length=60, verbose_name="tax"),
                ),
                ("is_reduced", models.BooleanField(default=False, editable=False, verbose_name="reduced rate")),
                ("total_currency", models.CharField(blank=True, default="", editable=False, max_length=3)),
                (
                    "total",
                    kizuna.base.types.columns.MoneyField(
                        adds_currency=False,
                        blank=True,
                        decimal_places=4,
                        editable=False,
                        max_digits=20,
                        null=True,
                        verbose_name="total",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="place")),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sales.opportunity",
                        verbose_name="opportunity",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "opportunity line",
                "verbose_name_plural": "opportunity lines",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["opportunity", "position", "id"], name="sales_oppline_opportunity"),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("product__isnull", False)),
                        fields=["product", "opportunity"],
                        name="sales_oppline_product",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)),
                        name="sales_opportunityline_quantity",
                        violation_error_message="The quantity is above zero.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discount_percent", None), ("discount_amount", None), _connector="OR"),
                        name="sales_opportunityline_discount",
                        violation_error_message="A discount is a percentage or an amount, not both.",
                    ),
                ],
            },
        ),
    ]
