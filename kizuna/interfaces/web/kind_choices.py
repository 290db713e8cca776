"""Of which kind of record a page of settings speaks: one picker, in the groups of the navigation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.resources.groups import GROUPS
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing


def choices(resources: Iterable[Resource], current: str) -> list[dict[str, Any]]:
    """[{title, kinds [{key, label, is_on}]}] of web/kind_picker.html; `current` is the key of the one that is shown.
    Those that stand in no group of the navigation come last."""
    found: dict[str, list[dict[str, Any]]] = {str(title): [] for title in (*GROUPS.values(), _("Other"))}
    for one in sorted(resources, key=lambda resource: resource.rank):
        kind = {"key": one.key, "label": one.plural_label, "is_on": one.key == current}
        found[str(GROUPS.get(one.group, _("Other")))].append(kind)
    return [{"title": title, "kinds": kinds} for title, kinds in found.items() if kinds]


def chosen(groups: list[dict[str, Any]], key: str | None) -> str:
    """The key that the picker sent; without one the first. Raises Missing where the picker does not offer it."""
    offered = [kind["key"] for group in groups for kind in group["kinds"]]
    if key and key not in offered:
        raise Missing()
    return key or offered[0]
