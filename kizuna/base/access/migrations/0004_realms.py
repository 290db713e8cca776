"""A grant may reach beside owners: as far as somebody's territories."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_grants_to_share"),
        ("identity", "0003_cache_table"),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="realm",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("realm", ""), ("scope__in", (1, 2)), _connector="OR"), name="access_realm_beside"
            ),
        ),
    ]
