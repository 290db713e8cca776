"""Start-up checks: names that the index cannot tell apart, and fields that show what belongs to another record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from django.core import checks

from kizuna.base.resources import registry
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.resource import Resource
from kizuna.base.search.further import further_of
from kizuna.base.search.lexemes import field_code, resource_number


@checks.register("search")
def check_search(**_options: Any) -> list[checks.CheckMessage]:
    resources = registry.declared()
    found: list[checks.CheckMessage] = [checks.Error(sentence, id="search.E001") for sentence in equal_codes(resources)]
    for resource in resources:
        found += [checks.Error(sentence, obj=type(resource), id="search.E002") for sentence in mistakes_of(resource)]
    return found


def equal_codes(resources: list[Resource]) -> Iterator[str]:
    """Two kinds of records with one number would be mixed up: very unlikely, and mended by another model name."""
    for one, other in combinations(resources, 2):
        if resource_number(one.key) == resource_number(other.key):
            yield f"“{one.key}” and “{other.key}” have the same number in the search index. Rename one of the models."


def mistakes_of(resource: Resource) -> Iterator[str]:
    """What is wrong with `search`, a sentence each. Names that are no field are the resources room's to report."""
    known = [resource.declared[name] for name in resource.search if name in resource.declared]
    for field in known:
        if isinstance(field, Relation) or any("__" in path for path in field.paths):
            yield f"search names “{field.name}”: the title of a related record is found under that record only."
    elsewhere = [f"{one.by}.{one.field}" for one in further_of(resource)]
    for one, other in combinations([*(field.name for field in known), *elsewhere], 2):
        if field_code(one) == field_code(other) and one != other:
            yield f"“{one}” and “{other}” have the same code in the search index. Rename one of the fields."
