"""A path part that names a resource: "contacts" in /contacts/42. Other words do not match, so other rooms' URLs do."""

from __future__ import annotations

from django.urls import register_converter

from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing


class ResourceConverter:
    regex = "[a-z][a-z0-9_-]*"

    def to_python(self, value: str) -> Resource:
        try:
            return registry.by_plural(value)
        except Missing as error:
            raise ValueError(value) from error

    def to_url(self, value: Resource) -> str:
        return value.plural


register_converter(ResourceConverter, "resource")
