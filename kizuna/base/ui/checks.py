"""A start-up check of what only the screens know: which icons there are."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core import checks

from kizuna.base.resources import registry


@checks.register("resources")
def check_icons(**_options: Any) -> list[checks.CheckMessage]:
    """An icon that was not built would be an empty place; a room that lives elsewhere chooses among Kizuna's."""
    drawn = built_icons()
    if not drawn:  # nothing is built yet: `kizuna serve` says so
        return []
    words = "“{}” is no icon of Kizuna's; kizuna/icons.svg in its static files has all of them."
    return [
        checks.Warning(words.format(name), obj=type(resource), id="ui.W001")
        for resource in registry.declared()
        for name in (resource.icon, *(action.icon for action in resource.actions))
        if name not in drawn
    ]


@lru_cache(maxsize=1)
def built_icons() -> frozenset[str]:
    """The names of the icons in the sprite; none where the front end was not built."""
    found = finders.find("kizuna/icons.svg")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', Path(found).read_text())) if found else frozenset()
