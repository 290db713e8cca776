"""What can go wrong, in one small family: every page, API answer and import report is made from these.

`Problem` and its children are raised by services and carry an HTTP status, a stable `code`, a translatable `message`
and `errors`: messages by field name or path ("emails.0.value"; "" means the value as a whole).
`Malformed` is the `ValueError` of the value types in this room: one text that could not be understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

Errors = dict[str, list[Any]]


def _fill(message: Any, values: Mapping[str, Any]) -> str:
    return message % values  # not str(message): a plural is chosen by its number


# `message % values` that stays lazy: translated when it is shown, in the reader's language, not when it is raised.
fill = lazy(_fill, str)


class Malformed(ValueError):
    """A text is not what it should be. `code` is short and stable ("too_short"); `message` helps to mend it."""

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Problem(Exception):
    """Something the caller must hear about."""

    status = 400
    code = "problem"
    message: Any = _("This cannot be done.")

    among: Mapping[str, Any] = {}
    """For a field that leads to a record: the condition that the answer has to fit, so that nothing else is offered."""

    def __init__(self, message: Any = None, *, errors: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        if message is not None:
            self.message = message
        self.errors: Errors = {path: _as_list(found) for path, found in (errors or {}).items()}

    def __str__(self) -> str:
        """For logs and tests: the message and what is wrong where."""
        details = "; ".join(f"{path or '-'}: {' '.join(map(str, found))}" for path, found in self.errors.items())
        return f"{self.message} ({details})" if details else str(self.message)


class Invalid(Problem):
    """Input that cannot be accepted. `errors` names every field that is wrong, not only the first."""

    status = 422
    code = "invalid"
    message = _("Some values cannot be accepted.")

    def __init__(self, errors: Mapping[str, Any], message: Any = None) -> None:
        super().__init__(message, errors=errors)

    def under(self, prefix: str) -> Invalid:
        """The same problem seen from one level up: path "0.value" under "emails" is "emails.0.value"."""
        return Invalid({f"{prefix}.{path}" if path else prefix: found for path, found in self.errors.items()})


class Refused(Problem):
    """A rule of the business says no: the input is well formed, but this may not happen now."""

    status = 422
    code = "refused"

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(message, errors={field: message} if field else None)


class Denied(Problem):
    """The actor may see this record but not do that to it."""

    status = 403
    code = "denied"
    message = _("You do not have permission to do this.")

    def __init__(self, message: Any = None) -> None:
        super().__init__(message)


class Missing(Problem):
    """No such record, or none that the actor may see: the two look the same from outside."""

    status = 404
    code = "missing"
    message = _("This record does not exist, or you cannot see it.")

    def __init__(self, message: Any = None) -> None:
        super().__init__(message)


class Stale(Problem):
    """The record changed since the caller read it. `current` is the record as it is now."""

    status = 412
    code = "stale"
    message = _("Somebody else changed this record in the meantime.")

    def __init__(self, current: Any, message: Any = None) -> None:
        super().__init__(message)
        self.current = current


class Collided(Problem):
    """Two changes that waited for each other: the database let one of them go on, and nothing of this one was kept."""

    status = 409
    code = "collided"
    message = _("Somebody changed this at the same moment. Nothing of yours was saved: try again.")


def _as_list(found: Any) -> list[Any]:
    """One message or several, as a list. A lazy translation is not a `str` but is one message."""
    return list(found) if isinstance(found, list | tuple) else [found]
