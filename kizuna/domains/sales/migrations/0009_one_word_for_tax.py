from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0008_lesson")]

    operations = [
        migrations.AlterField(
            model_name="quoteline",
            name="tax_percent",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=6, null=True, verbose_name="tax %"),
        ),
    ]
