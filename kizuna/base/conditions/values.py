"""Reading the values of a condition: JSON in, Python values out, or an InvalidCondition that says what was wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from kizuna.base.conditions.errors import InvalidCondition, at, quoted
from kizuna.base.conditions.schema import ConditionField
from kizuna.base.types import periods, text
from kizuna.base.types.errors import Malformed
from kizuna.base.types.money import Money
from kizuna.base.types.numbers import whole
from kizuna.base.types.positions import FARTHEST_KM, NEAREST_KM, Circle, Position

MAX_TEXT = 1_000
MAX_LIST = 1_000
MAX_DAYS = 36_500
MAX_ID = 2**63 - 1
EARLIEST = date(1000, 1, 1)
"""Days before this are refused: databases and time zones stop agreeing about them."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,10})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)


@dataclass(frozen=True)
class Span:
    """A stretch of days or moments. `end` is not part of it, unless `closed`; an `end` of None is the end of time."""

    start: Any
    end: Any
    closed: bool = False


def read_text(value: Any, pointer: str) -> str:
    """A text in storage form, not empty."""
    if not isinstance(value, str):
        raise InvalidCondition(pointer, _("This needs a text."))
    if len(value) > MAX_TEXT:
        raise InvalidCondition(pointer, _("This text is too long: at most %(limit)d characters.") % {"limit": MAX_TEXT})
    cleaned = text.clean(value)
    if not cleaned:
        raise InvalidCondition(pointer, _("This needs a text. To find empty values, use “is empty”."))
    return cleaned


def read_list(value: Any, pointer: str, read: Callable[[Any, str], Any]) -> list[Any]:
    """Each of several values, read by `read`; values given twice count once."""
    if not isinstance(value, list):
        raise InvalidCondition(pointer, _("This needs a list of values."))
    if not value:
        raise InvalidCondition(pointer, _("This needs at least one value."))
    if len(value) > MAX_LIST:
        raise InvalidCondition(pointer, _("This list is too long: at most %(limit)d values.") % {"limit": MAX_LIST})
    return list(dict.fromkeys(read(each, at(pointer, index)) for index, each in enumerate(value)))


def read_pair(value: Any, pointer: str, read: Callable[[Any, str], Any]) -> tuple[Any, Any]:
    """The two ends of a range, the lower one first."""
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidCondition(pointer, _("This needs a list of two values: from and to."))
    return read(value[0], at(pointer, 0)), read(value[1], at(pointer, 1))


def read_number(value: Any, pointer: str) -> Decimal:
    """A decimal from a JSON number or its text; floats are read by what they print."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return Decimal(value)
    written = format(Decimal(repr(value)), "f") if isinstance(value, float) else value
    if isinstance(written, str) and _NUMBER.fullmatch(written.strip()):
        return Decimal(written.strip())
    raise InvalidCondition(
        pointer, _("This needs a number, such as 12 or 12.5, with at most 18 digits before the point and 10 after it.")
    )


def read_whole(value: Any, pointer: str, lowest: int, highest: int) -> int:
    """A whole number between two ends."""
    if isinstance(value, str):
        value = whole(value)
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        wanted = {"lowest": lowest, "highest": highest}
        raise InvalidCondition(pointer, _("This needs a whole number from %(lowest)d to %(highest)d.") % wanted)
    return value


def read_money(value: Any, pointer: str) -> Money:
    """An amount in a currency."""
    if not isinstance(value, dict) or set(value) != {"amount", "currency"}:
        raise InvalidCondition(pointer, _('This needs an amount of money: {"amount": "12.00", "currency": "EUR"}.'))
    amount, currency = read_number(value["amount"], at(pointer, "amount")), value["currency"]
    if not isinstance(currency, str):
        raise InvalidCondition(at(pointer, "currency"), _("This needs a currency code of three letters, such as EUR."))
    try:
        return Money(amount, currency)
    except Malformed as fault:
        raise InvalidCondition(
            at(pointer, "currency" if fault.code == "currency" else "amount"), fault.message
        ) from None


def read_circle(value: Any, pointer: str) -> Circle:
    """A place on the map and all that is at most so many kilometres away."""
    if not isinstance(value, dict) or set(value) != {"lat", "lon", "km"}:
        raise InvalidCondition(pointer, _('This needs a circle: {"lat": 35.6812, "lon": 139.7671, "km": 5}.'))
    read = {name: read_number(value[name], at(pointer, name)) for name in ("lat", "lon", "km")}
    try:
        centre = Position.of(read["lat"], read["lon"])
    except Malformed as fault:
        raise InvalidCondition(at(pointer, "lat" if fault.code == "latitude" else "lon"), fault.message) from None
    km = float(read["km"])
    if not NEAREST_KM <= km <= FARTHEST_KM:
        wanted = {"lowest": NEAREST_KM, "highest": FARTHEST_KM}
        message = _("A radius is a number of kilometres from %(lowest)s to %(highest)s.")
        raise InvalidCondition(at(pointer, "km"), message % wanted)
    return Circle(centre, km)


def read_id(value: Any, pointer: str) -> int:
    """The id of a record."""
    if isinstance(value, str):
        value = whole(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MAX_ID:
        raise InvalidCondition(pointer, _("This needs the id of a record, a whole number."))
    return value


def read_choice(field: ConditionField) -> Callable[[Any, str], Any]:
    """A reader for the values of one choice field; values that are not offered are refused by name."""
    options = field.options()
    known = None if options is None else {str(value): value for value, _label in options}

    def read(value: Any, pointer: str) -> Any:
        if not isinstance(value, (str, int)) or isinstance(value, bool) or (isinstance(value, str) and not value):
            raise InvalidCondition(pointer, _("This needs one of the choices."))
        if known is None:
            return read_text(str(value) if not isinstance(value, int) or abs(value) < 10**18 else "", pointer)
        found = known.get(value if isinstance(value, str) else str(value)[:20] if abs(value) < 10**18 else "")
        if found is None:
            shown = ", ".join(list(known)[:10]) + (", …" if len(known) > 10 else "")
            words = {"value": quoted(value), "choices": shown}
            raise InvalidCondition(pointer, _("“%(value)s” is not one of the choices: %(choices)s.") % words)
        return found

    return read


@dataclass(frozen=True)
class Calendar:
    """The viewer's calendar: their zone, and what time it is."""

    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, viewer: Any, now: datetime | None) -> Calendar:
        """The calendar of a viewer, now or at another moment."""
        return cls(viewer.zone, now or timezone.now())

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def midnight(self, day: date | None) -> datetime | None:
        """The moment at which a day begins here."""
        return None if day is None else periods.start_of_day(day, self.zone)

    def read_period(self, value: Any, pointer: str) -> tuple[date, date]:
        """The days of a named period: its first, and the first one after it."""
        if not isinstance(value, str):
            raise InvalidCondition(pointer, _("This needs the name of a period, such as last_30_days."))
        if not periods.is_period(value):
            message = _("“%(value)s” is not a period. Periods are today, this_month, last_30_days and the like.")
            raise InvalidCondition(pointer, message % {"value": quoted(value)})
        return periods.resolve(value, self.zone, self.now)

    def read_span(self, kind: str) -> Callable[[Any, str], Span]:
        """A reader of days ("2026-11-21"), periods ("this_month") and, for moments, of moments."""

        def read(value: Any, pointer: str) -> Span:
            if not isinstance(value, str):
                raise InvalidCondition(pointer, _wanted(kind))
            if _DAY.fullmatch(value):
                day = _day_of(value, pointer)
                return self.span(kind, day, day_after(day))
            if kind == "moment" and _MOMENT.fullmatch(value):
                moment = self._moment_of(value, pointer)
                return Span(moment, moment, closed=True)
            if periods.is_period(value):
                return self.span(kind, *periods.resolve(value, self.zone, self.now))
            raise InvalidCondition(pointer, _wanted(kind))

        return read

    def span(self, kind: str, start: date, end: date | None) -> Span:
        """The days from `start` to before `end`, as days or, for moments, from midnight to midnight."""
        return Span(start, end) if kind == "date" else Span(self.midnight(start), self.midnight(end))

    def days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def _moment_of(self, value: str, pointer: str) -> datetime:
        _day_of(value[:10], pointer)
        try:
            moment = datetime.fromisoformat(value)
            here = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
            return here.astimezone(UTC)
        except (ValueError, OverflowError):
            raise InvalidCondition(pointer, _wanted("moment")) from None


def _wanted(kind: str) -> str:
    if kind == "date":
        return _("This needs a day such as 2026-11-21, or a period such as this_month.")
    return _("This needs a day such as 2026-11-21, a moment such as 2026-11-21T09:30Z, or a period such as this_month.")


def _day_of(value: str, pointer: str) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise InvalidCondition(pointer, _("There is no such day as %(day)s.") % {"day": value}) from None
    if day < EARLIEST:
        raise InvalidCondition(pointer, _("This day is too long ago: the earliest is %(day)s.") % {"day": EARLIEST})
    return day


def day_after(day: date) -> date | None:
    """The next day; None after the last one there is."""
    return None if day == date.max else day + timedelta(days=1)


def month_days(start: date, end: date) -> Sequence[tuple[tuple[int, int], tuple[int, int]]]:
    """The spans of (month, day) on which somebody has an anniversary from `start` to before `end`.

    In a common year those of 29 February celebrate on the 28th.
    """
    if (end - start).days > 366:
        return [((1, 1), (12, 31))]
    found: set[tuple[int, int]] = set()
    for offset in range((end - start).days):
        day = start + timedelta(days=offset)
        found.add((day.month, day.day))
        if (day.month, day.day) == (2, 28) and not _is_leap(day.year):
            found.add((2, 29))
    spans: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for first in sorted(found):
        if spans and _next_month_day(spans[-1][1]) == first:
            spans[-1] = (spans[-1][0], first)
        else:
            spans.append((first, first))
    return spans


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _next_month_day(month_day: tuple[int, int]) -> tuple[int, int]:
    following = date(2024, *month_day) + timedelta(days=1)  # any leap year, so that 29 February is a day
    return following.month, following.day


def ordered(low: Any, high: Any, pointer: str) -> None:
    """Raise unless a range runs upwards, in one currency."""
    if isinstance(low, Money) and low.currency != high.currency:
        raise InvalidCondition(pointer, _("Both amounts must be in the same currency."))
    if low > high:
        raise InvalidCondition(pointer, _("The first value must not be greater than the second."))


def needs_a_day(pointer: str) -> InvalidCondition:
    return InvalidCondition(pointer, _("This needs a day such as 2026-11-21, without a time."))
