"""Korea's quiet hours are for what rings and buzzes: its decree leaves e-mail out. A pack that somebody changed stays.

정보통신망법 제50조 제3항: from 21:00 to 08:00 advertising needs a consent of its own, but for the media that
the decree names; 시행령 제61조 제2항 names e-mail (전자우편).
"""

from django.db import migrations

AS_BROUGHT = ["email", "sms", "phone", "push", "chat", "social", "fax"]
NOTE = "Prior consent, the label in each subject, none at night, confirmed every two years. Verify with counsel."
FRESH = (
    "Prior consent, the label in each subject, confirmed every two years; at night only e-mail "
    "(정보통신망법 제50조 제3항, 시행령 제61조 제2항). Verify with counsel."
)


def let_mail_through(apps, schema_editor):
    packs = apps.get_model("consent", "PolicyPack").objects.using(schema_editor.connection.alias)
    for pack in packs.filter(code="kr"):
        if pack.quiet_channels == AS_BROUGHT:
            pack.quiet_channels = AS_BROUGHT[1:]
            pack.note = FRESH if pack.note == NOTE else pack.note
            pack.save(update_fields=["quiet_channels", "note"])


class Migration(migrations.Migration):
    dependencies = [("consent", "0008_leads_confirm_too")]
    operations = [migrations.RunPython(let_mail_through, migrations.RunPython.noop)]
