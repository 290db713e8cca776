"""How large a file is, in words."""

from __future__ import annotations

import re

from django.template.defaultfilters import filesizeformat

_NO_TENTHS = re.compile(r"[.,]0(?=\s)")


def size_words(count: int) -> str:
    """So many bytes as the reader's language writes them: "1.5 MB", "100 MB"."""
    return _NO_TENTHS.sub("", filesizeformat(count))
