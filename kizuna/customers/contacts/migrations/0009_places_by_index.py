from django.db import migrations, models

PLACED = models.Q(("deleted_at__isnull", True), ("position__isnull", False))


def rebuilt(model):
    """SQLite looks into the row for a column of the condition, unless the index holds it as well."""
    fields = ["position", "position_lon", "deleted_at", "owner", "id"]
    name = f"contacts_{model}_place"
    return [
        migrations.RemoveIndex(model_name=model, name=name),
        migrations.AddIndex(model_name=model, index=models.Index(fields=fields, condition=PLACED, name=name)),
    ]


class Migration(migrations.Migration):
    dependencies = [("contacts", "0008_places_of_addresses")]

    operations = [*rebuilt("contact"), *rebuilt("company"), *rebuilt("household")]
