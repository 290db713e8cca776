from typing import Any

from django.db import migrations

from kizuna.base.search.models import EntryIdField, LexemesField

# The tokenizer splits at spaces only: lexemes arrive ready-made. No positions and sizes, which nobody asks for.
# There is no trigger for new entries: it would make FTS5 write every row to its file on its own, at twice the cost.
SQLITE = [
    """
    CREATE VIRTUAL TABLE search_lexemes USING fts5(
        lexemes, content='search_entry', content_rowid='id', detail=none, columnsize=0,
        tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[]^_`{|}~'"
    )
    """,
    """
    CREATE TRIGGER search_entry_deleted AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_lexemes (search_lexemes, rowid, lexemes) VALUES ('delete', old.id, old.lexemes);
    END
    """,
]
UNDO_SQLITE = ["DROP TRIGGER search_entry_deleted", "DROP TABLE search_lexemes"]
POSTGRESQL = ["CREATE INDEX search_entry_lexemes ON search_entry USING gin (lexemes)"]
UNDO_POSTGRESQL = ["DROP INDEX search_entry_lexemes"]


def add_index(apps: Any, editor: Any) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement, params=None)


def remove_index(apps: Any, editor: Any) -> None:
    for statement in UNDO_SQLITE if editor.connection.vendor == "sqlite" else UNDO_POSTGRESQL:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", EntryIdField(primary_key=True, serialize=False)),
                ("lexemes", LexemesField()),
            ],
        ),
        migrations.RunPython(add_index, remove_index),
    ]
