"""Conditions in words, for the filter chips: field | operator | value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from kizuna.base.conditions import values
from kizuna.base.conditions.aggregates import AT_LEAST_ONE
from kizuna.base.conditions.errors import InvalidCondition, at
from kizuna.base.conditions.operators import MEASURES, Operator, operators_for, operators_of_measure
from kizuna.base.conditions.resolve import Resolver
from kizuna.base.conditions.schema import ConditionField, Schema
from kizuna.base.conditions.values import Calendar
from kizuna.base.types import locales, periods
from kizuna.base.types.positions import Circle


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One part of a filter, ready to be shown in the reader's language.

    Attributes:
        pointer: Where the part stands in the tree; `without(tree, pointer)` is the tree when the chip is closed.
        label: The field, "Company › Industry". Of a group, and of a part that cannot be read, "".
        operator: "is any of". Of a group "".
        value: "Hotels, Offices"; "" where the operator takes none. Of a group the whole of it in words.
        error: Why the part cannot be applied, when it cannot (a field was removed, say); otherwise "".
        is_group: Whether the part holds further conditions, so that it is edited in the filter builder.
    """

    pointer: str
    label: str = ""
    operator: str = ""
    value: str = ""
    error: str = ""
    is_group: bool = False

    @property
    def text(self) -> str:
        """The chip as one phrase."""
        return " ".join(part for part in (self.label, self.operator, self.value or self.error) if part)


def describe(tree: Any, schema: Schema, viewer: Any, *, now: datetime | None = None) -> list[Chip]:
    """The chips of a tree: one for each condition that must hold, and one for each group.

    A part that cannot be understood becomes a chip with an error, so that it can be seen and closed. Titles of records
    are looked up once per kind.
    """
    return _Describer(schema, viewer, now).chips(tree)


class _Describer:
    def __init__(self, schema: Schema, viewer: Any, now: datetime | None) -> None:
        self.schema = schema
        self.viewer = viewer
        self.calendar = Calendar.of(viewer, now)
        self._asked: dict[str, tuple[ConditionField, dict[int, None]]] = {}
        self._titles: dict[str, Mapping[int, Any]] = {}

    def chips(self, tree: Any) -> list[Chip]:
        parts = list(self._parts(tree))
        checked = [(part, pointer, self._fault(part, pointer)) for part, pointer in parts]
        for part, _pointer, fault in checked:
            if fault is None:
                self._collect(part, self.schema)
        for target, (field, ids) in self._asked.items():
            self._titles[target] = field.titles(self.viewer, tuple(ids)) if field.titles else {}
        return [
            self._chip(part, self.schema, pointer) if fault is None else Chip(pointer=pointer, error=str(fault.message))
            for part, pointer, fault in checked
        ]

    def _parts(self, tree: Any) -> Iterator[tuple[Any, str]]:
        """What gets a chip of its own: the members of the outermost AND, else the tree itself."""
        if isinstance(tree, dict) and set(tree) == {"all"} and isinstance(tree["all"], list):
            for index, part in enumerate(tree["all"][: values.MAX_LIST]):
                if part != {}:
                    yield part, at("", "all", index)
        elif tree != {}:
            yield tree, ""

    def _fault(self, part: Any, pointer: str) -> InvalidCondition | None:
        try:
            Resolver(self.viewer, self.calendar).node(part, self.schema, pointer, 1)
        except InvalidCondition as fault:
            return fault
        return None

    def _collect(self, tree: Any, schema: Schema) -> None:
        """Note the ids of records that will be shown, so that their titles come in one query per kind of record."""
        for part in _members(tree):
            self._collect(part, schema)
        if "related" in tree:
            self._collect(tree.get("where", {}), self._related(tree, schema)[1])
        elif "field" in tree:
            _path, field = self._path(tree["field"], schema)
            if field.kind == "relation" and tree.get("value") is not None:
                given = tree["value"] if isinstance(tree["value"], list) else [tree["value"]]
                _field, ids = self._asked.setdefault(field.target, (field, {}))
                ids.update(dict.fromkeys(int(value) for value in given))

    # ── one part ──

    def _chip(self, tree: Any, schema: Schema, pointer: str) -> Chip:
        if "related" in tree:
            return self._aggregate(tree, schema, pointer)
        if "field" in tree:
            path, field = self._path(tree["field"], schema)
            operator = _operator(tree["op"], operators_for(field.kind))
            value = self._value(tree.get("value"), operator, field)
            return Chip(pointer=pointer, label=_joined(path), operator=str(operator.label), value=value)
        return Chip(pointer=pointer, value=self._sentence(tree, schema, is_outermost=True), is_group=True)

    def _sentence(self, tree: Any, schema: Schema, is_outermost: bool = False) -> str:
        if "related" in tree or "field" in tree:
            return self._chip(tree, schema, "").text
        if not tree:
            return _("everything")
        if "not" in tree:
            return _("not (%(condition)s)") % {"condition": self._sentence(tree["not"], schema, is_outermost=True)}
        sentences = [self._sentence(part, schema) for part in _members(tree)]
        if not sentences:
            return _("everything") if "all" in tree else _("nothing")
        word = pgettext("between conditions", "and") if "all" in tree else pgettext("between conditions", "or")
        whole = f" {word} ".join(sentences)
        return whole if is_outermost or len(sentences) == 1 else f"({whole})"

    def _aggregate(self, tree: Any, schema: Schema, pointer: str) -> Chip:
        path, target = self._related(tree, schema)
        label = _joined(path)
        if tree.get("where"):
            label = _("%(records)s with %(condition)s") % {
                "records": label,
                "condition": self._sentence(tree["where"], target),
            }
        measure = next(each for each in MEASURES if each.name == tree.get("measure", "count"))
        field = target.field(tree["field"]) if measure.kinds else None
        if field is None and tree.get("op") is None:
            tree = {**tree, **AT_LEAST_ONE}
        words = {"measure": measure.label, "field": field.label if field else "", "records": label}
        label = (_("%(field)s of %(records)s (%(measure)s)") if field else _("%(measure)s of %(records)s")) % words
        operator = _operator(tree["op"], operators_of_measure(measure.name, field.kind if field else None))
        number = field or ConditionField(name="count", label="", kind="number", path="pk")
        value = self._value(tree.get("value"), operator, number)
        return Chip(pointer=pointer, label=label, operator=str(operator.label), value=value)

    # ── names and values ──

    def _path(self, name: str, schema: Schema) -> tuple[list[ConditionField], ConditionField]:
        hops, _end, field = Resolver(self.viewer, self.calendar).field(name, schema, "")
        return [*(hop.field for hop in hops), field], field

    def _related(self, tree: Any, schema: Schema) -> tuple[list[Any], Schema]:
        hops, _end, related = Resolver(self.viewer, self.calendar).related(tree["related"], schema, "")
        return [*(hop.field for hop in hops), related], related.schema()

    def _value(self, value: Any, operator: Operator, field: ConditionField) -> str:
        if operator.arity == "none":
            return ""
        if operator.input == "period":
            return str(periods.label(value))
        if operator.input == "circle":
            return _circle(values.read_circle(value, ""))
        if operator.input == "days":
            return ngettext("%(count)s day ago", "%(count)s days ago", int(value)) % {"count": int(value)}
        if operator.arity == "two":
            ends = {"low": self._word(value[0], field), "high": self._word(value[1], field)}
            return _("%(low)s and %(high)s") % ends
        if operator.arity == "many":
            return locales.listed((self._word(each, field) for each in value), _language())
        return self._word(value, field)

    def _word(self, value: Any, field: ConditionField) -> str:
        match field.kind:
            case "relation":
                return str(self._titles.get(field.target, {}).get(int(value)) or _("record %(id)s") % {"id": value})
            case "choice" | "tags" if options := field.options():
                return next((str(label) for known, label in options if str(known) == str(value)), str(value))
            case "number":
                return locales.number(values.read_number(value, ""), _language())
            case "money":
                return values.read_money(value, "").format(_language())
            case "date" | "moment":
                return self._day(value, field.kind)
        return " ".join(str(value).split())

    def _day(self, value: str, kind: str) -> str:
        if not value[:1].isdigit():
            return str(periods.label(value))
        span = self.calendar.read_span(kind)(value, "")
        if not span.closed:
            return locales.day(date.fromisoformat(value), _language())
        here = span.start.astimezone(self.calendar.zone)
        clock = locales.clock(here.time().replace(second=0, microsecond=0), _language())
        return f"{locales.day(here.date(), _language())} {clock}"


def _circle(circle: Circle) -> str:
    words = {"km": locales.number(Decimal(repr(circle.km)), _language()), "place": str(circle.centre)}
    return _("%(km)s km of %(place)s") % words


def _members(tree: Any) -> list[Any]:
    """The conditions directly inside a group."""
    if "related" in tree or "field" in tree or not tree:
        return []
    ((_key_of_group, content),) = tree.items()
    return content if isinstance(content, list) else [content]


def _operator(name: str, operators: list[Operator]) -> Operator:
    return next(each for each in operators if each.name == name)


def _joined(path: list[Any]) -> str:
    return " › ".join(str(each.label) for each in path)


def _language() -> str:
    """The one that is spoken now: chips are words of the page they stand on."""
    return (get_language() or "en")[:2]
