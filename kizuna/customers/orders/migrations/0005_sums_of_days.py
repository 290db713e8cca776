"""What was sold on each day, added up of all orders that are there; from now on the database notes what changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Count, Sum, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from kizuna.customers.orders.models.days import TouchDays

COLUMNS = ("day", "channel_id", "currency", "owner_id", "orders", "total")


def add_up(apps, schema_editor):
    connection, zone = schema_editor.connection, timezone.get_default_timezone()
    found = (
        apps.get_model("orders", "Order")
        .objects.using(connection.alias)
        .filter(deleted_at=None)
        .exclude(status="cancelled")
        .order_by()
        .annotate(day=TruncDate("ordered_at", tzinfo=zone))
        .values("day", "channel_id", "currency", "owner_id")
        .annotate(orders=Count("pk"), sold=Coalesce(Sum("total"), Value(0), output_field=models.DecimalField()))
        .values_list("day", "channel_id", "currency", "owner_id", "orders", "sold")
    )
    sql, given = found.query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO orders_daysales ({', '.join(COLUMNS)}) {sql}", given)
    apps.get_model("orders", "DaySums").objects.using(connection.alias).create(zone=str(zone))


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_rights_of_preferences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DaySums",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="TouchedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="orders_touchedday_day")],
            },
        ),
        migrations.CreateModel(
            name="DaySales",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("orders", models.PositiveIntegerField()),
                ("total", models.DecimalField(decimal_places=4, max_digits=24)),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="orders.saleschannel",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["day", "channel", "currency", "owner", "orders", "total"], name="orders_daysales_day"
                    )
                ],
            },
        ),
        TouchDays(("ordered_at", "channel_id", "owner_id", "currency", "total")),
        migrations.RunPython(add_up, migrations.RunPython.noop),
    ]
