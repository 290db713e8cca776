"""The views that the people of the sample company keep of their tasks."""

from __future__ import annotations

from typing import Any

_OPEN = {"field": "done_at", "op": "is_empty"}
VIEWS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "Mika Tanabe",
        "task",
        "By priority",
        {
            "audience": "everyone",
            "condition": _OPEN,
            "kind": "board",
            "settings": {"by": "priority"},
            "sort": "to_do_on",
        },
    ),
    (
        "Mika Tanabe",
        "task",
        "Task calendar",
        {"audience": "everyone", "condition": _OPEN, "kind": "calendar", "settings": {"by": "due_on"}},
    ),
    (
        "Mika Tanabe",
        "task",
        "Overdue",
        {
            "audience": "everyone",
            "condition": {"all": [_OPEN, {"field": "due_on", "op": "before", "value": "today"}]},
            "sort": "due_on",
        },
    ),
    (
        "Mika Tanabe",
        "task",
        "Mine this week",
        {
            "audience": "everyone",
            "condition": {
                "all": [
                    _OPEN,
                    {"field": "owner", "op": "is_me"},
                    {"field": "due_on", "op": "in_period", "value": "this_week"},
                ]
            },
        },
    ),
    (
        "Mika Tanabe",
        "contact",
        "Not heard from for 90 days",
        {
            "audience": "everyone",
            "condition": {
                "all": [
                    {"field": "stage", "op": "is", "value": "regular"},
                    {"not": {"field": "last_touch_at", "op": "in_period", "value": "last_90_days"}},
                ]
            },
            "sort": "last_touch_at",
        },
    ),
    (
        "Haruto Ishii",
        "task",
        "優先度の高い仕事",
        {"team": "Japan", "condition": {"all": [_OPEN, {"field": "priority", "op": "is", "value": 3}]}},
    ),
)
