"""Deals of a territory, in the order of the list."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0014_by_territory"),
        ("sales", "0013_rights_of_playbooks"),
        ("territories", "0004_who_sees_realignments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("territory__isnull", False)),
                fields=["territory", "updated_at", "id"],
                name="sales_opp_placed",
            ),
        ),
        migrations.RemoveIndex(
            model_name="opportunity",
            name="sales_opp_territory",
        ),
    ]
