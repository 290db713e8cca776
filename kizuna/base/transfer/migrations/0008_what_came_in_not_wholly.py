"""What an import says of its rows after the rows to mend are gone."""

from django.db import migrations, models
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count(apps, editor):
    """Of imports whose rows to mend are there still; what was made beside the rows of others nobody knows any more."""
    database = editor.connection.alias
    rejections = apps.get_model("transfer", "Rejection").objects.using(database)
    partly = rejections.exclude(verdict__in=("conflict", "rejected"))
    counted = partly.filter(source=OuterRef("pk")).order_by().values("source").annotate(rows=Count("pk"))
    rows = apps.get_model("transfer", "Import").objects.using(database).filter(pk__in=partly.values("source"))
    rows.update(partly_count=Coalesce(Subquery(counted.values("rows"), output_field=IntegerField()), 0))


class Migration(migrations.Migration):
    dependencies = [("transfer", "0007_counting_what_is_as_before")]

    operations = [
        migrations.AddField(model_name="import", name="partly_count", field=models.PositiveBigIntegerField(default=0)),
        migrations.AddField(model_name="import", name="related", field=models.JSONField(default=dict)),
        migrations.RunPython(count, migrations.RunPython.noop, elidable=True),
    ]
