"""Members work from a day to a day; whose territories are whose is found by indexes."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0003_cache_table"),
        ("territories", "0004_who_sees_realignments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="territorymember",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="first day"),
        ),
        migrations.AddField(
            model_name="territorymember",
            name="valid_until",
            field=models.DateField(blank=True, null=True, verbose_name="last day"),
        ),
        migrations.AddIndex(
            model_name="territory",
            index=models.Index(
                condition=models.Q(("leader__isnull", False)), fields=["leader"], name="territories_led_by"
            ),
        ),
        migrations.AddIndex(
            model_name="territory",
            index=models.Index(
                condition=models.Q(("team__isnull", False)), fields=["team"], name="territories_of_team"
            ),
        ),
        migrations.AddIndex(
            model_name="territorymember",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)), fields=["user"], name="territories_member_of"
            ),
        ),
        migrations.AddConstraint(
            model_name="territorymember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None),
                    ("valid_until", None),
                    ("valid_from__lte", models.F("valid_until")),
                    _connector="OR",
                ),
                name="territories_member_since_until",
                violation_error_message="It cannot end before it begins.",
            ),
        ),
    ]
