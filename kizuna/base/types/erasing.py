"""What becomes of the rows that hang on a person when the person is erased: said by the model that has them.

    class Consent(Record):
        when_erased = {"contact": erasing.Keep(_("As proof that we were allowed to write."), clear={"note": ""})}

Keys are the columns that point to a record, as in `ties`. A row of which nothing is said goes with the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Erase:
    """The row goes, with everything that hangs on it."""


@dataclass(frozen=True)
class Unlink:
    """The row stays and points to nobody."""


@dataclass(frozen=True)
class Keep:
    """The row stays for a reason that can be told; the columns of `clear` are set to these values."""

    why: Any
    clear: Mapping[str, Any] = field(default_factory=dict)


Rule = Erase | Unlink | Keep
Rules = Mapping[str, Rule]
