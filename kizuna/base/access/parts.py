"""Parts: records that are seen and changed with the one they belong to, such as the lines of a quote. A room declares
them in its `policies.py`; whose they are, their whole says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

AS_GRANTED = frozenset({"create", "import", "bulk", "share"})
"""What is asked before there is a record, or of none: how far it reaches, the grant says. To which wholes parts may be
added, `policy.closed_wholes` says."""
AS_THE_WHOLE = frozenset({"read", "export"})
"""Reaches as far as the same right to the whole. Anything else changes the whole, and reaches as far as that right."""


@dataclass(frozen=True)
class Part:
    """Rows of `model` belong to the row of `whole` to which their foreign key `field` leads."""

    model: type[models.Model]
    field: str
    whole: type[models.Model]

    def right(self, operation: str) -> str:
        """The operation on the whole that decides about one on a part."""
        return operation if operation in AS_THE_WHOLE else "update"

    @property
    def of_live_wholes(self) -> Q:
        """Those whose whole does not lie in the trash."""
        return Q(**{f"{self.field}__deleted_at__isnull": True})

    def behind(self, asked: Q) -> Q | None:
        """A question about wholes, asked of the parts: a join, in which the database may begin at either end. None for
        one that is not about columns alone."""
        found: list[Any] = []
        for one in asked.children:
            if isinstance(one, tuple) and not hasattr(one[1], "resolve_expression"):
                found.append((f"{self.field}__{one[0]}", one[1]))
            elif isinstance(one, Q) and (inner := self.behind(one)) is not None:
                found.append(inner)
            else:
                return None
        return Q.create(found, connector=asked.connector, negated=asked.negated)


_parts: dict[str, Part] = {}


def part_of(field: str, *kinds: type[models.Model]) -> None:
    """Declare kinds of records as parts of what their foreign key `field` leads to."""
    for model in kinds:
        whole: Any = model._meta.get_field(field).related_model
        _parts[model._meta.model_name or ""] = Part(model, field, whole)


def find(key: str) -> Part | None:
    """What the kind of record named `key` is a part of; None for one that stands by itself."""
    return _parts.get(key)


def goes_by(model: type[models.Model]) -> type[models.Model]:
    """The kind of record whose owners and places decide about rows of `model`: mostly itself."""
    part = _parts.get(model._meta.model_name or "")
    return part.whole if part else model
