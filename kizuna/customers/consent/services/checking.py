"""Start-up check: everything that can point to a person is known to an erasure, and can be done as its model says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models

from kizuna.base.merging.relations import is_reference, rules_of
from kizuna.base.types import erasing

NO_RECORDS = ("actor_id", "event_id", "job_id", "merge_id", "owner_id", "part_id")
"""How numbers beside `resource` end that name no record of that kind."""


@checks.register("consent")
def check_erasing(**_options: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(sentence, obj=model, id="consent.E001")
        for model in apps.get_models()
        for sentence in mistakes_of(model)
    ]


def mistakes_of(model: Any) -> Iterator[str]:
    """What a model leaves open about erasures, a sentence each."""
    columns = {column.name: column for column in model._meta.local_concrete_fields}
    rules: erasing.Rules = getattr(model, "when_erased", {})
    if is_reference(model):
        yield from _unknown(columns, rules_of(model))
    for name, rule in rules.items():
        if name not in columns:
            yield f"when_erased names “{name}”, which is no column."
        elif isinstance(rule, erasing.Keep):
            yield from _of_keeping(columns, rule)
        elif isinstance(rule, erasing.Unlink) and not columns[name].null:
            yield f"when_erased unlinks “{name}”, which cannot be empty."


def _unknown(columns: dict[str, models.Field], known: Any) -> Iterator[str]:
    for name, column in columns.items():
        is_number = isinstance(column, models.BigIntegerField) and not column.primary_key and not column.remote_field
        if is_number and name.endswith("_id") and name not in known and not name.endswith(NO_RECORDS):
            yield f"“{name}” stands beside “resource”: when_merged must name it, or an erasure passes it over."


def _of_keeping(columns: dict[str, models.Field], rule: erasing.Keep) -> Iterator[str]:
    for name, value in rule.clear.items():
        if name not in columns:
            yield f"when_erased clears “{name}”, which is no column."
        elif value is None and not columns[name].null:
            yield f"when_erased empties “{name}”, which cannot be empty."
    said = [one for one in columns.values() if isinstance(one, models.TextField | models.JSONField) and one.editable]
    for column in said:
        if column.name not in rule.clear:
            yield f"when_erased keeps “{column.name}”, which may say anything: clear it."
