"""Django draws every model that touches a changed one anew after each step of a migration: here all that have an owner.

Most steps add something and look at one model only, so only that one is drawn; what it leaves behind is put in order
before a step that looks further. From an empty database this takes a tenth of the time: docs/adr/0031.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, cast

from django.db.migrations import Migration, operations
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import field_is_referenced, resolve_relation

Key = tuple[str, str]
"""The room and the name of a model, in small letters."""

NEAR = (
    operations.CreateModel,
    operations.AddField,
    operations.AddIndex,
    operations.AddConstraint,
    operations.RemoveIndex,
    operations.RemoveConstraint,
)
"""Steps that look at their own model, and of those that it points to only at table and key."""


def _is_near(step: Any, app_label: str, state: ProjectState) -> bool:
    """One of those, or the change of a column that points nowhere and to which nothing points."""
    if not isinstance(step, operations.AlterField):
        return isinstance(step, NEAR)
    key, before = (app_label, step.model_name_lower), state.models[app_label, step.model_name_lower].fields[step.name]
    return not (before.is_relation or step.field.is_relation or field_is_referenced(state, key, (step.name, before)))


def _points_to(model: ModelState) -> set[Key]:
    """What this model is made of, and what its fields refer to."""
    named: list[Any] = [base for base in model.bases if isinstance(base, str)]
    for field in model.fields.values():
        if remote := cast(Any, field).remote_field:
            named += [remote.model, getattr(remote, "through", None)]
    return {resolve_relation(one, model.app_label, model.name_lower) for one in named if one}


def _with_what_points_to(keys: set[Key], state: ProjectState) -> set[Key]:
    """These models and all that lead to one of them, however far away."""
    pointing: dict[Key, set[Key]] = defaultdict(set)
    for key, model in state.models.items():
        for other in _points_to(model):
            pointing[other].add(key)
    found: set[Key] = set()
    new = keys & state.models.keys()
    while new:
        found |= new
        new = set().union(*(pointing[key] for key in new)) - found
    return found


def _draw_afresh(state: ProjectState) -> None:
    state.clear_delayed_apps_cache()
    state.is_delayed = False
    state.apps  # noqa: B018 - now, not once for each who asks


def _put_in_order(state: ProjectState, alone: set[Key]) -> None:
    """As if all were drawn afresh, for what was before the next step and for what is after it: whatever points to a
    model that was drawn alone still points to what that had been."""
    if not alone:
        _draw_afresh(state)
        return
    state.apps  # noqa: B018 - drawn, if it was not
    cast(Any, state)._reload(_with_what_points_to(alone, state))
    state.is_delayed = False
    alone.clear()


@contextmanager
def drawing_no_more_than_needed() -> Iterator[None]:
    """Migrations applied in the block leave the same tables as Django's own way, and see the same models."""
    drawing, applying = cast(Any, ProjectState), cast(Any, Migration)
    all_that_touch, apply = drawing._find_reload_model, applying.apply
    alone: set[Key] = set()

    def itself(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[Key]:
        state.is_delayed = True
        alone.add((app_label, model_name))
        return {(app_label, model_name)}

    def apply_step_by_step(migration: Migration, state: ProjectState, editor: Any, collect_sql: bool = False) -> Any:
        for operation in migration.operations:
            step: Any = copy(migration)
            step.operations = [operation]
            near = _is_near(operation, migration.app_label, state)
            if not near:
                _put_in_order(state, alone)
            drawing._find_reload_model = itself if near else all_that_touch
            state = apply(step, state, editor, collect_sql)
            if not near and state.is_delayed:
                _draw_afresh(state)
        return state

    applying.apply = apply_step_by_step
    try:
        yield
    finally:
        applying.apply, drawing._find_reload_model = apply, all_that_touch
