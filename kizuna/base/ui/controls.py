"""Form controls from fields: what is drawn, what was submitted, and what was wrong with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from babel.numbers import get_currency_name
from django.http import QueryDict

from kizuna.base.resources.fields import Choice, Field, MoneyAmount, Points, Related, Relation
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types import columns
from kizuna.base.types.errors import Invalid

CURRENCIES = ("JPY", "KRW", "EUR", "GBP", "USD", "CHF", "SEK", "PLN", "CNY")


def control(field: Field, value: Any, actor: Any, *, raw: Any = None, error: str = "") -> dict[str, Any]:
    """What `ui/parts/control.html` needs for one field. `raw` is what was typed when a submit failed."""
    reader = Reader.of(actor)
    found: dict[str, Any] = {
        "name": field.name,
        "label": field.label,
        "widget": field.widget,
        "required": field.required,
        "help": field.help,
        "error": error,
        "value": field.to_input(value, reader) if raw is None else raw,
        "max_length": getattr(field, "max_length", None),
    }
    if isinstance(field, Choice):
        found["choices"] = [(key, label) for key, label in field.choices if key not in ("", None)]
    elif isinstance(field, Relation):
        found |= _relation(field, value, actor, raw)
    elif isinstance(field, MoneyAmount):
        found["currencies"] = [(code, get_currency_name(code, locale=reader.language)) for code in CURRENCIES]
    elif isinstance(field, Points):
        found["point_kind"] = field.point_kind
        found["labels"] = columns.label_choices(field.point_kind)
        found["rows"] = found["value"] or []
    return found


def _relation(field: Relation, value: Any, actor: Any, raw: Any) -> dict[str, Any]:
    """The chosen record's id and title; a title nobody typed is looked up among what the actor may see."""
    chosen = raw if raw is not None else (value.id if isinstance(value, Related) else value)
    if isinstance(chosen, str):
        chosen = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None
    titles = field.titles(actor, [chosen]) if chosen else {}
    return {
        "value": chosen or "",
        "text": titles.get(chosen, ""),
        "pick_url": f"{field.target.list_url}/pick",
        "is_person": field.target.is_person,
    }


def sections(
    resource: Resource, actor: Any, values: Mapping[str, Any], *, data: QueryDict | None = None, error: Invalid | None = None
) -> list[dict[str, Any]]:
    """The form: sections of controls with values, or after a failed submit with what was typed and why it failed."""
    writable = resource.writable_fields(actor)
    found = []
    for section in resource.form_sections:
        drawn = [
            _drawn(writable[name], values.get(name), actor, data, error) for name in section.fields if name in writable
        ]
        if drawn:
            found.append({"title": section.title, "controls": drawn})
    return found


def _drawn(field: Field, value: Any, actor: Any, data: QueryDict | None, error: Invalid | None) -> dict[str, Any]:
    raw = field.from_form(data) if data is not None else None
    return control(field, value, actor, raw=raw, error=_error_at(error, field.name))


def _error_at(error: Invalid | None, name: str) -> str:
    if error is None:
        return ""
    return " ".join(str(word) for path, words in error.errors.items() if path.split(".")[0] == name for word in words)


def other_errors(error: Invalid, resource: Resource) -> list[str]:
    """Messages that belong to no field of the form."""
    return [str(word) for path, words in error.errors.items() if path.split(".")[0] not in resource.fields for word in words]


def submitted(resource: Resource, actor: Any, data: QueryDict) -> dict[str, Any]:
    """The raw values of the controls that the form had."""
    found = {}
    for name, field in resource.writable_fields(actor).items():
        raw = field.from_form(data)
        if raw is not None:
            found[name] = raw
    return found


def version_of(data: QueryDict) -> int | None:
    """The version of the record that the person had on the screen."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def quick(resource: Resource, actor: Any, without: str) -> list[dict[str, Any]]:
    """The few controls of the composer: the timeline text and what else a new entry needs."""
    writable = resource.writable_fields(actor)
    names = dict.fromkeys([*resource.quick, *(name for name, field in writable.items() if field.required)])
    return [control(writable[name], None, actor) for name in names if name in writable and name != without]


def again(drawn: list[dict[str, Any]], data: QueryDict, error: Invalid) -> list[dict[str, Any]]:
    """The composer's controls with what was typed."""
    return [one | {"value": data.get(one["name"], ""), "error": _error_at(error, one["name"])} for one in drawn]


def once() -> str:
    """A token that makes submitting a form twice create one record."""
    return uuid.uuid4().hex
