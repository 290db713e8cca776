"""Form controls from fields: what `ui/parts/field.html` draws, what was submitted, and what was wrong with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from kizuna.base import conditions
from kizuna.base.layouts import queries as layouts
from kizuna.base.layouts.arrangement import Arrangement
from kizuna.base.resources.fields import (
    Choice,
    Choices,
    Field,
    MapPosition,
    MoneyAmount,
    Number,
    Points,
    Related,
    Relation,
    Tags,
)
from kizuna.base.resources.fields.clocks import Repeats
from kizuna.base.resources.fields.lists import tint
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types import points, postal
from kizuna.base.types.errors import Problem
from kizuna.base.types.numbers import whole

CURRENCIES = ("JPY", "KRW", "EUR", "GBP", "USD", "CHF", "SEK", "PLN", "CNY")
CURRENCY_BY_LANGUAGE = {"ja": "JPY", "ko": "KRW"}
SENTENCE = 300
"""Who may write so many letters gets the whole row for them."""
NARROW = {"text", "number", "date", "moment", "time", "suggested", "choice", "relation", "email", "tel", "money"}

Control = dict[str, Any]


def control(field: Field, value: Any, actor: Any, *, raw: Any = None, errors: Sequence[str] = ()) -> Control:
    """One field as a control: with its value, or with what was typed (`raw`) and why it was refused."""
    reader = Reader.of(actor)
    found: Control = {
        "name": field.name,
        "id": f"id-{field.name}",
        "label": field.label,
        "kind": field.widget,
        "required": field.required or _is_needed(field, actor),
        "optional": False,
        "help": field.help,
        "errors": list(errors),
        "half": field.widget in NARROW and (getattr(field, "max_length", None) or 0) < SENTENCE,
        "value": field.to_input(value, reader) if raw is None else raw,
        "maxlength": getattr(field, "max_length", None),
    }
    shown = found["value"]
    for kind, describe in _DESCRIBERS:
        if isinstance(field, kind):
            found |= describe(field, value, actor, raw, shown)
    return found


def _is_needed(field: Field, actor: Any) -> bool:
    return field.resource is not None and field.name in layouts.needed(field.resource, actor)


def _choice(field: Choice, value: Any, actor: Any, raw: Any, shown: Any) -> Control:
    options = [(key, label) for key, label in field.choices if key not in ("", None)]
    if not field.required:
        options.insert(0, ("", ""))
    if not field.is_empty(value) and str(value) not in {str(key) for key, _label in options}:
        options.append((value, str(value)))  # not offered any more, and not to be lost by saving
    return {"choices": [{"value": key, "label": label, "selected": str(key) == str(shown)} for key, label in options]}


def _relation(field: Relation, value: Any, actor: Any, raw: Any, shown: Any) -> Control:
    """The chosen record's id and title; a title that nobody typed is looked up among what the actor may see."""
    if isinstance(raw, dict):
        return {"value": "", "text": raw.get("text", ""), "was": "", "url": _pick_url(field)}
    chosen = raw if raw is not None else (value.id if isinstance(value, Related) else value)
    if isinstance(chosen, str):
        chosen = whole(chosen)
    titles = field.titles(actor, [chosen]) if chosen else {}
    title = titles.get(chosen, "") if chosen else ""
    return {
        "value": chosen or "",
        "text": title,
        "was": title,
        "url": _pick_url(field),
    }


def _pick_url(field: Relation) -> str:
    query = {"name": field.name} | ({"filter": conditions.dump(field.among)} if field.among else {})
    return f"{field.target.list_url}/pick?{urlencode(query)}"


def _money(field: MoneyAmount, value: Any, actor: Any, raw: Any, shown: Any) -> Control:
    given = shown if isinstance(shown, dict) else {}
    usual = getattr(field, "currency", "") or CURRENCY_BY_LANGUAGE.get(actor.language, "EUR")
    currency = given.get("currency") or usual
    currencies = CURRENCIES if currency in CURRENCIES else (currency, *CURRENCIES)
    return {"value": given.get("amount", ""), "currency": currency, "currencies": currencies}


def _tags(field: Tags, value: Any, actor: Any, raw: Any, shown: Any) -> Control:
    words = [word for word in shown or [] if isinstance(word, str)]
    url = f"{field.resource.list_url}/tags/{field.name}" if field.resource else ""
    return {"value": [{"text": word, "tint": tint(word)} for word in words], "url": url}


def _choices(field: Choices, value: Any, actor: Any, raw: Any, shown: Any) -> Control:
    chosen = set(shown or ())
    return {"choices": [{"value": code, "label": label, "selected": code in chosen} for code, label in field.choices]}


def _points(field: Points, value: Any, actor: Any, raw: Any, shown: Any) -> Control:
    is_address = field.point_kind == "address"
    given = [row for row in shown or [] if isinstance(row, dict)] or [{"primary": True}]
    parts = _address_parts() if is_address else []
    return {
        "input": {"email": "email", "phone": "tel", "link": "url"}.get(field.point_kind, "text"),
        "labels": [{"value": code, "label": label} for code, label in points.label_choices(field.point_kind)],
        "part_names": parts,
        "postal_url": "/postal-code" if is_address and postal.countries() else "",
        "points": [
            {
                "number": number,
                "value": row.get("value", ""),
                "label": row.get("label", ""),
                "primary": row.get("primary"),
                "verified": row.get("verified"),
                "parts": [part | {"value": row.get(part["name"], "")} for part in parts],
            }
            for number, row in enumerate(given)
        ],
        "add_label": {
            "email": _("Add an address"),
            "phone": _("Add a number"),
            "handle": _("Add an account"),
            "address": _("Add a postal address"),
            "link": _("Add a link"),
        }.get(field.point_kind, _("Add")),
    }


def _address_parts() -> list[dict[str, Any]]:
    return [
        {"name": "postal_code", "label": _("Postal code"), "autocomplete": "postal-code"},
        {"name": "country", "label": _("Country (two letters)"), "autocomplete": "country"},
        {"name": "region", "label": _("Prefecture or region"), "autocomplete": "address-level1"},
        {"name": "city", "label": _("City"), "autocomplete": "address-level2"},
        {"name": "line1", "label": _("Street and number"), "autocomplete": "address-line1"},
        {"name": "line2", "label": _("Building, floor"), "autocomplete": "address-line2"},
    ]


def _position(field: MapPosition, value: Any, actor: Any, raw: Any, shown: Any) -> Control:
    return {"tiles": settings.TILES}


def _number(field: Number, value: Any, actor: Any, raw: Any, shown: Any) -> Control:
    return {"min": field.minimum, "max": field.maximum, "maxlength": None}


def _repeats(field: Repeats, value: Any, actor: Any, raw: Any, shown: Any) -> Control:
    return {"suggestions": field.suggestions(Reader.of(actor))}


_DESCRIBERS: list[tuple[type[Field], Any]] = [
    (Choice, _choice),
    (Relation, _relation),
    (MoneyAmount, _money),
    (Tags, _tags),
    (Choices, _choices),
    (Points, _points),
    (MapPosition, _position),
    (Number, _number),
    (Repeats, _repeats),
]


def describe(kind: type[Field], describer: Callable[..., Control]) -> None:
    """Say what the control of a further kind of field needs; called where a module that builds on this one loads."""
    _DESCRIBERS.append((kind, describer))


def sections(
    resource: Resource,
    actor: Any,
    values: Mapping[str, Any],
    *,
    data: QueryDict | None = None,
    error: Problem | None = None,
    layout: Arrangement | None = None,
    record: Any = None,
) -> list[dict[str, Any]]:
    """The form: sections of controls with values, or after a failed submit with what was typed and why it failed."""
    writable = {
        name: field.asked_of(record) if record else field for name, field in resource.writable_fields(actor).items()
    }
    found = []
    for section in (layout or layouts.of(resource, actor)).sections:
        drawn = [
            _fixed(writable[name], actor, record) or drawn_again(writable[name], actor, data, error, values.get(name))
            for name in section.fields
            if name in writable
        ]
        if drawn:
            found.append({"title": section.title, "fields": drawn, "columns": section.columns})
    return found


def _fixed(field: Field, actor: Any, record: Any) -> Control | None:
    """The value in words, and why it follows from something else; None for a field of which it may be given."""
    if record is None or not (why := field.why_fixed(record)):
        return None
    value = field.read(record)
    return control(field, value, actor) | {"kind": "fixed", "text": field.to_text(value, Reader.of(actor)), "help": why}


def drawn_again(field: Field, actor: Any, data: QueryDict | None, error: Problem | None, value: Any = None) -> Control:
    """A control as it was submitted, with the messages about it."""
    raw = field.from_form(data) if data is not None else None
    return control(field, value, actor, raw=raw, errors=errors_at(error, field.name))


def errors_at(error: Problem | None, name: str) -> list[str]:
    """The messages about one field, wherever beneath it they are."""
    if error is None:
        return []
    return [str(word) for path, words in error.errors.items() if path.split(".")[0] == name for word in words]


def other_errors(error: Problem, names: Container[str], resource: Resource | None = None) -> list[str]:
    """Messages that belong to none of these fields, in a line each; about a field of `resource` with its label."""
    fields = resource.fields if resource else {}
    found = []
    for path, words in error.errors.items():
        name = path.split(".")[0]
        if name not in names:
            label = f"{fields[name].label}: " if name in fields else ""
            found += [f"{label}{word}" for word in words]
    return found if error.errors else [str(error.message)]


def submitted(resource: Resource, actor: Any, data: QueryDict) -> dict[str, Any]:
    """The raw values of the controls that the form had."""
    raw = {name: field.from_form(data) for name, field in resource.writable_fields(actor).items()}
    return {name: value for name, value in raw.items() if value is not None}


def version_of(data: QueryDict) -> int | None:
    """The version of the record that the person had on the screen."""
    return whole(data.get("version", ""))


def once() -> str:
    """A token that makes submitting a form twice create one record."""
    return uuid.uuid4().hex
