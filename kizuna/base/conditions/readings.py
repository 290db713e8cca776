"""From an operator and its value to a test: what each kind of field makes of "is at least 3"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kizuna.base.conditions import values
from kizuna.base.conditions.errors import at
from kizuna.base.conditions.nodes import (
    EVERYTHING,
    NOTHING,
    AllOf,
    Leaf,
    Like,
    Looked,
    MonthDays,
    Near,
    Node,
    OneOf,
    Present,
    SameText,
    Test,
    Within,
)
from kizuna.base.conditions.schema import ConditionField, Schema
from kizuna.base.conditions.values import Calendar, Span


@dataclass(frozen=True)
class Question:
    """A positive operator asked of one field, its value still as it was written."""

    schema: Schema
    field: ConditionField
    op: str
    value: Any
    pointer: str
    viewer: Any
    calendar: Calendar

    @property
    def value_pointer(self) -> str:
        return at(self.pointer, "value")


def read(question: Question) -> Node:
    """The node of a question. Raises InvalidCondition for a value that does not fit."""
    found: Test | bool | list[Test]
    if question.op == "is_not_empty":
        found = Looked("is_not_empty", (), question.pointer) if question.field.lookup else Present()
    else:
        found = _READERS[question.field.kind](question)
    if isinstance(found, bool):
        return EVERYTHING if found else NOTHING
    if isinstance(found, list):
        return AllOf([Leaf(question.schema, question.field, test) for test in found])
    return Leaf(question.schema, question.field, found)


def compared(question: Question) -> Test | bool:
    """The test of a comparison on a number, an amount of money, a day or a moment."""
    found = _READERS[question.field.kind](question)
    assert not isinstance(found, list)
    return found


def _text(question: Question) -> Test:
    if question.op in ("is", "any_of"):
        texts = _some(question, values.read_text)
        return _looked(question, texts) if question.field.lookup else SameText(texts)
    one = values.read_text(question.value, question.value_pointer)
    return _looked(question, [one]) if question.field.lookup else Like(question.op, one)  # type: ignore[arg-type]


def _looked(question: Question, asked: list[Any]) -> Looked:
    return Looked(question.op, asked, question.value_pointer)


def _some(question: Question, read_one: Any) -> list[Any]:
    """The values of "is" (one) and of "is any of" (a list)."""
    if question.op == "is":
        return [read_one(question.value, question.value_pointer)]
    return values.read_list(question.value, question.value_pointer, read_one)


def amount_range(op: str, value: Any, pointer: str, read_one: Any = values.read_number) -> tuple[Any, Any, bool, bool]:
    """Lower end, upper end, and whether each is part of the range, of a comparison between amounts."""
    if op == "between":
        low, high = values.read_pair(value, pointer, read_one)
        values.ordered(low, high, pointer)
        return low, high, True, True
    amount = read_one(value, pointer)
    return {
        "eq": (amount, amount, True, True),
        "gte": (amount, None, True, True),
        "gt": (amount, None, False, True),
        "lte": (None, amount, True, True),
        "lt": (None, amount, True, False),
    }[op]


def _number(question: Question) -> Test:
    return Within(*amount_range(question.op, question.value, question.value_pointer))


def _money(question: Question) -> Test:
    lower, upper, with_lower, with_upper = amount_range(
        question.op, question.value, question.value_pointer, values.read_money
    )
    currency = (upper if lower is None else lower).currency
    low, high = (None if end is None else end.amount for end in (lower, upper))
    return Within(low, high, with_lower, with_upper, currency)


def _days(question: Question) -> Test | bool:
    calendar, kind, pointer = question.calendar, question.field.kind, question.value_pointer
    if question.op == "in_period":
        return _inside(calendar.span(kind, *calendar.read_period(question.value, pointer)))
    if question.op == "anniversary_in_period":
        start, end = calendar.read_period(question.value, pointer)
        return MonthDays(values.month_days(start, end), calendar.zone)
    if question.op == "between":
        low, high = values.read_pair(question.value, pointer, calendar.read_span(kind))
        values.ordered(low.start, high.start, pointer)
        return Within(low.start, high.end, True, high.closed)
    if question.op == "more_than_days_ago":
        days = values.read_whole(question.value, pointer, 0, values.MAX_DAYS)
        return Within(None, calendar.span(kind, calendar.days_ago(days), None).start, True, False)
    if question.op == "less_than_days_ago":
        days = values.read_whole(question.value, pointer, 1, values.MAX_DAYS)
        return _inside(calendar.span(kind, calendar.days_ago(days - 1), calendar.days_ago(-1)))
    return _beside(question.op, calendar.read_span(kind)(question.value, pointer), question)


def _beside(op: str, span: Span, question: Question) -> Test | bool:
    """The test of a place before, in or after a span."""
    if op == "on":
        if span.closed and isinstance(span.start, datetime):
            raise values.needs_a_day(question.value_pointer)
        return _inside(span)
    if op == "before":
        return Within(None, span.start, True, False)
    if op == "on_or_before":
        return Within(None, span.end, True, span.closed)
    if op == "on_or_after":
        return Within(span.start, None, True, True)
    return span.end is not None and Within(span.end, None, not span.closed, True)


def _inside(span: Span) -> Within:
    return Within(span.start, span.end, True, span.closed)


def _choice(question: Question) -> Test:
    chosen = _some(question, values.read_choice(question.field))
    return _looked(question, chosen) if question.field.lookup else OneOf(chosen)


def _relation(question: Question) -> Test:
    if question.op == "is_me":
        return OneOf([] if question.viewer.pk is None else [question.viewer.pk], known=True)
    if question.op == "is_my_team":
        return OneOf(_own_team(question.viewer, question.field.target), known=True)
    asked = _some(question, values.read_id)
    stand_ins = question.field.stand_ins(asked) if question.field.stand_ins else {}
    meant = list(dict.fromkeys(stand_ins.get(pk, pk) for pk in asked))
    return OneOf(list(question.field.beneath(meant)) if question.field.beneath else meant)


def _own_team(viewer: Any, target: str) -> list[int]:
    """Ids of the viewer's team and the teams beneath it, or of the people in them (the viewer at least)."""
    # Imported here: models are not loaded yet when Django imports this package.
    from kizuna.base.access.permissions import permissions_of

    if viewer.pk is None:
        return []
    if target == "user":
        return list(permissions_of(viewer).team_members)
    return list(viewer.team.subtree().values_list("pk", flat=True)) if viewer.team else []


def _boolean(question: Question) -> Test:
    return OneOf([True])


def _tags(question: Question) -> Test | list[Test]:
    words = values.read_list(question.value, question.value_pointer, values.read_text)
    if question.op == "has_all":
        return [Looked("has_any", (word,), question.value_pointer) for word in words]
    return Looked("has_any", words, question.value_pointer)


def _points(question: Question) -> Test:
    return _looked(question, [values.read_text(question.value, question.value_pointer)])


def _position(question: Question) -> Test:
    return Near(values.read_circle(question.value, question.value_pointer))


_READERS = {
    "text": _text,
    "number": _number,
    "money": _money,
    "date": _days,
    "moment": _days,
    "choice": _choice,
    "relation": _relation,
    "boolean": _boolean,
    "tags": _tags,
    "points": _points,
    "position": _position,
}
