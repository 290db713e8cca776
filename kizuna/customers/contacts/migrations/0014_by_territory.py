"""What lies in a territory, in the order of the lists."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0013_places_in_order"),
        ("territories", "0004_who_sees_realignments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("territory__isnull", False)),
                fields=["territory", "sort_key", "id"],
                name="contacts_company_placed",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("territory__isnull", False)),
                fields=["territory", "sort_key", "id"],
                name="contacts_contact_placed",
            ),
        ),
        migrations.RemoveIndex(
            model_name="company",
            name="contacts_company_territory",
        ),
        migrations.RemoveIndex(
            model_name="contact",
            name="contacts_contact_territory",
        ),
    ]
