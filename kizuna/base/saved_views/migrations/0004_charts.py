"""Views are kept of charts, too."""

from typing import ClassVar

from django.db import migrations, models

KINDS = [("list", "List"), ("board", "Board"), ("calendar", "Calendar"), ("map", "Map"), ("chart", "Chart")]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("saved_views", "0003_maps")]

    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="savedview", name="saved_views_kind_known"),
        migrations.AlterField(
            model_name="savedview",
            name="kind",
            field=models.CharField(choices=KINDS, default="list", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["list", "board", "calendar", "map", "chart"])),
                name="saved_views_kind_known",
            ),
        ),
    ]
