"""What an administrator says of a kind of record, understood: every mistake at once, under the name of its input."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kizuna.base.access.models import MADE_HERE
from kizuna.base.records.custom.definitions import LONGEST_HELP, labels, words
from kizuna.base.records.models import CustomObject
from kizuna.base.resources.groups import GROUPS
from kizuna.base.types.errors import Invalid

CHANGEABLE = ("labels", "plural_labels", "name_labels", "purpose", "icon", "group")
LONGEST_NAME = 30
ICONS = (
    "archive", "armchair", "briefcase", "building-store", "calendar-event", "car", "certificate", "clipboard-list",
    "credit-card", "device-laptop", "first-aid-kit", "flag", "gift", "hammer", "home", "key", "map-pin", "medal",
    "message-circle", "package", "palette", "plant", "puzzle", "school", "shield-check", "star", "ticket", "tool",
    "truck", "users-group",
)  # fmt: skip
"""Tabler icons in the sprite (frontend/icons.txt)."""

_NAME = re.compile(r"[a-z](?:_?[a-z0-9])*")
KindRule = Callable[[str], str]
_rules: list[KindRule] = []


def kind_rule(rule: KindRule) -> KindRule:
    """Have a function asked whether a key may be given to a new kind: it answers with what speaks against it."""
    _rules.append(rule)
    return rule


def key_of(raw: Any, said: Mapping[str, str]) -> str:
    """The key for a name as given, or for one made from the label. Raises Invalid under ""."""
    name = raw if isinstance(raw, str) else ""
    if name:
        key = name if name.startswith(MADE_HERE) else MADE_HERE + name
        if reason := _against(key):
            raise Invalid({"": [reason]})
        return key
    begun = _written(said) or "record"
    return next(key for key in _numbered(MADE_HERE + begun) if not _against(key))


def plural_of(key: str, said: Mapping[str, str]) -> str:
    """The plural as it stands in addresses."""
    written = _written(said)
    plural = MADE_HERE + written if written and MADE_HERE + written != key else f"{key}s"
    return next(one for one in _numbered(plural) if not _is_taken(one))


def _written(said: Mapping[str, str]) -> str:
    begun = slugify(said.get("en") or said.get("") or "").replace("-", "_")[:LONGEST_NAME].strip("_")
    return begun if _NAME.fullmatch(begun) else ""


def _numbered(name: str) -> list[str]:
    return [name, *(f"{name}_{number}" for number in range(2, 300))]


def _against(key: str) -> Any:
    name = key.removeprefix(MADE_HERE)
    if len(name) > LONGEST_NAME + 4 or not _NAME.fullmatch(name):
        return _("A name has small letters a to z, digits and single underscores, and begins with a letter.")
    if _is_taken(key):
        return _("This name is taken.")
    return next(filter(None, (rule(key) for rule in _rules)), "")


def _is_taken(name: str) -> bool:
    return CustomObject.objects.filter(Q(key=name) | Q(plural=name)).exists()


def understood(given: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a definition. Raises Invalid with paths such as "labels.ja"."""
    found: dict[str, Any] = {}
    errors: dict[str, Any] = {name: [_("This cannot be changed.")] for name in given if name not in CHANGEABLE}
    for name, understand in _INPUTS.items():
        if name in given:
            try:
                found[name] = understand(given[name])
            except Invalid as problem:
                errors |= problem.under(name).errors
    if errors:
        raise Invalid(errors)
    return found


def _icon(raw: Any) -> str:
    if raw not in ICONS:
        raise Invalid({"": [_("Choose an icon.")]})
    return str(raw)


def _group(raw: Any) -> str:
    if raw not in GROUPS:
        raise Invalid({"": [_("Choose a group.")]})
    return str(raw)


_INPUTS: dict[str, Callable[[Any], Any]] = {
    "labels": labels,
    "plural_labels": labels,
    "name_labels": lambda raw: words(raw, 60),
    "purpose": lambda raw: words(raw, LONGEST_HELP),
    "icon": _icon,
    "group": _group,
}
