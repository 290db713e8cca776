"""Django draws every model that touches a changed one anew after each step of a migration: here all that have an owner.

Most steps add something and look at one model only, so only that one is drawn; what it leaves behind is put in order
before a step that looks further. From an empty database this takes a tenth of the time: docs/adr/0031.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, cast

from django.db.migrations import Migration, operations
from django.db.migrations.state import ProjectState

NEAR = (
    operations.CreateModel,
    operations.AddField,
    operations.AddIndex,
    operations.AddConstraint,
    operations.RemoveIndex,
    operations.RemoveConstraint,
)
"""Steps that look at their own model, and of those that it points to only at table and key."""


def _itself(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """The models to draw anew: this one. Others still point to what it was, which `_in_order` mends."""
    state.is_delayed = True
    return {(app_label, model_name)}


def _in_order(state: ProjectState) -> None:
    state.clear_delayed_apps_cache()
    state.is_delayed = False
    state.apps  # noqa: B018 - drawn once, for what was before the step and for what is after it


@contextmanager
def drawing_no_more_than_needed() -> Iterator[None]:
    """Migrations applied in the block leave the same tables as Django's own way, and see the same models."""
    drawing, applying = cast(Any, ProjectState), cast(Any, Migration)
    all_that_touch, apply = drawing._find_reload_model, applying.apply

    def apply_step_by_step(migration: Migration, state: ProjectState, editor: Any, collect_sql: bool = False) -> Any:
        for operation in migration.operations:
            step: Any = copy(migration)
            step.operations = [operation]
            near = isinstance(operation, NEAR)
            if not near:
                _in_order(state)
            drawing._find_reload_model = _itself if near else all_that_touch
            state = apply(step, state, editor, collect_sql)
        return state

    applying.apply = apply_step_by_step
    try:
        yield
    finally:
        applying.apply, drawing._find_reload_model = apply, all_that_touch
