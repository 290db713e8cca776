"""Leads of a territory, in the order of the list."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0014_by_territory"),
        ("leads", "0004_territories"),
        ("territories", "0004_who_sees_realignments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("territory__isnull", False)),
                fields=["territory", "captured_at", "id"],
                name="leads_lead_placed",
            ),
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_lead_territory",
        ),
    ]
