"""The index that finds leads by a part of their name."""

from django.db import migrations

from kizuna.base.types.trigrams import IndexFoldedNames


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_what_kizuna_brings")]
    operations = [IndexFoldedNames("lead")]
