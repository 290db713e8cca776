"""Markup of what a page has dozens of: made by a template once per shape of a cell, then filled in for every other.

A list shows hundreds of cells, and a template engine that walks a dozen tags for each costs more than the query. Cells
of one kind with the same keys filled differ only in their words. So the template draws a cell whose words are
place-holders, the result is cut at them, and every further cell is these pieces with its own words, escaped, between.

Therefore `ui/parts/cell.html`, `row.html`, `prop.html`, `entry.html` and the like may print a value and ask
whether it is there, but not filter it or compare its text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

Values = Mapping[str, Any]
Shape = tuple[tuple[str, Any], ...]

_PERSON = ("text", "tint", "initials")
_HELD = re.compile("\ue000([a-z_]+)\ue001")


def draw_row(row: Values, *, is_selectable: bool) -> SafeString:
    """The `<tr>` of a row `{id, url, label, selected, cells}`. All its texts are escaped, wherever they stand."""
    language = get_language()
    cells = "".join([_draw_cell(cell, row["url"], language) for cell in row["cells"]])
    shown = {
        "id": row["id"],
        "label": row["label"],
        "selected": bool(row.get("selected")),
        "selectable": is_selectable,
        "cells": mark_safe(cells),  # noqa: S308 - drawn just above
    }
    return mark_safe(_draw("ui/parts/row.html", "row", shown, language))  # noqa: S308 - pieces of a template, words escaped


def draw(template: str, values: Values) -> SafeString:
    """What `template` makes of these values, found under `it`; none of them may be a list."""
    return mark_safe(_draw(template, values.get("kind", ""), values, get_language()))  # noqa: S308 - words escaped


def draw_fixed(template: str) -> SafeString:
    """A part that is the same on all pages but for its language: words of messages, keys, dialogs that ask."""
    return _fixed(template, get_language())


@lru_cache(maxsize=256)
def _fixed(template: str, language: str | None) -> SafeString:
    return SafeString(get_template(template).render({}).strip())


def draw_prop(field: Values) -> SafeString:
    """A field of a record with its value. What has lines or parts is drawn by the template itself."""
    if field["kind"] == "long" or any(isinstance(value, (list, tuple, dict)) for value in field.values()):
        return SafeString(get_template("ui/parts/prop.html").render({"it": field}))
    return draw("ui/parts/prop.html", field)


def draw_card(card: Values, *, is_movable: bool, is_in_place: bool) -> SafeString:
    """A card of a board; its facts and its colleague first, so that the rest of it are words."""
    bits = [draw("ui/parts/card_bit.html", bit) for bit in card["bits"]]
    person = card["person"]
    shown = {
        **card,
        "bits": mark_safe("".join(bits)),  # noqa: S308 - drawn just above
        "person": draw("ui/parts/card_person.html", {name: person[name] for name in _PERSON}) if person else "",
        "movable": is_movable,
        "oob": is_in_place,
    }
    return draw("ui/parts/card.html", shown)


def draw_entry(entry: Values) -> SafeString:
    """An entry of a timeline; its parts first, so that the rest of it are words."""
    changes = [draw("ui/parts/change.html", one) for one in entry.get("changes", ())]
    parts: dict[str, Any] = {"changes": mark_safe("".join(changes))}  # noqa: S308 - drawn just above
    for name, template in (("badge", "ui/parts/badge.html"), ("pieces", "ui/parts/comment.html")):
        parts[name] = (
            get_template(template).render({"entry": entry, "badge": entry.get("badge")}) if entry.get(name) else ""
        )
    return draw("ui/parts/entry.html", {**entry, **parts})


def _draw_cell(cell: Values, url: str, language: str | None) -> str:
    kind = cell["kind"]
    if kind == "name":
        cell = {**cell, "url": url}
    elif kind == "tags":
        cell = {"kind": kind, **cell["tags"][0], "more": cell["more"]}
    return _draw("ui/parts/cell.html", kind, cell, language)


def _draw(template: str, kind: str, values: Values, language: str | None) -> str:
    values = {name: str(value) if isinstance(value, Promise) else value for name, value in values.items()}
    shape = tuple([(name, _outline(value)) for name, value in values.items() if name != "kind"])
    found, names = _skeleton(template, kind, shape, language)
    pieces = found.copy()
    for place, name in names:
        value = values[name]
        pieces[place] = html.escape(value) if type(value) is str else conditional_escape(value)
    return "".join(pieces)


def _outline(value: Any) -> Any:
    """What of a value decides over the markup: whether it is there."""
    if type(value) is str:
        return value and "…"
    if value is None or value is True or value is False or value == "":
        return value
    return None if isinstance(value, (list, dict)) else "…"


@lru_cache(maxsize=2048)
def _skeleton(template: str, kind: str, shape: Shape, language: str | None) -> tuple[list[str], list[tuple[int, str]]]:
    """The markup of a shape cut where words go, and which word goes where. Languages differ in the fixed words."""
    held = {name: f"\ue000{name}\ue001" if value == "…" else value for name, value in shape}
    parts = _HELD.split(get_template(template).render({"it": {**held, "kind": kind}}))
    return parts, [(place, parts[place]) for place in range(1, len(parts), 2)]
