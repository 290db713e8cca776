from django.db import migrations, models


class Migration(migrations.Migration):
    """Purposes and packs that are made here have codes too; those without one so far get their number."""

    dependencies = [("consent", "0002_what_kizuna_brings")]
    operations = [
        migrations.RunSQL(
            [
                f"UPDATE {table} SET code = 'made-' || id WHERE code IS NULL"  # noqa: S608 - names of our own
                for table in ("consent_purpose", "consent_policypack")
            ],
            migrations.RunSQL.noop,
        ),
        *(
            migrations.AlterField(
                model, "code", models.CharField(editable=False, max_length=40, unique=True, verbose_name="code")
            )
            for model in ("purpose", "policypack")
        ),
    ]
