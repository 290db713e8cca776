"""From the typed tree to one `Q`. It adds no rows: to-one relations become `IN`, everything else `EXISTS`.

Every `Q` made here is read as true or not true, never as unknown. A negation is pushed down to the single test and
said there in a way that is true for rows without a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Avg,
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    DecimalField,
    Exists,
    F,
    FloatField,
    Model,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, ExtractDay, ExtractMonth, Lower, Round
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, LessThan, LessThanOrEqual

from kizuna.base.conditions import nodes
from kizuna.base.conditions.columns import column_at, concrete, crosses_many, fitted, has_subquery, is_plain
from kizuna.base.conditions.errors import InvalidCondition
from kizuna.base.conditions.nearness import near
from kizuna.base.conditions.nodes import Node, Within
from kizuna.base.conditions.schema import ConditionField, Schema
from kizuna.base.types import text
from kizuna.base.types.custom_values import WrittenDay, WrittenMoment
from kizuna.base.types.errors import Invalid

EVERY = ~Q(pk__in=())
NONE = Q(pk__in=())


FREE_SUBQUERIES = 5
"""How many subqueries PostgreSQL may turn into joins: it tries them in every order, and dozens take it minutes."""


def to_q(node: Node, viewer: Any) -> Q:
    """The `Q` on the model of the schema that the node was resolved with; empty when every row satisfies it."""
    found = Emitter(viewer).emit(node, negated=False)
    return Q() if found is EVERY else found


class Emitter:
    def __init__(self, viewer: Any) -> None:
        self.viewer = viewer
        self._subqueries = 0

    def emit(self, node: Node, negated: bool) -> Q:
        """The `Q` of a node or of its opposite; EVERY and NONE themselves when that is what it comes to."""
        match node:
            case nodes.Constant():
                return EVERY if node.holds != negated else NONE
            case nodes.AllOf():
                return joined([self.emit(part, negated) for part in node.parts], Q.OR if negated else Q.AND)
            case nodes.AnyOf():
                return joined([self.emit(part, negated) for part in node.parts], Q.AND if negated else Q.OR)
            case nodes.Negation():
                return self.emit(node.part, not negated)
        found = self._positive(node)
        return opposite(found, node.schema.model) if negated else found

    def _positive(self, node: Any) -> Q:
        match node:
            case nodes.Leaf():
                return self._leaf(node)
            case nodes.Hop():
                return self._behind(node)
            case nodes.Count():
                return self._count(node)
            case nodes.Extreme():
                return self._extreme(node)
        return self._total(node)

    # ── one field ──

    def _leaf(self, leaf: nodes.Leaf) -> Q:
        model, field = leaf.schema.model, leaf.field
        if isinstance(leaf.test, nodes.Looked):
            answer = looked_up(field, leaf.test)
            return self._sealed(answer) if has_subquery(answer) else answer
        found = self._relation(leaf) if field.kind == "relation" else tested(field, leaf.test, model)
        if found is EVERY or found is NONE or not crosses_many(model, (field.path, field.fold_path)):
            return found
        return self._sealed(Q(pk__in=model._base_manager.filter(found).values("pk")))

    def _relation(self, leaf: nodes.Leaf) -> Q:
        field, test = leaf.field, leaf.test
        asked = test if isinstance(test, nodes.OneOf) else None
        if asked and not asked.values:
            return NONE
        visible = Q() if asked and asked.known else self._visible(field)
        if visible:
            wanted = Q(pk__in=tuple(asked.values)) if asked else Q()
            rows = related_model(leaf.schema, field)._base_manager.filter(visible, wanted).values("pk")
            return self._sealed(Q(**{f"{field.path}__in": rows}))
        return _one_of(field.path, asked.values) if asked else Q(**{f"{field.path}__isnull": False})

    def _behind(self, hop: nodes.Hop) -> Q:
        part = self.emit(hop.part, negated=False)
        if part is NONE:
            return NONE
        rows = hop.target.model._base_manager.filter(self._visible(hop.field), part).values("pk")
        found = Q(**{f"{hop.field.path}__in": rows})
        if crosses_many(hop.schema.model, (hop.field.path,)):
            found = Q(pk__in=hop.schema.model._base_manager.filter(found).values("pk"))
        return self._sealed(found)

    def _sealed(self, subquery: Q) -> Q:
        """A subquery, or past the first few the same in a form that is evaluated by itself and never joined."""
        self._subqueries += 1
        if self._subqueries <= FREE_SUBQUERIES or subquery is EVERY or subquery is NONE:
            return subquery
        return Q(Case(When(subquery, then=Value(True)), default=Value(False), output_field=BooleanField()))

    def _visible(self, thing: Any) -> Q:
        return (thing.visible and thing.visible(self.viewer)) or Q()

    # ── related records as a whole ──

    def _rows(self, node: nodes.Count | nodes.Extreme | nodes.Total, *further: Q) -> Any:
        """The visible related rows of the row in question that the aggregate is about."""
        related, where = node.related, self.emit(node.where, negated=False)
        own = Q(**{related.path: OuterRef("pk")})
        return related.model._base_manager.filter(own, related.restrict, self._visible(related), where, *further)

    def _count(self, count: nodes.Count) -> Q:
        parts = [] if count.lower is None else [self._at_least(count, count.lower)]
        if count.upper is not None:
            parts.append(opposite(self._at_least(count, count.upper + 1), count.schema.model))
        return joined(parts, Q.AND)

    def _at_least(self, count: nodes.Count, number: int) -> Q:
        """True where the n-th row exists: the database stops counting there."""
        if number <= 0:
            return EVERY
        rows = self._rows(count)
        return self._sealed(Q(Exists(rows if number == 1 else rows[number - 1 :])))

    def _extreme(self, extreme: nodes.Extreme) -> Q:
        """The greatest value lies in a range where some value does and none lies above it; the least likewise."""
        field, test = extreme.field, extreme.test
        model = extreme.related.model
        inside = tested(field, test, model)
        if inside is NONE:
            return NONE
        parts = [self._sealed(Q(Exists(self._rows(extreme, inside))))]
        if isinstance(test, Within):
            beyond = _beyond(test, extreme.greatest)
            outside = NONE if beyond is None else tested(field, beyond, model)
            if outside is not NONE:
                parts.append(opposite(self._sealed(Q(Exists(self._rows(extreme, outside)))), extreme.schema.model))
        return joined(parts, Q.AND)

    def _total(self, total: nodes.Total) -> Q:
        field, test = total.field, total.test
        if not isinstance(test, Within):
            return self._sealed(Q(Exists(self._rows(total, tested(field, test, total.related.model)))))
        further = [Q(**{field.currency_path: test.currency})] if test.currency else []
        path, number = total.related.path, _number_type(concrete(total.related.model, field.path))
        measured: Any = Cast((Avg if total.average else Sum)(field.path), number)
        if isinstance(number, DecimalField):
            measured = Round(measured, number.decimal_places, output_field=number)
        rows = self._rows(total, *further).order_by().values(path).annotate(measured=measured).values("measured")
        amount: Any = Subquery(rows, output_field=number)
        if not total.average:
            amount = Coalesce(amount, Value(0, output_field=number), output_field=number)
        return _between(amount, test)


def joined(parts: Sequence[Q], connector: str) -> Q:
    """AND or OR of the parts, with what is always or never true taken out (Django drops an empty Q from an OR)."""
    whole, nothing = (EVERY, NONE) if connector == Q.AND else (NONE, EVERY)
    kept = []
    for part in parts:
        if part is nothing:
            return nothing
        if part is not whole:
            kept.append(part)
    if not kept:
        return whole
    return kept[0] if len(kept) == 1 else Q(*kept, _connector=connector)


def opposite(q: Q, model: type[Model]) -> Q:
    """True exactly where `q` is not, also where `q` is unknown."""
    if q is EVERY or q is NONE:
        return NONE if q is EVERY else EVERY
    if is_plain(q, model):
        return ~q
    return Q(Case(When(q, then=Value(False)), default=Value(True), output_field=BooleanField()))


def related_model(schema: Schema, field: ConditionField) -> type[Model]:
    """The model at the other end of a relation: that of its foreign key, else that of the schema it names."""
    column = concrete(schema.model, field.path)
    if column is not None and column.is_relation:
        return column.related_model  # type: ignore[return-value]
    target = schema.target(field.target)
    assert target is not None, f"{field.name} names no resource whose rows could be hidden"
    return target.model


def looked_up(field: ConditionField, test: nodes.Looked) -> Q:
    """What the field's own lookup says; its complaints get the pointer of the value."""
    assert field.lookup is not None
    try:
        return field.lookup(test.op, tuple(test.values)) or EVERY
    except Invalid as problem:
        messages = [str(message) for found in problem.errors.values() for message in found]
        raise InvalidCondition(test.pointer, " ".join(messages) or problem.message) from None
    except ValueError as error:
        raise InvalidCondition(test.pointer, error) from None


def tested(field: ConditionField, test: nodes.Test, model: type[Model]) -> Q:
    """The `Q` of a test on a column of `model`."""
    match test:
        case nodes.Present():
            return _present(field, model)
        case nodes.SameText():
            return _same_text(field, test.texts, model)
        case nodes.Like():
            return _like(field, test)
        case nodes.MonthDays():
            return _month_days(field, test, model)
        case nodes.Near():
            return near(field.path, test.circle)
        case nodes.OneOf():
            return _one_of(field.path, test.values)
        case Within():
            return _within(field, test, model)
    raise AssertionError(test)


def _one_of(path: str, values: Sequence[Any]) -> Q:
    return Q(**{path: values[0]}) if len(values) == 1 else Q(**{f"{path}__in": tuple(values)})


def _present(field: ConditionField, model: type[Model]) -> Q:
    found = Q(**{f"{field.path}__isnull": False})
    column = concrete(model, field.path)
    if field.kind in ("text", "choice") and (column is None or column.empty_strings_allowed):
        found &= ~Q(**{field.path: ""})
    return found


def _same_text(field: ConditionField, texts: Sequence[str], model: type[Model]) -> Q:
    folded = [text.fold(each) for each in texts]
    if field.fold_path and all(folded):
        return Q(**{f"{field.fold_path}__in": folded}) if len(folded) > 1 else Q(**{field.fold_path: folded[0]})
    if len(texts) == 1:
        return Q(**{f"{field.path}__iexact": texts[0]})
    own: Any = KT(field.path) if concrete(model, field.path) is None else F(field.path)
    return Q(In(Lower(own), [Lower(Value(each)) for each in texts]))


_LIKE = {"contains": "contains", "starts_with": "startswith", "ends_with": "endswith"}


def _like(field: ConditionField, test: nodes.Like) -> Q:
    folded = text.fold(test.text)
    if field.fold_path and folded:
        return Q(**{f"{field.fold_path}__{_LIKE[test.where]}": folded})
    return Q(**{f"{field.path}__i{_LIKE[test.where]}": test.text})


def _within(field: ConditionField, test: Within, model: type[Model]) -> Q:
    if field.kind in ("number", "money"):
        fitting = fitted(test, concrete(model, field.path))
        if fitting is None:
            return NONE
        test = fitting
    found = Q(**{field.currency_path: test.currency}) if test.currency else Q()
    path, lower, upper = field.path, test.lower, test.upper
    if lower is None and upper is None:
        return found & Q(**{f"{path}__isnull": False})
    if lower == upper:
        return found & Q(**{path: lower}) if test.with_lower and test.with_upper else NONE
    if lower is not None:
        found &= Q(**{f"{path}__{'gte' if test.with_lower else 'gt'}": lower})
    if upper is not None:
        found &= Q(**{f"{path}__{'lte' if test.with_upper else 'lt'}": upper})
    return found


def _month_days(field: ConditionField, test: nodes.MonthDays, model: type[Model]) -> Q:
    if tuple(test.spans) == (((1, 1), (12, 31)),):
        return Q(**{f"{field.path}__isnull": False})
    column, _many = column_at(model, field.path)
    zone = test.zone if isinstance(column, DateTimeField) else None
    when: Any = F(field.path)
    if isinstance(column, WrittenDay | WrittenMoment):
        when = Cast(when, DateTimeField() if zone else DateField())
    month, day = ExtractMonth(when, tzinfo=zone), ExtractDay(when, tzinfo=zone)
    number = month * Value(100) + day
    spans = []
    for (first_month, first_day), (last_month, last_day) in test.spans:
        first, last = first_month * 100 + first_day, last_month * 100 + last_day
        spans.append(Q(GreaterThanOrEqual(number, first)) & Q(LessThanOrEqual(number, last)))
    return joined(spans, Q.OR)


def _beyond(test: Within, greatest: bool) -> Within | None:
    """What lies above a range (or, for the least value, below it); None when the range has no end there."""
    if greatest:
        if test.upper is None:
            return None
        return Within(test.upper, None, not test.with_upper, True, currency=test.currency)
    if test.lower is None:
        return None
    return Within(None, test.lower, True, not test.with_lower, currency=test.currency)


def _number_type(column: Any) -> Any:
    """In what sums and averages are compared: floats as such, all else to ten places (SQLite adds up floats)."""
    return FloatField() if isinstance(column, FloatField) else DecimalField(max_digits=38, decimal_places=10)


def _between(amount: Any, test: Within) -> Q:
    if test.lower is not None and test.lower == test.upper:
        return Q(Exact(amount, test.lower))
    found = Q()
    if test.lower is not None:
        found &= Q((GreaterThanOrEqual if test.with_lower else GreaterThan)(amount, test.lower))
    if test.upper is not None:
        found &= Q((LessThanOrEqual if test.with_upper else LessThan)(amount, test.upper))
    return found
