"""Words in braces that stand for what is known of somebody: "Dear {{ first name }}", "{{ first name | there }}"."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Malformed, fill

_PLACE = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}]*?)\s*)?\}\}")


def check(typed: str, known: Collection[str]) -> None:
    """Raise Malformed where something stands in braces that nobody knows, or braces do not close."""
    rest = _PLACE.sub("", typed)
    if "{{" in rest or "}}" in rest:
        raise Malformed("braces", _("Braces come in pairs: {{ first name }}."))
    for name, _otherwise in _PLACE.findall(typed):
        if _key(name) not in known:
            words = fill(_("“%(name)s” is not known here. There are: %(names)s."), _told(name, known))
            raise Malformed("placeholder", words)


def _told(name: str, known: Collection[str]) -> dict[str, str]:
    return {"name": name[:60], "names": ", ".join(f"{{{{ {one} }}}}" for one in sorted(known))}


def filled(typed: str, values: Mapping[str, str]) -> str:
    """The text with what is known filled in; what is not keeps its braces, unless it says what to write instead."""

    def found(match: re.Match[str]) -> str:
        value = values.get(_key(match[1]), "") or (match[2] or "")
        return value or match[0]

    return _PLACE.sub(found, typed)


def left_out(typed: str) -> str:
    """The text for a heading that is about nobody: "Call … about …"."""
    return _PLACE.sub(lambda match: match[2] or "…", typed)


def is_open(text: str) -> bool:
    """Whether something in braces is still to be filled in."""
    return _PLACE.search(text) is not None


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
