"""The index: one row per record, with every lexeme by which it is found."""

from __future__ import annotations

from typing import Any

from django.db import models


class LexemesField(models.TextField):
    """Text with spaces around each lexeme on SQLite, a tsvector on PostgreSQL. Written by `index`, not by the ORM."""

    def db_type(self, connection: Any) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)


class EntryIdField(models.BigIntegerField):
    """64 bits. On SQLite the row's own number, which a column has to be called "integer" for."""

    def db_type(self, connection: Any) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Entry(models.Model):
    """What one record is found by. The id is the record's own plus a number for its resource (see `lexemes`).

    The migration adds what Django cannot: a GIN index on PostgreSQL; on SQLite the full-text table `search_lexemes`,
    which `index` feeds and a trigger clears. A migration that rebuilds this table on SQLite must make it again.
    """

    id = EntryIdField(primary_key=True)
    lexemes = LexemesField()

    def __str__(self) -> str:
        return str(self.id)
