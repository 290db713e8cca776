"""Leads are asked to confirm what they agreed to, too: a question hangs on a record of either kind."""

from django.db import migrations, models
from django.db.models import F


def name_contacts(apps, schema_editor):
    rows = apps.get_model("consent", "OptIn").objects.using(schema_editor.connection.alias)
    rows.update(resource="contact", record_id=F("contact_id"))


class Migration(migrations.Migration):
    dependencies = [("consent", "0007_whole_caps_and_hours")]
    operations = [
        migrations.AddField("optin", "resource", models.CharField(default="contact", max_length=40), False),
        migrations.AddField("optin", "record_id", models.BigIntegerField(default=0), False),
        migrations.RunPython(name_contacts, migrations.RunPython.noop),
        migrations.RemoveIndex("optin", "consent_opt_in"),
        migrations.RemoveField("optin", "contact"),
        migrations.AddIndex("optin", models.Index(fields=["resource", "record_id", "purpose"], name="consent_opt_in")),
        migrations.AddIndex("optin", models.Index(fields=["expires_at"], name="consent_opt_in_age")),
        migrations.AlterField(
            "purpose",
            "is_double",
            models.BooleanField(
                default=True,
                help_text="Who agrees to e-mail through a form, another program or a list confirms it by a link in a "
                "mail. Until then nothing is sent to them.",
                verbose_name="confirm by e-mail",
            ),
        ),
    ]
