"""Values that a spreadsheet would run: a leading apostrophe makes text of them on the way out, and goes on the way in.

`bare(guarded(value)) == value` for every value, so that an export can be imported again.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"''*[=+\-@\t\r\n＝＋－＠]")


def guarded(value: str) -> str:
    """For a spreadsheet: =1+1 becomes '=1+1. Excel in Japanese takes full-width signs for formulas too."""
    return f"'{value}" if _DANGEROUS.match(value) else value


def literal(value: str) -> str:
    """A value from a format without the guard, so that taking the guard away leaves it as it is."""
    return guarded(value) if value.startswith("'") else value


def bare(value: str) -> str:
    """A value from a spreadsheet without the guard."""
    return value[1:] if value.startswith("'") and _GUARDED.match(value) else value
