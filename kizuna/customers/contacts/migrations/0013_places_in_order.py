"""What is near a place is listed by name from the index alone, without reading thousands of rows for fifty."""

from django.db import migrations, models

FIELDS = ["position", "position_lon", "deleted_at", "owner", "sort_key", "id"]
ON_THE_MAP = models.Q(deleted_at__isnull=True, position__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0012_territories")]

    operations = [
        operation
        for kind in ("company", "contact")
        for operation in (
            migrations.RemoveIndex(kind, f"contacts_{kind}_place"),
            migrations.AddIndex(kind, models.Index(condition=ON_THE_MAP, fields=FIELDS, name=f"contacts_{kind}_place")),
        )
    ]
