"""Start-up check: everything that can point to a record says what becomes of it when the record is merged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models

from kizuna.base.merging import equals
from kizuna.base.merging.relations import is_reference, rules_of
from kizuna.base.resources import registry
from kizuna.base.types import ties


@checks.register("merging")
def check_ties(**_options: Any) -> list[checks.CheckMessage]:
    mergeable = {resource.key for resource in registry.declared() if resource.mergeable}
    return [
        checks.Error(sentence, obj=model, id="merging.E001")
        for model in apps.get_models()
        for sentence in mistakes_of(model, mergeable)
    ]


def mistakes_of(model: Any, mergeable: set[str]) -> Iterator[str]:
    """What a model leaves open about merges, a sentence each."""
    rules = rules_of(model)
    columns = {column.name: column for column in model._meta.local_concrete_fields}
    for name in rules:
        if name not in columns:
            yield f"when_merged names “{name}”, which is no column."
    if is_reference(model) and "record_id" in columns and "record_id" not in rules:
        yield "It points to records of any kind, so when_merged must say what becomes of “record_id”."
    for name, column in columns.items():
        if column.remote_field and column.remote_field.model._meta.model_name in mergeable:
            yield from _of_key(model, column, rules.get(name))
    for name, rule in rules.items():
        if name in columns and isinstance(rule, ties.Unite):
            yield from _of_union(model, columns[name], rule)


def _of_key(model: Any, column: models.Field, rule: ties.Rule | None) -> Iterator[str]:
    if rule is None and equals.constraints_on(model, column):
        yield (
            f"“{column.name}” points to records that can be merged, and a constraint rests on it:"
            " when_merged must say what becomes of the rows."
        )


def _of_union(model: Any, column: models.Field, rule: ties.Unite) -> Iterator[str]:
    for constraint in equals.constraints_on(model, column):
        if not equals.is_understood(constraint):
            yield f"when_merged unites “{column.name}”, but the constraint {constraint} cannot be read here."
    if rule.keep and rule.keep not in {one.name for one in model._meta.local_concrete_fields}:
        yield f"when_merged keeps by “{rule.keep}”, which is no column."
