"""The database can be away: restarted, moved, or out of reach for a while. That is no mistake of ours."""

from django.db import InterfaceError, OperationalError, connection

RETRY_SECONDS = 10


def is_away(error: BaseException | None) -> bool:
    """Whether an error came of a database that cannot be reached: there is no session, or it has ended meanwhile."""
    return isinstance(error, (OperationalError, InterfaceError)) and not connection.is_usable()
