"""Names in their folded forms; on PostgreSQL with the indexes that answer "contains" (`kizuna.base.types.trigrams`)."""

from django.db import migrations

from kizuna.base.types.columns import FoldedNamesField
from kizuna.base.types.trigrams import IndexFoldedNames

NOUNS = ("contact", "company", "household")


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [
        *(migrations.AddField(noun, "folded_names", FoldedNamesField(default="", editable=False)) for noun in NOUNS),
        *(IndexFoldedNames(noun) for noun in NOUNS[:2]),
    ]
