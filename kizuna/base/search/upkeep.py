"""What many writes leave behind is merged into the index in the background, not while somebody waits.

PostgreSQL keeps new entries in a list beside the index, which every question reads, and merges it when it is long:
for the one who adds the last entry, that would be a pause of seconds after an import. So imports let the list grow and
leave the merging to a worker.
"""

from __future__ import annotations

from django.db import connection

from kizuna.base.jobs import every
from kizuna.base.jobs.models import Job

MANY = 500
"""Entries written at once, from which on merging is left to a worker."""


@every(minutes=1)
def merge() -> None:
    """Merge now. Cheap when there is nothing to do; every kind of record that is searched reads the list once more."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT gin_clean_pending_list('search_entry_lexemes')")
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
