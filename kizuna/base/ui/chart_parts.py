"""What the templates of a chart of a list need: its knobs, that come with the page, and its figures, after it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kizuna.base.resources.grouping import COUNT, OTHERS, Measure
from kizuna.base.ui.charts import SIDE, Word, height, line, ticks_upto
from kizuna.base.ui.list_charts import (
    LINE,
    LOOKS,
    NOT_SPLIT,
    SHARES,
    SPAN_WORDS,
    WAY_WORDS,
    ListChart,
    Part,
)

TONES = 5
MOST_MARKS = 8
WIDEST, NARROWEST = 48, 2
"""Of columns, in thousandths of the picture."""

Values = list[tuple[Part, Decimal | int | None]]


# ── the knobs ──


def knobs(chart: ListChart) -> dict[str, Any]:
    """What `ui/parts/list_chart.html` needs."""
    listing = chart.listing
    time = [
        {"label": label, "url": listing.url(span=span), "current": span == chart.span}
        for span, label in SPAN_WORDS.items()
    ]
    return {
        "figures_url": listing.url("/chart/figures"),
        "token": uuid4().hex[:8],
        "spans": time if chart.by.is_time else [],
        "split": _splits(chart),
        "measure": _measures(chart),
        "looks": [
            {
                "label": LOOKS[look][0],
                "icon": LOOKS[look][1],
                "url": listing.url(look=look),
                "current": look == chart.look,
            }
            for look in chart.looks
        ],
        "csv_url": listing.url("/chart/table.csv") if listing.may("export") else "",
    }


def _splits(chart: ListChart) -> dict[str, Any] | None:
    if not chart.splittable:
        return None
    chosen = chart.split.field if chart.split else None
    choices = [{"label": _("Not divided"), "url": chart.listing.url(split=NOT_SPLIT), "current": chosen is None}]
    choices += [
        {"label": field.label, "url": chart.listing.url(split=field.name), "current": field is chosen}
        for field in chart.splittable
    ]
    return {"label": chosen.label if chosen else _("Not divided"), "choices": choices}


def _measures(chart: ListChart) -> dict[str, Any]:
    offered = [Measure()] + [Measure(way, field) for field in chart.measures for way in WAY_WORDS]
    return {
        "label": measure_label(chart.measure),
        "choices": [
            {
                "label": measure_label(one),
                "url": chart.listing.url(
                    measure=chart.measure_name(one),
                    split=None if one.is_money else chart.listing.value("split") or None,
                ),
                "current": (one.way, one.field) == (chart.measure.way, chart.measure.field),
            }
            for one in offered
        ],
    }


def measure_label(measure: Measure) -> str:
    if measure.field is None:
        return pgettext("measure", "Number of records")
    words = {"way": WAY_WORDS[measure.way], "field": str(measure.field.label)}
    return pgettext("measure", "%(way)s: %(field)s") % words


# ── the figures ──


def figures(chart: ListChart) -> dict[str, Any]:
    """What `ui/parts/list_chart_figures.html` needs. One statement, and one for the names of groups."""
    groups, parts = chart.groups, chart.parts
    if not chart.gathered.cells:
        return {"is_empty": True}
    is_apart = chart.measure.by_currency
    blocks = (
        [_block(chart, groups, [part], part.label) for part in parts]
        if is_apart
        else [_block(chart, groups, parts, "")]
    )
    return {
        "is_empty": False,
        "label": _("%(measure)s by %(field)s")
        % {"measure": measure_label(chart.measure), "field": str(chart.by.field.label).lower()},
        "blocks": blocks,
        "legend": [] if is_apart or chart.split is None else _legend(chart, parts),
        "table": _table(chart, groups, parts),
        "notes": _notes(chart),
    }


def _legend(chart: ListChart, parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [{"label": part.label, "tone": tone(part, place)} for place, part in enumerate(parts)]


def tone(part: Part, place: int) -> str:
    """The colour of a part: one of five; the others, and those without a value, are grey."""
    if part.key == OTHERS:
        return "rest"
    return "none" if part.key is None else str(place % TONES + 1)


def _block(chart: ListChart, groups: Sequence[Part], parts: Sequence[Part], title: str) -> dict[str, Any]:
    """One picture with a scale of its own."""
    values = [[(part, chart.value(chart.figure(group.key, part.key))) for part in parts] for group in groups]
    wholes = [_whole(chart, group, parts) for group in groups]
    is_below = any(one < 0 for line_ in values for _part, one in line_ if one is not None)
    most: Decimal = max((abs(Decimal(one)) for one in wholes if one is not None), default=Decimal(0)) or Decimal(1)
    if chart.by.is_time and chart.look != SHARES and not is_below:
        return {"title": title, "columns": _columns(chart, groups, values, wholes)}
    bars = [
        _bar(chart, group, line_, whole, Decimal(most), parts)
        for group, line_, whole in zip(groups, values, wholes, strict=True)
    ]
    return {"title": title, "bars": bars}


def _whole(chart: ListChart, group: Part, parts: Sequence[Part]) -> Any:
    """What a group comes to: of averages and ends not the sum of its parts."""
    if chart.measure.by_currency:
        return chart.value(chart.figure(group.key, parts[0].key))
    return chart.value(chart.figure(group.key, is_whole=True))


def _bar(
    chart: ListChart, group: Part, values: Values, whole: Any, most: Decimal, parts: Sequence[Part]
) -> dict[str, Any]:
    number = Decimal(whole or 0)
    is_share = chart.look == SHARES
    entire = Decimal(chart.value(chart.gathered.whole) or 0) if not chart.measure.by_currency else Decimal(0)
    return {
        "label": group.label,
        "value": chart.shown(whole, parts[0]),
        "share": chart.reader.percent(int(number * 100 / entire)) if is_share and entire else "",
        "url": chart.records_url(group) if whole is not None else "",
        "pieces": _pieces(chart, group, values, number, abs(number) if is_share and chart.split else most),
        "is_below": number < 0,
    }


def _pieces(chart: ListChart, group: Part, values: Values, whole: Decimal, most: Decimal) -> list[dict[str, Any]]:
    """The parts of a bar one after the other; where parts do not add up (averages), the bar in one piece."""
    if chart.split is None or chart.measure.way not in (COUNT, "sum"):
        length = max(int(abs(whole) * SIDE / most), 4) if whole and most else 0
        return [{"x": 0, "width": length, "tone": "1", "url": chart.records_url(group), "title": ""}]
    found, at = [], Decimal(0)
    for place, (part, value) in enumerate(values):
        wide = abs(Decimal(value or 0)) * SIDE / most if most else Decimal(0)
        if wide:
            title = f"{group.label}, {part.label}: {chart.shown(value, part)}"
            url = chart.records_url(group, part)
            found.append(
                {"x": int(at), "width": max(int(wide), 2), "tone": tone(part, place), "url": url, "title": title}
            )
        at += wide
    return found


def _columns(chart: ListChart, groups: Sequence[Part], values: list[Values], wholes: list[Any]) -> dict[str, Any]:
    """Groups beside each other from left to right, as columns or as lines."""
    is_stacked = chart.look != LINE and chart.split is not None and chart.measure.way in (COUNT, "sum")
    drawn: list[Any] = [[(None, whole)] for whole in wholes] if not is_stacked and chart.look != LINE else values
    tops = [Decimal(whole or 0) for whole in wholes]
    if chart.look == LINE:
        tops = [Decimal(value or 0) for line_ in values for _part, value in line_]
    ticks = ticks_upto(max(tops, default=Decimal(0)))
    if chart.measure.way == COUNT:
        ticks = [one for one in ticks if one == one.to_integral_value()]
    most, step = ticks[-1], Decimal(SIDE) / len(groups)
    shown: dict[str, Any] = {
        "label": chart.by.field.label,
        "ticks": [Word(_short(chart, one), height(one, most)) for one in ticks],
        "marks": _marks(chart, groups, step),
        "places": [
            {
                "x": int(step * number), "width": int(step), "url": chart.records_url(group),
                "title": f"{group.label}: {chart.shown(whole, Part(None, _currency(chart)))}",
            }
            for number, (group, whole) in enumerate(zip(groups, wholes, strict=True))
        ],
    }  # fmt: skip
    if chart.look == LINE:
        return shown | {"lines": _lines(values, step, most)}
    wide = max(min(int(step * 7 / 10), WIDEST), NARROWEST)
    rects = []
    for number, line_ in enumerate(drawn):
        rects += _column(line_, int(step * number + (step - wide) / 2), wide, most)
    return shown | {"rects": rects}


def _currency(chart: ListChart) -> str:
    return str(chart.parts[0].label) if chart.measure.by_currency else chart.measure.currency


def _column(values: Sequence[tuple[Any, Any]], x: int, wide: int, most: Decimal) -> list[dict[str, Any]]:
    found, under = [], Decimal(0)
    for place, (part, value) in enumerate(values):
        number = Decimal(value or 0)
        top, bottom = height(under + number, most), height(under, most)
        if number:
            colour = "1" if part is None else tone(part, place)
            found.append({"x": x, "y": top, "width": wide, "height": max(bottom - top, 4), "tone": colour})
        under += number
    return found


def _lines(values: list[Values], step: Decimal, most: Decimal) -> list[dict[str, str]]:
    count = max((len(line_) for line_ in values), default=0)
    found = []
    for place in range(count):
        points = [
            ((step * number + step / 2) / SIDE, Decimal(line_[place][1] or 0)) for number, line_ in enumerate(values)
        ]
        found.append({"path": line(points, most), "tone": tone(values[0][place][0], place) if count > 1 else "1"})
    return found


def _marks(chart: ListChart, groups: Sequence[Part], step: Decimal) -> list[Word]:
    """Words beneath, as many as have room."""
    every = -(-len(groups) // MOST_MARKS)
    return [
        Word(chart.mark(group), x=int(step * number + step / 2), anchor="middle")
        for number, group in enumerate(groups)
        if number % every == 0
    ]


def _short(chart: ListChart, value: Decimal) -> str:
    if value >= 10_000 and not value % 1000:
        return f"{chart.reader.number(int(value / 1000))}k"
    return chart.reader.number(value.normalize() if value != value.to_integral_value() else int(value))


def _table(chart: ListChart, groups: Sequence[Part], parts: Sequence[Part]) -> dict[str, Any]:
    """The same as words; every figure leads to its records."""
    is_divided = chart.split is not None or chart.measure.by_currency
    heads = [str(chart.by.field.label), *(part.label for part in parts if is_divided)]
    heads += [measure_label(chart.measure)] if not chart.measure.by_currency else []
    rows = []
    for group in groups:
        cells: list[dict[str, Any]] = [{"text": group.label}]
        if is_divided:
            cells += [_cell(chart, chart.figure(group.key, part.key), part, group, part) for part in parts]
        if not chart.measure.by_currency:
            cells.append(_cell(chart, chart.figure(group.key, is_whole=True), None, group))
        rows.append(cells)
    return {"heads": heads, "rows": rows, "foot": _foot(chart, parts)}


def _cell(chart: ListChart, figure: Any, currency: Part | None, *where: Part) -> dict[str, Any]:
    leads = [one for one in where if one.leaves]
    return {
        "text": chart.shown(chart.value(figure), currency),
        "url": chart.records_url(*leads) if figure.count else "",
    }


def _foot(chart: ListChart, parts: Sequence[Part]) -> list[str]:
    """What all rows come to; none where a record is counted in several of them."""
    if chart.by.is_several:
        return []
    if not chart.measure.by_currency:
        blanks = [""] * (len(parts) if chart.split else 0)
        return [_("All"), *blanks, chart.shown(chart.value(chart.gathered.whole))]
    sums = []
    for part in parts:
        cells = (figure for (_key, one), figure in chart.gathered.cells.items() if one == part.key)
        sums.append(chart.shown(chart.value(sum(cells, type(chart.gathered.whole)())), part))
    return [_("All"), *sums]


def _notes(chart: ListChart) -> list[str]:
    found = []
    if chart.by.is_several:
        found.append(_("A record with several of these is counted in each."))
    if chart.has_gaps:
        found.append(_("Days, weeks or months in which there is nothing are left out."))
    if chart.measure.is_money and chart.measure.rates:
        found.append(_("In %(currency)s, at today’s rates.") % {"currency": chart.measure.currency})
    left_out = chart.gathered.whole.left_out
    if chart.measure.is_money and left_out:
        words = ngettext(
            "%(count)s amount is left out: there is no exchange rate for its currency.",
            "%(count)s amounts are left out: there is no exchange rate for their currency.",
            left_out,
        )
        found.append(words % {"count": chart.reader.number(left_out)})
    if chart.measure.by_currency:
        found.append(_("There are no exchange rates, so each currency stands by itself."))
    return found


def rows_of(chart: ListChart) -> list[list[str]]:
    """The table as lines of a file."""
    table = _table(chart, chart.groups, chart.parts)
    lines = [[str(head) for head in table["heads"]]]
    return lines + [[str(cell["text"]) for cell in row] for row in table["rows"]]
