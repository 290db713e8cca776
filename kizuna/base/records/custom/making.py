"""From definitions to fields: each kind becomes the field class that keeps its values in `Record.custom`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from kizuna.base.records.models import CustomField
from kizuna.base.resources.fields import kept
from kizuna.base.resources.resource import Section

Kind = CustomField.Kind
LONGEST_TEXT = 255
LONGEST_ADDRESS = 500
"""What fits into a row of an index, letters of four bytes included."""


def _said(words: Mapping[str, str]) -> str:
    return words.get((get_language() or "").partition("-")[0]) or words.get("") or next(iter(words.values()), "")


said: Callable[[Mapping[str, str]], Any] = lazy(_said, str)
"""Words in the reader's language, else those for any language."""


def field_of(definition: CustomField) -> kept.Kept:
    """The field of a definition."""
    settings = definition.settings
    options: dict[str, Any] = {
        "number": definition.pk,
        "help": said(definition.help) if definition.help else "",
        "required": definition.required,
        **(_MORE[definition.kind](settings) if definition.kind in _MORE else {}),
    }
    field = FIELDS[Kind(definition.kind)](definition.name, said(definition.labels), **options)
    if settings.get("default") is not None:
        field.default = field.load(settings["default"])
    return field


def _number(settings: dict[str, Any]) -> dict[str, Any]:
    places = settings.get("places", 0)
    limit = 10 ** (15 - places) - 1
    return {"places": places, "minimum": -limit, "maximum": limit}


def _choices(settings: dict[str, Any]) -> dict[str, Any]:
    offered = [one for one in settings["choices"] if not one.get("retired")]
    retired = [one for one in settings["choices"] if one.get("retired")]
    return {name: [(one["code"], said(one["labels"])) for one in ones] for name, ones in _named(offered, retired)}


def _named(offered: list[Any], retired: list[Any]) -> tuple[tuple[str, list[Any]], ...]:
    return (("choices", offered), ("retired", retired))


def _choice(settings: dict[str, Any]) -> dict[str, Any]:
    tones = {one["code"]: one["tone"] for one in settings["choices"] if one.get("tone")}
    return {**_choices(settings), "tones": tones}


FIELDS: dict[str, type[kept.Kept]] = {
    Kind.TEXT: kept.KeptText,
    Kind.LONG: kept.KeptLongText,
    Kind.NUMBER: kept.KeptNumber,
    Kind.MONEY: kept.KeptMoney,
    Kind.DATE: kept.KeptDay,
    Kind.MOMENT: kept.KeptMoment,
    Kind.CHOICE: kept.KeptChoice,
    Kind.CHOICES: kept.KeptChoices,
    Kind.BOOLEAN: kept.KeptFlag,
    Kind.RELATION: kept.KeptRelation,
    Kind.URL: kept.KeptLink,
    Kind.EMAIL: kept.KeptEmail,
    Kind.PHONE: kept.KeptPhone,
    Kind.POSITION: kept.KeptPosition,
}
_MORE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    Kind.TEXT: lambda settings: {"max_length": LONGEST_TEXT},
    Kind.URL: lambda settings: {"max_length": LONGEST_ADDRESS},
    Kind.NUMBER: _number,
    Kind.MONEY: lambda settings: {"currency": settings.get("currency", "")},
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.RELATION: lambda settings: {"target": settings["target"]},
}


def sections_of(definitions: list[CustomField]) -> list[Section]:
    """The form sections of one resource's definitions, in the order in which their first fields stand."""
    names: dict[str, list[str]] = {}
    for definition in definitions:
        names.setdefault(definition.section, []).append(definition.name)
    return [Section(title, *found) for title, found in names.items()]
