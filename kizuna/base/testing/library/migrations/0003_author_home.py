from django.db import migrations, models

import kizuna.base.types.columns


class Migration(migrations.Migration):
    dependencies = [("library", "0002_custom_values")]

    operations = [
        migrations.AddField(model_name="author", name="home_lon", field=models.IntegerField(editable=False, null=True)),
        migrations.AddField(
            model_name="author", name="home_told", field=models.CharField(editable=False, max_length=20, null=True)
        ),
        migrations.AddField(
            model_name="author",
            name="home",
            field=kizuna.base.types.columns.PositionField(adds_columns=False, verbose_name="home"),
        ),
    ]
