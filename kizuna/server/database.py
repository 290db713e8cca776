"""DATABASE_URL: where the records are, as Django's DATABASES has it."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;"
    "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;",
}
KEPT_SECONDS = 60
"""How long a connection is kept: opening SQLite's file and setting its pragmas anew would cost every request."""


def database_of(url: str) -> dict[str, Any]:
    """The database at `url`. Raises ImproperlyConfigured for one that is neither PostgreSQL nor an SQLite file."""
    try:
        found: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=KEPT_SECONDS)}
    except ValueError:
        found = {"ENGINE": ""}
    match found["ENGINE"]:
        case "django.db.backends.sqlite3":
            return found | {"OPTIONS": SQLITE}
        case "django.db.backends.postgresql":
            return found | {"CONN_HEALTH_CHECKS": True}
    raise ImproperlyConfigured(
        "DATABASE_URL names no database that Kizuna works with. It looks like postgresql://user:password@host:5432/kizuna,"
        " with what is special in user and password written as %40, or like sqlite:////folder/kizuna.sqlite3."
    )
