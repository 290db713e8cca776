"""Of a dry run: which of its new rows look like records that are here already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transfer", "0008_what_came_in_not_wholly")]

    operations = [
        migrations.AddField(
            model_name="dryrun", name="asked_count", field=models.PositiveIntegerField(default=0, null=True)
        ),
        migrations.AddField(model_name="line", name="likeness", field=models.JSONField(null=True)),
    ]
