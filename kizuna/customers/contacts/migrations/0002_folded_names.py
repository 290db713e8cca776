"""Names in their folded forms, with the indexes that answer "contains" (`kizuna.base.types.trigrams`)."""

from django.db import migrations

from kizuna.base.types.columns import FoldedNamesField
from kizuna.base.types.trigrams import IndexFoldedNames

INDEXED = ("contact", "company")


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [
        *(
            migrations.AddField(noun, "folded_names", FoldedNamesField(is_indexed=noun in INDEXED))
            for noun in (*INDEXED, "household")
        ),
        *(IndexFoldedNames(noun) for noun in INDEXED),
    ]
