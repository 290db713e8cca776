"""Many more customers from some that are there: rows are copied inside the database, at the database's own speed.

Each copy has an id, e-mail address, domain and moments of its own, and the neighbours, keys, search entries and
history that the original has. For measuring only: it knows the tables by name and writes past every service.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, models

from kizuna.base.events.models import Subject
from kizuna.base.resources.models import Key
from kizuna.base.search.lexemes import highest_id, lowest_id
from kizuna.base.search.models import Entry
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.timeline.models import Note, Task

NOUNS: dict[str, type[models.Model]] = {"company": Company, "contact": Contact, "note": Note, "task": Task}
BIGGEST_SHARE = 100
"""One company employs one contact in so many: 10,000 of a million."""


@dataclass(frozen=True)
class Copied:
    """How the columns of one table differ between a row and its copy number `n`: SQL by column name."""

    model: type[models.Model]
    changes: dict[str, str] = field(default_factory=dict)
    decides: str = "id"
    """The column without a new value in rows that are left out: what belongs to users and teams."""


def multiply(times: int) -> None:
    """Make `times` rows of each that is there now, the originals included."""
    highest = {key: highest_of(model) for key, model in NOUNS.items()}
    steps = [_noun(key, highest) for key in NOUNS] + [_keys(highest), _entries(highest), _subjects(highest)]
    with without_indexes([step.model._meta.db_table for step in steps]), connection.cursor() as cursor:
        for step in steps if times > 1 else ():
            cursor.execute(_statement(step, times))
        feed_full_text("contacts_company", "contacts_contact")
        cursor.execute(
            "UPDATE contacts_contact SET company_id = (SELECT min(id) FROM contacts_company) WHERE id %% %s = 0",
            [BIGGEST_SHARE],
        )
    settle([step.model for step in steps])


def highest_of(model: type[models.Model]) -> int:
    return model._default_manager.aggregate(highest=models.Max("pk"))["highest"] or 0


# What differs ---------------------------------------------------------------------------------------------------------


def _noun(key: str, highest: dict[str, int]) -> Copied:
    changes = {"id": f"id + n * {highest[key]}"}
    columns = {column.column for column in NOUNS[key]._meta.concrete_fields}
    for name in ("company", "contact"):
        if f"{name}_id" in columns:
            changes[f"{name}_id"] = f"{name}_id + n * {highest[name]}"
    for name in ("created_at", "updated_at"):
        changes[name] = earlier(name)
    if "emails" in columns:
        changes["email"] = "replace(email, '@', n || '@')"
        changes["emails"] = "replace(CAST(emails AS text), '@', n || '@')"
        if connection.vendor == "postgresql":
            changes["emails"] += "::jsonb"
    if "domain" in columns:
        changes["domain"] = "n || '-' || domain"
    return Copied(NOUNS[key], changes)


def earlier(column: str) -> str:
    """Moments are a little earlier with every copy, so that they are not all the same."""
    if connection.vendor == "postgresql":
        return f"{column} - n * interval '37 seconds'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || (n * 37) || ' seconds')"


def _keys(highest: dict[str, int]) -> Copied:
    key = "CASE kind WHEN 'emails' THEN replace(key, '@', n || '@') WHEN 'domain' THEN n || '-' || key ELSE key END"
    changes = {"id": f"id + n * {highest_of(Key)}", "record_id": f"record_id + n * {_by_resource(highest)}", "key": key}
    return Copied(Key, changes, "record_id")


def _subjects(highest: dict[str, int]) -> Copied:
    changes = {"id": f"id + n * {highest_of(Subject)}", "record_id": f"record_id + n * {_by_resource(highest)}"}
    return Copied(Subject, changes, "record_id")


def _by_resource(highest: dict[str, int]) -> str:
    cases = " ".join(f"WHEN '{key}' THEN {number}" for key, number in highest.items())
    return f"CASE resource {cases} ELSE NULL END"


def _entries(highest: dict[str, int]) -> Copied:
    """Entries of search, with one more word that no other record has, as addresses and numbers make them."""
    spans = {key: (lowest_id(key), highest_id(key)) for key in highest}
    cases = " ".join(
        f"WHEN id BETWEEN {low} AND {high} THEN {highest[key]}" for key, (low, high) in sorted(spans.items())
    )
    return Copied(Entry, {"id": f"id + n * CASE {cases} ELSE NULL END", "lexemes": lexemes_with_a_word()})


def lexemes_with_a_word() -> str:
    if connection.vendor == "postgresql":
        return "lexemes || array_to_tsvector(ARRAY['copy' || n || '_' || (id & 4294967295)])"
    return "lexemes || 'copy' || n || '_' || (id & 4294967295) || ' '"


# Statements -----------------------------------------------------------------------------------------------------------


def _statement(step: Copied, times: int) -> str:
    quote = connection.ops.quote_name
    table = quote(step.model._meta.db_table)
    names = [str(column.column) for column in step.model._meta.concrete_fields]
    values = ", ".join(step.changes.get(name, quote(name)) for name in names)
    numbers = (
        "WITH RECURSIVE numbers (n) AS "  # noqa: S608 - a number
        f"(SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {times - 1})"
    )
    only = f"WHERE {step.changes[step.decides]} IS NOT NULL"
    return (
        f"INSERT INTO {table} ({', '.join(map(quote, names))}) "  # noqa: S608 - names and numbers of ours
        f"SELECT * FROM ({numbers} SELECT {values} FROM {table} CROSS JOIN numbers {only} ORDER BY 1) AS copies"
    )


def feed_full_text(*tables: str) -> None:
    """On SQLite: make the index of search again, and index parts of names in these tables. PostgreSQL did it itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO search_lexemes (search_lexemes) VALUES ('rebuild')")
        for table in tables:
            cursor.execute(
                f"INSERT INTO {table}_folded (rowid, folded_names) SELECT id, folded_names FROM {table}"  # noqa: S608
                f" WHERE id > (SELECT coalesce(max(rowid), 0) FROM {table}_folded)"
            )


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Drop the indexes of tables that are about to be filled, and build them again afterwards, which is far quicker."""
    marks = ", ".join(["%s"] * len(tables))
    if connection.vendor == "postgresql":
        sql = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"  # noqa: S608 - marks only
            f" AND tablename IN ({marks}) AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
    else:
        sql = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"  # noqa: S608 - marks only
            f" AND tbl_name IN ({marks})"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, list(tables))
        dropped = cursor.fetchall()
        for name, _definition in dropped:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _name, definition in dropped:
            cursor.execute(definition)


def settle(kinds: Sequence[type[models.Model]]) -> None:
    """Number on after the copies, and let the database learn what is in its tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in kinds:
                if isinstance(model._meta.pk, models.AutoField):
                    table = model._meta.db_table
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
                    )
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
