"""How good the records are, in figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from kizuna.base.types.errors import Denied
from kizuna.customers.quality.queries import figures
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.representations import respond


@api.get("/quality")
def read_quality(request: HttpRequest) -> HttpResponse:
    """What was counted last, of the records that the caller sees; every figure with the condition that lists its
    records."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    kinds = figures.looked_after(actor)
    if not kinds:
        raise Denied()
    last = figures.last_done()
    return respond(
        {
            "as_of": last.seen_until if last else None,
            "kinds": [_sheet(figures.sheet(actor, resource)) for resource in kinds],
        }
    )


def _sheet(found: figures.Sheet) -> dict[str, Any]:
    return {
        "plural": found.resource.plural,
        "count": found.count,
        "waiting": found.waiting,
        "completeness": None if found.completeness is None else round(found.completeness, 1),
        "findings": [
            {
                "code": line.check.code,
                "label": str(line.check.label),
                "meaning": str(line.check.meaning),
                "count": line.count,
                "filter": line.condition,
            }
            for line in found.lines
        ],
        "parts": [
            {"field": part.field, "label": str(part.label), "count": part.count, "filter_without": part.condition}
            for part in found.parts
        ],
    }
