"""From what an administrator arranged to what stands on the screen today: whatever fields there are by now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kizuna.base.layouts.models import Content
from kizuna.base.resources.resource import Resource

NEW_FIELDS = _("New fields")


@dataclass(frozen=True)
class Placed:
    """A section of the form and of the record's page: its fields in order, in one column or two."""

    title: Any
    fields: tuple[str, ...]
    columns: int = 2
    titles: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Arrangement:
    """Every field that is shown stands in exactly one section. `hidden` are those that somebody took off."""

    sections: tuple[Placed, ...]
    required: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = ()

    @property
    def shown(self) -> set[str]:
        return {name for section in self.sections for name in section.fields}


def english(words: Any) -> str:
    """Translated words as they stand in the code: under this name a layout remembers a declared section."""
    with translation.override(None):
        return str(words)


def declared(resource: Resource) -> Arrangement:
    """What the resource's declaration says."""
    sections = resource.form_sections
    return Arrangement(
        tuple(Placed(section.title, tuple(section.fields), titles={"": english(section.title)}) for section in sections)
    )


def arranged(resource: Resource, content: Content | None) -> Arrangement:
    """The layout as far as its fields still exist. What came since stands where it is declared, else in a section of
    its own at the end; what no record can be without is shown whatever the layout says."""
    if content is None:
        return declared(resource)
    known = resource.fields
    hidden = [name for name in content["hidden"] if name in known and not is_indispensable(resource, name)]
    names: dict[str, list[str]] = {}
    places: list[tuple[Mapping[str, str], int, list[str]]] = []
    seen = set(hidden)
    for section in content["sections"]:
        fields = [name for name in dict.fromkeys(section["fields"]) if name in known and name not in seen]
        seen.update(fields)
        places.append((section["titles"], section["columns"], fields))
        names.setdefault(section["titles"].get("", ""), fields)
    rest: list[str] = []
    for title, name in _declared_places(resource):
        if name not in seen:
            seen.add(name)
            names.get(title, rest).append(name)
    if rest:
        places.append(({"": english(NEW_FIELDS)}, 2, rest))
    titles = _declared_titles(resource)
    sections = tuple(
        Placed(_titled(given, titles.get(given.get("", ""))), tuple(fields), columns, given)
        for given, columns, fields in places
        if fields
    )
    placed = {name for section in sections for name in section.fields}
    return Arrangement(sections, frozenset(content["required"]) & placed, tuple(hidden))


def is_indispensable(resource: Resource, name: str) -> bool:
    """Whether no record can be made without this field, whatever the layout."""
    field = resource.fields.get(name)
    return field is not None and field.required and field.editable


def can_be_required(resource: Resource, name: str) -> bool:
    """Whether a layout may ask for this field: somebody can fill it in, and it can be empty."""
    field = resource.fields.get(name)
    return field is not None and field.editable and field.kind != "boolean"


def _declared_places(resource: Resource) -> Iterable[tuple[str, str]]:
    return [(english(section.title), name) for section in resource.form_sections for name in section.fields]


def _declared_titles(resource: Resource) -> dict[str, Any]:
    return {english(section.title): section.title for section in resource.form_sections} | {
        english(NEW_FIELDS): NEW_FIELDS
    }


def _say(titles: Mapping[str, str], known: Any) -> str:
    own = titles.get((get_language() or "").partition("-")[0])
    return own or (str(known) if known is not None else titles.get("", ""))


_titled: Callable[[Mapping[str, str], Any], Any] = lazy(_say, str)
"""A section's title: in the reader's language, else the declared words, else as it was typed."""
