from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("transfer", "0006_mappings"),
    ]

    operations = [
        migrations.AddField(
            model_name="undoing",
            name="unchanged_count",
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
