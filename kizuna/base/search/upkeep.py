"""What many writes leave behind is merged into the index in the background, not while somebody waits.

PostgreSQL keeps new entries in a list beside an index of words (of the search, of parts of names), which every question
reads, and merges it when it is long: for the one who adds the last entry, that would be a pause of seconds after an
import. So imports let the lists grow and leave the merging to a worker.
"""

from __future__ import annotations

from django.db import connection

from kizuna.base.jobs import every
from kizuna.base.jobs.models import Job

MANY = 500
"""Entries written at once, from which on merging is left to a worker."""

_MERGE_ALL = """
SELECT gin_clean_pending_list(words.oid::regclass)
FROM pg_class AS words JOIN pg_am ON pg_am.oid = words.relam JOIN pg_index ON pg_index.indexrelid = words.oid
WHERE pg_am.amname = 'gin' AND pg_index.indisvalid
  AND words.relnamespace = current_schema()::regnamespace AND pg_has_role(words.relowner, 'USAGE')
"""


@every(minutes=1)
def merge() -> None:
    """Merge now, whatever room an index belongs to. Cheap when there is nothing to do; every kind of record that is
    searched, and every list of names that contain a part, reads the list once more."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_MERGE_ALL)
        else:
            cursor.execute("INSERT INTO search_lexemes (search_lexemes, rank) VALUES ('merge', 500)")


def put_off_merging() -> None:
    """For the rest of this transaction the list may grow; a worker merges it afterwards. Only PostgreSQL needs it."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL gin_pending_list_limit = '64MB'")
    if not Job.objects.waiting().filter(name=merge.module_path).exists():
        merge.enqueue()
