from django.db import migrations, models

import kizuna.base.types.columns

PLACED = models.Q(("deleted_at__isnull", True), ("position__isnull", False))


def columns(model):
    return [
        migrations.AddField(
            model_name=model,
            name="position_lon",
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name=model,
            name="position_told",
            field=models.CharField(editable=False, max_length=20, null=True),
        ),
        migrations.AddField(
            model_name=model,
            name="position",
            field=kizuna.base.types.columns.PositionField(adds_columns=False, verbose_name="position"),
        ),
    ]


def index(model):
    fields = ["position", "position_lon", "owner", "id"]
    found = models.Index(fields=fields, condition=PLACED, name=f"contacts_{model}_place")
    return migrations.AddIndex(model_name=model, index=found)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0006_stage_by_change")]

    operations = [
        *columns("contact"),
        *columns("company"),
        *columns("household"),
        index("contact"),
        index("company"),
        index("household"),
    ]
