"""From which price book the price of a quote's line came. Of lines that are there nobody noted it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_what_a_period_is_called"),
        ("sales", "0025_territories_of_the_past_in_the_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="quoteline",
            name="price_book",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.pricebook",
                verbose_name="price book",
            ),
        ),
    ]
