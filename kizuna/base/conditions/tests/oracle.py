"""What a tree means, worked out row by row in Python: the truth that queries are held against.

Written without a look at the compiler: it reads raw trees, knows no SQL, and compares days on the viewer's calendar
where the compiler compares moments.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kizuna.base.conditions.tests.models import Company, Mark, Person, Task
from kizuna.base.conditions.tests.world import PEOPLE, SCHEMAS
from kizuna.base.types import periods, text


class World:
    """Every row of the small world, in memory."""

    def __init__(self, viewer: Any, now: datetime) -> None:
        self.viewer = viewer
        self.now = now
        self.today = now.astimezone(viewer.zone).date()
        self.companies = {row.pk: row for row in Company.objects.all()}
        self.people = list(Person.objects.all())
        self.clubs: dict[int, list[Company]] = {row.pk: [] for row in self.people}
        for person, club in Person.clubs.through.objects.values_list("person_id", "company_id"):
            self.clubs[person].append(self.companies[club])
        self.tasks = list(Task.objects.all())
        self.marks = list(Mark.objects.all())

    def matching(self, tree: Any) -> set[int]:
        return {row.pk for row in self.people if self.holds(tree, row, "person")}

    def sees(self, row: Any) -> bool:
        return row is not None and (self.viewer.name == "Insider" or not getattr(row, "is_secret", False))

    # ── trees ──

    def holds(self, tree: Any, row: Any, kind: str) -> bool:
        if not tree:
            return True
        if "all" in tree:
            return all(self.holds(part, row, kind) for part in tree["all"])
        if "any" in tree:
            return any(self.holds(part, row, kind) for part in tree["any"])
        if "not" in tree:
            return not self.holds(tree["not"], row, kind)
        if "related" in tree:
            return self._aggregate(tree, row, kind)
        return self._leaf(tree, row, kind)

    def _leaf(self, tree: Any, row: Any, kind: str) -> bool:
        names = tree["field"].split(".")
        for name in names[:-1]:
            row = row and self.companies.get(getattr(row, f"{name}_id"))
            row = row if self.sees(row) else None
            kind = "company"
        if row is None:
            return _of_values([], tree, self, SCHEMAS[kind].field(names[-1]))
        return _of_values(self._values(row, names[-1]), tree, self, SCHEMAS[kind].field(names[-1]))

    def _values(self, row: Any, name: str) -> list[Any]:
        """The values of a field: none when it is empty, several for those that have many."""
        if name == "alias":
            return [text.fold(row.name)]
        if name in ("tags", "emails"):
            return [mark.key for mark in self.marks if mark.person_id == row.pk and mark.kind == name[:-1]]
        if name == "clubs":
            return [club.pk for club in self.clubs[row.pk] if self.sees(club)]
        if name == "club_name":
            return [club.name for club in self.clubs[row.pk]]
        if name in ("company", "parent"):
            company = self.companies.get(getattr(row, f"{name}_id"))
            return [company.pk] if self.sees(company) else []
        if name in ("owner", "team", "person"):
            value = getattr(row, f"{name}_id")
        elif name in ("shoe_size", "colour"):
            value = row.extra.get(name)
        elif name in ("balance", "fee"):
            amount = getattr(row, name)
            value = None if amount is None else (amount, getattr(row, f"{name}_currency"))
        else:
            value = getattr(row, name)
        return [] if value is None or value == "" else [value]

    # ── related records ──

    def _aggregate(self, tree: Any, row: Any, kind: str) -> bool:
        name = tree["related"]
        if "." in name:
            row = self.companies.get(row.company_id)
            if not self.sees(row):
                row = None
            name = name.split(".")[1]
        rows, other = self._related(name, row)
        rows = [each for each in rows if self.sees(each) and self.holds(tree.get("where", {}), each, other)]
        measure = tree.get("measure", "count")
        if measure == "count":
            op, value = (tree["op"], tree["value"]) if "op" in tree else ("gte", 1)
            return _amount(op, Decimal(len(rows)), value)
        field = SCHEMAS[other].field(tree["field"])
        found = [value for each in rows for value in self._values(each, tree["field"])]
        if field.kind == "money":
            found = [(amount, currency) for amount, currency in found if self._currency(tree) in (None, currency)]
        measured = _measured(measure, found, field.kind)
        if field.kind == "money" and measure in ("sum", "average") and measured is not None and "value" in tree:
            measured = (measured[0] if isinstance(measured, tuple) else measured, self._currency(tree))
        return _of_values([] if measured is None else [measured], tree, self, field)

    def _currency(self, tree: Any) -> Any:
        value = tree.get("value")
        return (value[0] if isinstance(value, list) else value)["currency"] if value else None

    def _related(self, name: str, row: Any) -> tuple[list[Any], str]:
        if row is None:
            return [], "person"
        if name == "tasks":
            return [task for task in self.tasks if task.person_id == row.pk], "task"
        if name == "members":
            return [person for person in self.people if row in self.clubs[person.pk]], "person"
        return [person for person in self.people if person.company_id == row.pk], "person"


def _measured(measure: str, found: list[Any], kind: str) -> Any:
    if kind == "money" and measure in ("sum", "average"):
        amounts = [amount for amount, _currency in found]
        return _measured(measure, amounts, "number")
    if measure == "sum":
        return sum(found, Decimal(0) if not found or not isinstance(found[0], float) else 0.0)
    if not found:
        return None
    if measure == "average":
        return sum(found) / len(found) if isinstance(found[0], float) else sum(map(Decimal, found)) / len(found)
    return max(found) if measure in ("max", "latest") else min(found)


NEGATIONS = {
    "is_not": "is", "none_of": "any_of", "not_contains": "contains", "ne": "eq", "not_in_period": "in_period",
    "has_none": "has_any", "is_empty": "is_not_empty", "is_false": "is_true",
}  # fmt: skip


def _of_values(found: list[Any], tree: Any, world: World, field: Any) -> bool:
    op, value = tree["op"], tree.get("value")
    if op in NEGATIONS:
        return not _of_values(found, {**tree, "op": NEGATIONS[op]}, world, field)
    if op == "is_not_empty":
        return bool(found)
    if op == "has_any":
        return bool({text.fold(word) for word in value} & set(found))
    if op == "has_all":
        return {text.fold(word) for word in value} <= set(found)
    one: Callable[[Any], bool] = {
        "text": lambda own: _text(op, own, value, field),
        "points": lambda own: _text(op, own, value, field),
        "number": lambda own: _amount(op, own, value),
        "money": lambda own: _money(op, own, value),
        "date": lambda own: _day(op, own, value, world),
        "moment": lambda own: _moment(op, own, value, world),
        "choice": lambda own: own == value if op == "is" else own in value,
        "relation": lambda own: _record(op, own, value, world),
        "boolean": lambda own: own is True,
    }[field.kind]
    return any(one(own) for own in found)


def _text(op: str, own: str, value: Any, field: Any) -> bool:
    same = text.fold if field.fold_path or field.lookup else str.lower
    own = same(own)
    if op == "any_of":
        return own in [same(each) for each in value]
    value = same(value)
    return {
        "is": own == value, "contains": value in own, "starts_with": own.startswith(value),
        "ends_with": own.endswith(value),
    }[op]  # fmt: skip


def _amount(op: str, own: Any, value: Any) -> bool:
    if op == "between":
        low, high = (float(each) if isinstance(own, float) else Decimal(str(each)) for each in value)
        return low <= own <= high
    value = float(value) if isinstance(own, float) else Decimal(str(value))
    return {
        "eq": own == value, "ne": own != value, "lt": own < value, "lte": own <= value, "gt": own > value,
        "gte": own >= value,
    }[op]  # fmt: skip


def _money(op: str, own: tuple[Decimal, str], value: Any) -> bool:
    wanted = value if isinstance(value, list) else [value]
    if own[1] != wanted[0]["currency"]:
        return False
    amounts = [each["amount"] for each in wanted]
    return _amount(op, own[0], amounts if op == "between" else amounts[0])


def _record(op: str, own: int, value: Any, world: World) -> bool:
    if op == "is_me":
        return own == world.viewer.pk
    return own in [int(each) for each in (value if op == "any_of" else [value])]


def _day(op: str, own: date, value: Any, world: World) -> bool:
    if op == "anniversary_in_period":
        first, after = periods.resolve(value, world.viewer.zone, world.now)
        days = [first + timedelta(days=offset) for offset in range((after - first).days)]
        return any(_observed(own, day.year) == day for day in days)
    if op in ("more_than_days_ago", "less_than_days_ago"):
        ago = (world.today - own).days
        return ago > value if op == "more_than_days_ago" else 0 <= ago < value
    low, high = _ends(value[0], world)[0] if op == "between" else _ends(value, world)[0], None
    high = _ends(value[1] if op == "between" else value, world)[1]
    return {
        "in_period": low <= own <= high, "on": low <= own <= high, "between": low <= own <= high,
        "before": own < low, "on_or_before": own <= high, "after": own > high, "on_or_after": own >= low,
    }[op]  # fmt: skip


def _observed(born: date, year: int) -> date:
    """The day on which an anniversary falls in a year."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _ends(value: str, world: World) -> tuple[date, date]:
    """First and last day of a day or period."""
    if value[:1].isdigit():
        return date.fromisoformat(value), date.fromisoformat(value)
    first, after = periods.resolve(value, world.viewer.zone, world.now)
    return first, after - timedelta(days=1)


def _moment(op: str, own: datetime, value: Any, world: World) -> bool:
    if isinstance(value, str) and "T" in value:
        moment = datetime.fromisoformat(value).astimezone(UTC)
        return {
            "before": own < moment, "on_or_before": own <= moment, "after": own > moment, "on_or_after": own >= moment,
        }[op]  # fmt: skip
    return _day(op, own.astimezone(world.viewer.zone).date(), value, world)


__all__ = ["PEOPLE", "World"]
