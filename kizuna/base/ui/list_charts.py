"""A list as a chart: its rows gathered by a field, counted or measured; every figure opens the list of its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kizuna.base import conditions
from kizuna.base.resources import exchange
from kizuna.base.resources.fields import Choice, Choices, Field, Flag, Relation
from kizuna.base.resources.grouping import (
    AVERAGE,
    COUNT,
    DAY,
    GREATEST,
    LEAST,
    MONTH,
    MOST_GROUPS,
    MOST_TIMES,
    OTHERS,
    QUARTER,
    SPANS,
    SUM,
    WAYS,
    WEEK,
    YEAR,
    Figure,
    Gathered,
    Grouping,
    Measure,
    divides,
    gather,
    measurable,
    without_gone,
)
from kizuna.base.resources.resource import Resource
from kizuna.base.types import locales, text
from kizuna.base.types.money import Money
from kizuna.base.ui.listing import CHART, LIST, SHAPE, Listing

BARS, LINE, SHARES = "bars", "line", "shares"
LOOKS = {
    BARS: (gettext_lazy("Bars"), "chart-bar"),
    LINE: (gettext_lazy("Line"), "chart-line"),
    SHARES: (gettext_lazy("Shares"), "chart-pie"),
}
SPAN_WORDS = {
    DAY: gettext_lazy("Day"),
    WEEK: gettext_lazy("Week"),
    MONTH: gettext_lazy("Month"),
    QUARTER: gettext_lazy("Quarter"),
    YEAR: gettext_lazy("Year"),
}
WAY_WORDS = {
    SUM: pgettext_lazy("measure", "Sum"),
    AVERAGE: pgettext_lazy("measure", "Average"),
    LEAST: pgettext_lazy("measure", "Least"),
    GREATEST: pgettext_lazy("measure", "Greatest"),
}
ANSWERS = {0: gettext_lazy("No"), 1: gettext_lazy("Yes")}
NOT_SPLIT = "-"


@dataclass(frozen=True)
class Part:
    """A group, or a part of each group: its key, what it is called, and the conditions that its rows meet."""

    key: Any
    label: str
    leaves: Sequence[dict[str, Any]] = ()


def fields_for(resource: Resource, actor: Any) -> list[Field]:
    """The fields by which a person can gather records of a kind; the one that the resource prefers first."""
    found = [field for field in resource.readable_fields(actor).values() if divides(field)]
    kinds = (Choice, Relation, Flag)
    return sorted(
        found,
        key=lambda field: (
            field.name != resource.board_by,
            next((place for place, kind in enumerate(kinds) if isinstance(field, kind)), len(kinds)),
        ),
    )


def measured_for(resource: Resource, actor: Any) -> list[Field]:
    return [field for field in resource.readable_fields(actor).values() if measurable(field)]


class ListChart:
    """The chart that a listing asks for. `field` is None when it asks for one that is gone, hidden or no group."""

    def __init__(self, listing: Listing) -> None:
        self.listing, self.reader = listing, listing.reader
        self.offered = fields_for(listing.resource, listing.actor)
        self.measures = measured_for(listing.resource, listing.actor)
        self.asked = listing.value("by")
        usual = self.offered[0] if self.offered else None
        found = next((field for field in self.offered if field.name == self.asked), None)
        self.field: Field | None = found if self.asked else usual

    # ── what was asked ──

    @property
    def is_known(self) -> bool:
        """Whether there is what the chart asks for, and this person may see it."""
        asked = self.listing.value("measure").partition(":")[2]
        return self.field is not None and (not asked or any(one.name == asked for one in self.measures))

    @cached_property
    def by(self) -> Grouping:
        assert self.field is not None
        return Grouping(self.field, self.span)

    @property
    def span(self) -> str:
        span = self.listing.value("span")
        return span if span in SPANS else MONTH

    @property
    def splittable(self) -> list[Field]:
        """What can divide each group once more; amounts in several currencies are divided by these already."""
        if self.measure.by_currency:
            return []
        return [
            field for field in self.offered if field is not self.field and isinstance(field, Choice | Relation | Flag)
        ]

    @cached_property
    def split(self) -> Grouping | None:
        name = self.listing.value("split")
        found = next((field for field in self.splittable if field.name == name), None)
        return Grouping(found) if found else None

    @cached_property
    def measure(self) -> Measure:
        way, _colon, name = self.listing.value("measure").partition(":")
        field = next((field for field in self.measures if field.name == name), None)
        if way not in WAYS or field is None:
            return Measure()
        found = Measure(way, field)
        if not found.is_money:
            return found
        currency, rates = exchange.worth_for(self.reader)
        return Measure(way, field, currency, rates)

    @property
    def look(self) -> str:
        look = self.listing.value("look")
        return look if look in self.looks else BARS

    @property
    def looks(self) -> list[str]:
        can = {BARS: True, LINE: self.by.is_time, SHARES: self.measure.way in (COUNT, SUM) and not self.by.is_several}
        return [look for look in LOOKS if can[look]]

    def settings(self) -> dict[str, str]:
        """What a view of this chart keeps."""
        if self.field is None:
            return {}
        kept = {"by": self.field.name, "look": self.look, "measure": self.measure_name(self.measure)}
        kept |= {"span": self.span} if self.by.is_time else {}
        return kept | ({"split": self.split.field.name} if self.split else {})

    @staticmethod
    def measure_name(measure: Measure) -> str:
        return f"{measure.way}:{measure.field.name}" if measure.field else COUNT

    # ── figures ──

    @cached_property
    def gathered(self) -> Gathered:
        """All groups: one statement. Raises InvalidCondition, or TooLong."""
        found = gather(self.listing.rows, self.listing.actor, self.reader.zone, self.by, self.split, self.measure)
        field = self.by.field
        return without_gone(found, [value for value, _label in _choices(field)]) if isinstance(field, Choice) else found

    def figure(self, key: Any, part: Any = None, *, is_whole: bool = False) -> Figure:
        return self.gathered.of(key) if is_whole else self.gathered.cells.get((key, part), Figure())

    @cached_property
    def groups(self) -> list[Part]:
        """In the order in which they are shown, empty ones among them where the field says which there are."""
        keys = self._with_empty([key for key in self.gathered.keys if key not in (None, OTHERS)])
        words = self._words(self.by, keys, self.gathered)
        found = [Part(key, words(key), [self.by.leaf(key)]) for key in keys]
        if OTHERS in self.gathered.keys:
            others = Part(OTHERS, self._others, self.by.leaves_of_others(self._told))
            found = [others, *found] if self.by.is_time else [*found, others]
        if None in self.gathered.keys:
            found.append(Part(None, self.by.field.nothing, [self.by.leaf(None)]))
        return found

    @property
    def _told(self) -> list[Any]:
        return [key for key in self.gathered.keys if key != OTHERS]

    @property
    def _others(self) -> str:
        if self.by.is_time:
            return _("Earlier")
        return _("Others (%(count)s)") % {"count": self.reader.number(max(self.gathered.others, 1))}

    @cached_property
    def parts(self) -> list[Part]:
        """What each group is divided into; one part with no name where it is not divided."""
        keys = [part for part in self.gathered.parts if part not in (None, OTHERS)]
        if self.split is None:
            told = [Part(key, str(key)) for key in self.gathered.parts if key]
            return told or [Part(key, "") for key in self.gathered.parts]
        words = self._words(self.split, keys, self.gathered)
        found = [Part(key, words(key), [self.split.leaf(key)]) for key in keys]
        if OTHERS in self.gathered.parts:
            found.append(Part(OTHERS, _("Others"), self.split.leaves_of_others(keys)))
        if None in self.gathered.parts:
            found.append(Part(None, self.split.field.nothing, [self.split.leaf(None)]))
        return found

    def _with_empty(self, keys: list[Any]) -> list[Any]:
        field = self.by.field
        if isinstance(field, Flag):
            return [1, 0]
        if isinstance(field, Choice):
            known = [value for value, _label in _choices(field)]
            return known if len(known) <= MOST_GROUPS else keys
        return self._every_time(keys) if self.by.is_time and keys else keys

    def _every_time(self, keys: list[Any]) -> list[Any]:
        """With the weeks or months between them in which there is nothing, if they are not too many."""
        found = [keys[0]]
        while found[-1] < keys[-1]:
            found.append(self.by.after(found[-1]))
            if len(found) > MOST_TIMES:
                return keys
        return found

    @cached_property
    def has_gaps(self) -> bool:
        """Whether days or months without records are left out."""
        keys = [one.key for one in self.groups if one.key not in (None, OTHERS)]
        return self.by.is_time and any(self.by.after(one) != other for one, other in pairwise(keys))

    def _words(self, grouping: Grouping, keys: Sequence[Any], found: Gathered) -> Any:
        """A function that says what a group is called; a query or two for all of them."""
        field = grouping.field
        if isinstance(field, Flag):
            return lambda key: str(ANSWERS[key])
        if grouping.is_time:
            return lambda key: self._time(grouping.span, key)
        if isinstance(field, Relation):
            titles = self._titles(field, list(keys))
            return lambda key: titles.get(key) or f"#{key}"
        if isinstance(field, Choices) or not grouping.is_several:
            return lambda key: field.to_text([key] if grouping.is_several else key, self.reader)
        typed = self._typed(field, [found.of(key).first for key in keys])
        return lambda key: typed.get(key, key)

    def _titles(self, field: Relation, keys: list[int]) -> dict[int, str]:
        """What records are called; where several of one name belong to others (stages to pipelines), with these."""
        titles = dict(field.titles(self.listing.actor, keys)) if keys else {}
        lanes = field.target.as_lanes
        within = lanes and field.target.readable_fields(self.listing.actor).get(lanes.within)
        if not isinstance(within, Relation) or len({*titles.values()}) == len(titles):
            return titles
        rows = dict(field.target.visible_to(self.listing.actor).filter(pk__in=keys).values_list("pk", within.id_path))
        names = within.titles(self.listing.actor, [*{*rows.values()}])
        return {
            key: f"{title} · {names[rows[key]]}" if rows.get(key) in names else title for key, title in titles.items()
        }

    def _typed(self, field: Field, ids: Sequence[int]) -> dict[str, str]:
        """Tags as somebody typed them, by the key under which they are found: those of one record of each group."""
        rows = self.listing.rows.filter(pk__in=ids).order_by("-pk").values_list(*field.paths)
        return {text.fold(word): word for row in rows for word in field.value(row) or ()}

    def _time(self, span: str, day: Any) -> str:
        language = self.reader.language
        if span == DAY:
            return self.reader.day(day)
        if span == WEEK:
            return _("Week of %(day)s") % {"day": self.reader.day(day)}
        if span == MONTH:
            return locales.month(day, language)
        if span == QUARTER:
            return locales.quarter(day, language)
        return str(day.year)

    def mark(self, group: Part) -> str:
        """What stands beneath a place in the picture: shorter than in the table."""
        if group.key in (None, OTHERS) or self.span not in (WEEK, MONTH):
            return group.label
        if self.span == WEEK:
            return locales.day(group.key, self.reader.language, with_year=False)
        short = locales.month_name(group.key, self.reader.language, is_short=True)
        return f"{short} {group.key.year}" if group.key.month == 1 else short

    # ── values ──

    def value(self, figure: Figure) -> Decimal | int | None:
        return figure.value(self.measure.way)

    def shown(self, value: Any, part: Part | None = None) -> str:
        """A value in the reader's words."""
        if value is None:
            return "–"
        if self.measure.is_money:
            currency = self.measure.currency or (part.label if part else "")
            return Money.rounded(Decimal(value), currency).format(self.reader.language) if currency else ""
        if isinstance(value, Decimal):
            value = round(value, 2)
            value = int(value) if value == value.to_integral_value() else value.normalize()
        return self.reader.number(value)

    # ── addresses ──

    def records_url(self, *parts: Part) -> str:
        """The list of exactly the records that a figure tells of."""
        tree = conditions.combine(self.listing.tree, *(leaf for part in parts for leaf in part.leaves))
        nothing: dict[str, str | None] = dict.fromkeys(SHAPE)
        return self.listing.url("", **{**nothing, "mode": LIST, "filter": conditions.dump(tree)})


def _choices(field: Any) -> list[tuple[Any, Any]]:
    return [(value, label) for value, label in field.choices if value not in ("", None)]


def of(listing: Listing) -> ListChart | None:
    return ListChart(listing) if listing.mode == CHART else None
