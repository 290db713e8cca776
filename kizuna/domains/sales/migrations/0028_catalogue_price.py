"""What the catalogue said a line costs is called so: without a price book it is the list price."""

from django.db import migrations

from kizuna.base.types import columns


class Migration(migrations.Migration):
    dependencies = [("sales", "0027_territories_of_what_is_won_in_the_index")]

    operations = [
        migrations.AlterField(
            model_name="quoteline",
            name="list_price",
            field=columns.MoneyField(editable=False, verbose_name="catalogue price"),
        ),
    ]
