"""What can become of a row of an import."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """A skipped row is left out because somebody said so; a conflict is a row that could mean several records, or
    another one than it says; a rejected one cannot be understood or may not be."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    CONFLICT = "conflict"
    REJECTED = "rejected"


UNUSED = (Verdict.CONFLICT, Verdict.REJECTED)
USED = (Verdict.CREATE, Verdict.UPDATE, Verdict.UNCHANGED)
PARTLY = "partly"
"""How many of the used rows came in without something that they say. They come back as a file, to be mended, as those
do that are not used."""
ALIKE = "alike"
"""How many of the rows that would become new records look like one that is here already."""
TWICE = "twice"
"""How many of them look like an earlier row of the same file."""
