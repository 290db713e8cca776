"""People of the sample company written by hand: the ones that visitors open first, and the awkward ones."""

from __future__ import annotations

import datetime as dt
import json
from importlib import resources
from typing import Any

Values = dict[str, Any]


def regulars() -> list[Values]:
    """The main characters: their company (a domain, or ""), owner, days since they came, and values."""
    found = _read("faces.json")
    for face in found:
        face["values"] = _dated(face["values"])
    return found


def awkward() -> list[Values]:
    """People without a family name or any name, with one that is too long, of another script, with an emoji or with
    characters that nobody can see, with three addresses; each at least once in any real address book."""
    return [_dated(values) for values in _read("awkward.json")]


def _read(name: str) -> list[Values]:
    found: list[Values] = json.loads(resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8"))
    return found


def _dated(values: Values) -> Values:
    if "birth_on" in values:
        values["birth_on"] = dt.date.fromisoformat(values["birth_on"])
    return values
