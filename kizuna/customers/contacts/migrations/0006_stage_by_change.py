from django.db import migrations, models


class Migration(migrations.Migration):
    """A board of stages shows in each what changed last."""

    dependencies = [("contacts", "0005_custom_values")]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["stage", "updated_at", "id"],
                condition=models.Q(("deleted_at__isnull", True)),
                name="contacts_contact_stage_updated",
            ),
        ),
    ]
