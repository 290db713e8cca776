"""A pointer to a record of any kind, for links that go sideways or up where a foreign key may not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Malformed

_PATTERN = re.compile(r"([a-z][a-z0-9_]{0,62}):([1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """`resource` is a resource's key ("contact"), `id` its primary key; as text "contact:42"."""

    resource: str
    id: int

    def __str__(self) -> str:
        return f"{self.resource}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> RecordRef:
        """From "contact:42". Raises Malformed (a ValueError) for anything else."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise Malformed("reference", _("A reference looks like contact:42."))
        return cls(match[1], int(match[2]))
