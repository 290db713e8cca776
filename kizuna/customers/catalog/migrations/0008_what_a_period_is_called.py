from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_who_names_products")]

    operations = [
        migrations.AlterField(
            model_name="product",
            name="billing",
            field=models.CharField(
                blank=True,
                choices=[("monthly", "Monthly"), ("quarterly", "Quarterly"), ("yearly", "Yearly")],
                default="",
                max_length=16,
                verbose_name="billing period",
            ),
        ),
    ]
