"""What could suit a customer?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from kizuna.base.resources import registry
from kizuna.base.types.errors import Missing
from kizuna.intelligence.prediction import queries
from kizuna.interfaces.api import incoming
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.representations import respond

MOST = 20


@api.get("/{str:plural}/{int:record_id}/suggestions")
def suggestions_for(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Products that go with what they have, each with the product of theirs that speaks for it; the likeliest first."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    resource = registry.by_plural(plural)
    if resource.key not in queries.KINDS or not queries.may_see(actor):
        raise Missing()
    record = resource.visible_to(actor).filter(pk=record_id).first()
    if record is None:
        raise Missing()
    given = Parameters(request.GET, ("limit",))
    most = given.read("limit", incoming.whole_number(1, MOST), queries.MOST)
    given.check()
    items = [
        {
            "product": {"id": one.product.pk, "title": one.product.name},
            "because": {"id": one.because.pk, "title": one.because.name},
            "kind": one.kind,
            "both": one.both,
            "bought": one.bought,
            "price": one.price.to_json() if one.price else None,
        }
        for one in queries.suggestions(actor, record, most=most)
    ]
    return respond({"items": items})
