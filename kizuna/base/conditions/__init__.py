"""Conditions: questions about records, kept as data. See README.md for the words; `compile` makes a queryset of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from kizuna.base.conditions import orm
from kizuna.base.conditions.chips import Chip, describe
from kizuna.base.conditions.errors import InvalidCondition
from kizuna.base.conditions.operators import MEASURES, Measure, Operator, measures_for, operators_for
from kizuna.base.conditions.resolve import resolve
from kizuna.base.conditions.schema import KINDS, ConditionField, ConditionRelated, Schema, StaticSchema
from kizuna.base.conditions.trees import combine, demands, dump, parse, without

__all__ = [
    "KINDS",
    "MEASURES",
    "Chip",
    "ConditionField",
    "ConditionRelated",
    "InvalidCondition",
    "Measure",
    "Operator",
    "Schema",
    "StaticSchema",
    "combine",
    "compile",
    "demands",
    "describe",
    "dump",
    "measures_for",
    "operators_for",
    "parse",
    "resolve",
    "without",
]


def compile(tree: Any, *, schema: Schema, viewer: Any, now: datetime | None = None) -> Q:
    """The rows of `schema.model` that satisfy a tree, as one `Q` that adds no rows to a queryset.

    It says nothing about which rows the viewer may see: use it on `visible_to(viewer)`. Relative periods count from
    `now`, in the viewer's zone. Raises InvalidCondition, and nothing else, whatever the tree is.
    """
    return orm.to_q(resolve(tree, schema=schema, viewer=viewer, now=now), viewer)
