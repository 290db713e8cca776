from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("territories", "0002_who_draws_territories")]

    operations = [
        migrations.AddField(
            model_name="realignment", name="preview", field=models.JSONField(editable=False, null=True)
        ),
    ]
