"""The editor of a layout: what was submitted, in the order in which it stood on the screen, and what is drawn of it."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kizuna.base.layouts.arrangement import Arrangement, can_be_required, english, is_indispensable
from kizuna.base.resources.resource import Resource

MOST = 1000
OTHER_LANGUAGES = {"ja": "日本語", "ko": "한국어"}

Raw = dict[str, Any]


def submitted(data: QueryDict) -> Raw:
    """The content of a layout: `order` names sections ("s:3"), the rest ("h:"), after each the fields ("f:email")."""
    sections: list[Raw] = []
    hidden: list[str] = []
    into = hidden
    for word in data.getlist("order")[:MOST]:
        kind, _colon, name = word.partition(":")
        if kind == "s":
            sections.append({"titles": _titles(data, name), "columns": _columns(data, name), "fields": []})
            into = sections[-1]["fields"]
        elif kind == "h":
            into = hidden
        elif kind == "f":
            into.append(name)
    return {"sections": sections, "hidden": hidden, "required": data.getlist("required")}


def _titles(data: QueryDict, number: str) -> dict[str, str]:
    names = {"": f"title.{number}"} | {code: f"title_{code}.{number}" for code in OTHER_LANGUAGES}
    return {language: words for language, name in names.items() if (words := data.get(name, "").strip())}


def _columns(data: QueryDict, number: str) -> int:
    return 1 if data.get(f"columns.{number}") == "1" else 2


def as_content(arrangement: Arrangement) -> Raw:
    """An arrangement as if it had been submitted."""
    sections = [
        {"titles": dict(one.titles or {}), "title": str(one.title), "columns": one.columns, "fields": one.fields}
        for one in arrangement.sections
    ]
    return {"sections": sections, "hidden": arrangement.hidden, "required": arrangement.required}


def editor(resource: Resource, content: Raw) -> dict[str, Any]:
    """What `web/layout.html` draws: the sections, and at the side every field that stands in none."""
    shown = {name for section in content["sections"] for name in section["fields"]}
    required = set(content["required"])
    rest = [name for name in resource.fields if name not in shown]
    return {
        "sections": [
            _section(resource, number, section, required) for number, section in enumerate(content["sections"])
        ],
        "rest": [_field(resource, name, required) for name in rest],
        "new_section": _section(resource, "__n__", {"titles": {}, "columns": 2, "fields": ()}, required),
    }


def _section(resource: Resource, number: Any, section: Raw, required: set[str]) -> dict[str, Any]:
    titles = section["titles"]
    return {
        "number": number,
        "title": titles.get("", "") or section.get("title", ""),
        "said": _said(resource, titles.get("", "")),
        "languages": [
            {"code": code, "name": name, "title": titles.get(code, "")} for code, name in OTHER_LANGUAGES.items()
        ],
        "is_worded": any(titles.get(code) for code in OTHER_LANGUAGES),
        "columns": [
            {"value": 2, "label": _("Two columns"), "selected": section["columns"] != 1},
            {"value": 1, "label": _("One column"), "selected": section["columns"] == 1},
        ],
        "fields": [_field(resource, name, required) for name in section["fields"] if name in resource.fields],
    }


def _said(resource: Resource, title: str) -> str:
    """How a declared section reads for this person, where that is not how it is remembered."""
    declared = {english(section.title): str(section.title) for section in resource.form_sections}
    return declared.get(title, "") if declared.get(title) != title else ""


def _field(resource: Resource, name: str, required: set[str]) -> dict[str, Any]:
    field = resource.fields[name]
    return {
        "name": name,
        "label": field.label,
        "is_fixed": is_indispensable(resource, name),
        "is_read_only": not field.editable,
        "may_require": can_be_required(resource, name) and not is_indispensable(resource, name),
        "is_required": name in required,
    }
