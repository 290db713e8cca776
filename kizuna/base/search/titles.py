"""Records by their whole title, where a form was sent with a title typed instead of a record chosen."""

from __future__ import annotations

from typing import Any

from kizuna.base.resources.fields import Brought
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.titles import find_with, titles_of
from kizuna.base.search import queries as search
from kizuna.base.types import text

ENOUGH = 2
"""So many of one title are too many to mean one; what is called exactly so, the search finds first."""


def called(resource: Resource, actor: Any, title: str) -> list[int]:
    """Those of this title. The index knows neither what came with the database nor its names in other languages: of the
    kinds that Kizuna brings, which have few records, every title is read."""
    if isinstance(resource.title_field, Brought):
        titles = titles_of(resource, actor, resource.visible_to(actor))
    else:
        hits = search.find(actor, title, resources=[resource], limit=ENOUGH)
        titles = {hit.id: str(hit.title.get("text", "")) for hit in hits}
    wanted = text.fold(title)
    return [pk for pk, words in titles.items() if text.fold(words) == wanted]


find_with(called)
