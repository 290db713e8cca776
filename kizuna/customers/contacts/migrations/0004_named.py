from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Imports seek people by their names, a batch at a time."""

    dependencies = [
        ("contacts", "0003_mine_by_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["family_name", "given_name"],
                name="contacts_contact_named",
            ),
        ),
    ]
