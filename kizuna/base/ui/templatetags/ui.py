"""Template tags of the screens. Markup stays in templates; a tag only fills it in, once per value."""

import re
import zlib
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString

from kizuna.base.ui import skeletons

register = template.Library()

TINTS = 6


@lru_cache(maxsize=1024)
def _icon(name: str, classes: str, sprite: str) -> SafeString:
    drawn = get_template("ui/parts/icon.html").render({"name": name, "classes": classes, "sprite": sprite})
    return SafeString(drawn.strip())


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("kizuna/icons.svg")


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """The Tabler icon `name` as `<svg>`, hidden from screen readers: say the word beside it or in `aria-label`.

    `classes` adds to `k-i` (16 px): `k-i-14`, `k-i-20`.
    """
    return SafeString(_icon(name, classes, _sprite()))


@register.filter
def may_break(text: str) -> SafeString:
    """An address that, where it does not fit, goes on in the next line with its @ or a dot, not within a word."""
    return SafeString(re.sub(r"(?<=.)(?=[@.])", "<wbr>", escape(text)))


@register.simple_tag
def draw_row(row: Any, selectable: Any = False) -> SafeString:
    """A row of ui/list.html, with a check box when rows are `selectable`."""
    return skeletons.draw_row(row, is_selectable=bool(selectable))


@register.simple_tag
def draw_fixed(template_name: str) -> SafeString:
    """A part that asks nothing of its context: drawn once for each language."""
    return skeletons.draw_fixed(template_name)


@register.simple_tag
def draw_prop(field: Any) -> SafeString:
    """A field of a record, as ui/parts/prop.html has it."""
    return skeletons.draw_prop(field)


@register.simple_tag
def draw_entry(entry: Any) -> SafeString:
    """An entry of a timeline, as ui/parts/entry.html has it."""
    return skeletons.draw_entry(entry)


@register.simple_tag
def draw_card(card: Any, movable: Any = False, oob: bool = False) -> SafeString:
    """A record as a card of a board, as ui/parts/card.html has it."""
    return skeletons.draw_card(card, is_movable=bool(movable), is_in_place=oob)


@register.simple_tag
def draw(template_name: str, it: Any) -> SafeString:
    """A part that a page shows many times, from a skeleton: see kizuna.base.ui.skeletons."""
    return skeletons.draw(template_name, it)


@register.filter
def tint(key: Any) -> int:
    """1 to 6, always the same for the same id or word: the tint of initials and of tag dots."""
    return zlib.crc32(str(key).encode()) % TINTS + 1


@register.filter
def thousandths(value: int) -> str:
    """A place in a chart as the page wants it: 333 is "33.3%"."""
    return f"{value // 10}.{value % 10}%"
