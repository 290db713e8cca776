"""Controls of pages that are no records: the same dictionaries that `ui/parts/field.html` draws for resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kizuna.base.types.errors import Problem
from kizuna.base.ui import controls


def control(
    name: str,
    label: Any,
    value: Any = "",
    *,
    kind: str = "text",
    problem: Problem | None = None,
    help: Any = "",
    half: bool = False,
    choices: Iterable[tuple[Any, Any]] = (),
    autocomplete: str = "",
) -> dict[str, Any]:
    """One control with its value and, after a refused submit, what was wrong with it."""
    return {
        "name": name,
        "id": f"id-{name}",
        "label": label,
        "kind": kind,
        "value": value,
        "help": help,
        "half": half,
        "autocomplete": autocomplete,
        "errors": controls.errors_at(problem, name),
        "choices": [
            {"value": key, "label": words, "selected": str(key) == str(value if value is not None else "")}
            for key, words in choices
        ],
    }
