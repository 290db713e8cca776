from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0003_custom_objects")]

    operations = [
        migrations.AddField(
            model_name="customfield",
            name="indexed",
            field=models.CharField(blank=True, default="", editable=False, max_length=8),
        ),
    ]
