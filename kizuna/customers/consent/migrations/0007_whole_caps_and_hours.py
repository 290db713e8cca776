"""Half a cap and half of quiet hours never held anything: they go, and the database takes no others."""

from django.db import migrations, models
from django.db.models import Q

WHOLE = (
    ("Purpose", "most", "within_days"),
    ("PolicyPack", "quiet_from", "quiet_until"),
)


def clear_halves(apps, schema_editor):
    for name, one, other in WHOLE:
        rows = apps.get_model("consent", name).objects.using(schema_editor.connection.alias)
        half = Q(**{f"{one}__isnull": True}) ^ Q(**{f"{other}__isnull": True})
        rows.filter(half).update(**{one: None, other: None})


class Migration(migrations.Migration):
    dependencies = [("consent", "0006_who_may_copy_and_erase")]
    operations = [
        migrations.RunPython(clear_halves, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="policypack", name="consent_pack_hours"),
        migrations.RemoveConstraint(model_name="purpose", name="consent_purpose_cap_whole"),
        migrations.AddConstraint(
            model_name="policypack",
            constraint=models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False, quiet_from__lt=24, quiet_until__lt=24),
                name="consent_pack_hours",
                violation_error_message="Say from which hour until which, 0 to 23, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="purpose",
            constraint=models.CheckConstraint(
                condition=Q(most=None, within_days=None)
                | Q(most__isnull=False, within_days__isnull=False, most__gt=0, within_days__gt=0),
                name="consent_purpose_cap_whole",
                violation_error_message="Say both how many and within how many days, or neither.",
            ),
        ),
        migrations.AddIndex(model_name="bounce", index=models.Index(fields=["at"], name="consent_bounce_age")),
    ]
