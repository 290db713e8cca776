"""What people did in a period, and how long they were there. Each figure is a condition, so it opens its records."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.access.models import Scope as Reach
from kizuna.base.assignment.models import Absence
from kizuna.base.conditions import InvalidCondition
from kizuna.base.hours.models import BusinessHours
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.types.money import Money
from kizuna.customers.timeline.models import Interaction
from kizuna.domains.sales.models import Kind
from kizuna.domains.sales.queries.analysis import quantile
from kizuna.domains.sales.queries.projection import median
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.queries.stays import WholeDays
from kizuna.domains.sales.queries.worth import WHOSE, LeftOut, exchange_for

CALLS, MAILS, MEETINGS, TASKS, MOVED, WON, LOST = "calls", "mails", "meetings", "tasks", "moved", "won", "lost"
ANSWERED, IN_TIME = "answered", "in_time"
ENOUGH_DAYS, ENOUGH_DEALS, ENOUGH_LEADS, ENOUGH_PEOPLE = 5, 10, 5, 4
"""With less than these there is no rate, no share and nothing to compare: chance would speak louder than work."""
MOST_PEOPLE = 200
MOST_WAIT = 24 * 60
"""Hours that an answer is counted with at most."""

Leaves = list[dict[str, Any]]


class WholeHours(WholeDays):
    """From one moment to another."""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST((julianday(%(expressions)s)) * 24 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM (%(expressions)s)) / 3600) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ")


@dataclass(frozen=True)
class Days:
    first_on: dt.date
    last_on: dt.date

    def during(self, name: str) -> dict[str, Any]:
        return {"field": name, "op": "between", "value": [self.first_on.isoformat(), self.last_on.isoformat()]}


@dataclass(frozen=True)
class Measure:
    """Records of a kind, by the person in a field of theirs, that meet a condition."""

    key: str
    resource: str
    person: str
    leaves: Callable[[Days], Leaves]

    def tree(self, days: Days, person_id: int | None = None) -> dict[str, Any]:
        mine = [] if person_id is None else [{"field": self.person, "op": "is", "value": person_id}]
        return {"all": [*mine, *self.leaves(days)]}


def _is(name: str, value: str) -> dict[str, Any]:
    return {"field": name, "op": "is", "value": value}


def _answered(days: Days) -> Leaves:
    return [days.during("answered_at"), {"field": "first_due_at", "op": "is_not_empty"}]


MEASURES = (
    Measure(CALLS, "interaction", "handled_by", lambda days: [_is("kind", "call"), days.during("happened_at")]),
    Measure(
        MAILS, "interaction", "handled_by",
        lambda days: [_is("kind", "mail"), _is("direction", "out"), days.during("happened_at")],
    ),
    Measure(MEETINGS, "meeting", "owner", lambda days: [days.during("day")]),
    Measure(TASKS, "task", "owner", lambda days: [days.during("done_at")]),
    Measure(ANSWERED, "lead", "owner", _answered),
    Measure(IN_TIME, "lead", "owner", lambda days: [*_answered(days), {"field": "breached_at", "op": "is_empty"}]),
    Measure(MOVED, "opportunity", "owner", lambda days: [_is("status", "open"), days.during("entered_stage_at")]),
    Measure(WON, "opportunity", "owner", lambda days: [_is("status", Kind.WON.value), days.during("closes_on")]),
    Measure(LOST, "opportunity", "owner", lambda days: [_is("status", Kind.LOST.value), days.during("closes_on")]),
)  # fmt: skip
OF_ACTIVITY = (CALLS, MAILS, MEETINGS, TASKS)
"""Those that are told per working day as well."""


@dataclass
class Row:
    """What one person did. `days` are those on which they worked here and were not away; `since` is set for who came
    in the middle of the period."""

    person: User
    days: int = 0
    since: dt.date | None = None
    counts: dict[str, int] = field(default_factory=dict)
    won: Money | None = None
    wait: int | None = None
    """Whole hours that the middle one of the answered leads waited."""

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())

    def per_day(self, key: str) -> Decimal | None:
        """None where they were there for too few days to say so."""
        if self.days < ENOUGH_DAYS or key not in self.counts:
            return None
        return (Decimal(self.counts[key]) / self.days).quantize(Decimal("0.01"))

    @property
    def win_rate(self) -> int | None:
        closed = self.counts.get(WON, 0) + self.counts.get(LOST, 0)
        return self.counts.get(WON, 0) * 100 // closed if closed >= ENOUGH_DEALS else None

    @property
    def in_time(self) -> int | None:
        answered = self.counts.get(ANSWERED, 0)
        return self.counts.get(IN_TIME, 0) * 100 // answered if answered >= ENOUGH_LEADS else None


@dataclass(frozen=True)
class People:
    rows: Sequence[Row]
    keys: Sequence[str]
    """The measures that the reader may see at all."""
    middle: Mapping[str, Decimal]
    """The middle of what people did in a working day, where there are enough of them who were there long enough."""
    missing: Sequence[LeftOut]


def may_see(actor: Any) -> Collection[int] | None:
    """Whose work somebody may look at: their own; those that they lead, if they may adjust the forecast of them. None
    is everybody."""
    permissions = policy.permissions_of(actor)
    reach = permissions.scope("quota", "adjust_forecast")
    if permissions.is_unlimited or reach == Reach.ALL:
        return None
    return set(permissions.team_members) if reach == Reach.TEAM else {actor.pk}


def people(actor: Any, scope: Scope, days: Days, currency: str) -> People:
    """In at most seventeen queries, whoever there is. They are in the order of their names, never of their figures."""
    seen = may_see(actor)
    persons = User.objects.filter(is_active=True)
    persons = persons if seen is None else persons.filter(pk__in=seen)
    if scope.person:
        persons = persons.filter(pk=scope.person.pk)
    elif scope.team:
        persons = persons.filter(team__path__startswith=scope.team.path)
    rows = {one.pk: Row(one) for one in persons.order_by("name", "pk")[:MOST_PEOPLE]}
    keys = [one.key for one in MEASURES if _count(actor, one, days, rows)]
    _note_days(rows, days)
    missing = _note_won(actor, rows, days, currency) if WON in keys else ()
    if ANSWERED in keys:
        _note_waits(actor, rows, days)
    shown = [row for row in rows.values() if not row.is_empty or row.person.pk == actor.pk or scope.person]
    return People(shown, keys, _middle(shown, keys), missing)


def records_of(actor: Any, measure: Measure, days: Days) -> QuerySet[Any]:
    """Raises InvalidCondition for who may not see a field that it asks."""
    resource = registry.get(measure.resource)
    asked = conditions.compile(measure.tree(days), schema=ResourceSchema(resource, actor), viewer=actor)
    return resource.visible_to(actor).filter(asked).order_by()


def _count(actor: Any, measure: Measure, days: Days, rows: Mapping[int, Row]) -> bool:
    """Whether the reader may see this measure."""
    if not policy.permissions_of(actor).can(measure.resource, "read"):
        return False
    if measure.person not in registry.get(measure.resource).readable_fields(actor):
        return False
    name = f"{measure.person}_id"
    try:
        found = records_of(actor, measure, days).filter(**{f"{name}__in": list(rows)})
    except InvalidCondition:
        return False
    for row in rows.values():
        row.counts[measure.key] = 0
    for line in found.values(name).annotate(number=Count("pk")):
        rows[line[name]].counts[measure.key] = line["number"]
    return True


def _measure(key: str) -> Measure:
    return next(one for one in MEASURES if one.key == key)


def _note_days(rows: Mapping[int, Row], days: Days) -> None:
    """Days of the business hours, or Monday to Friday where nobody gave any, without those when they were away."""
    usual = BusinessHours.objects.live().filter(is_default=True).first()
    hours = usual.hours if usual else None
    length = (days.last_on - days.first_on).days + 1
    every = [days.first_on + dt.timedelta(days=number) for number in range(length)]
    open_on = [day for day in every if (hours.open(day) if hours else day.weekday() < 5)]
    away: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    asked = Absence.objects.live().filter(since_on__lte=days.last_on, until_on__gte=days.first_on)
    for owner_id, since, until in asked.filter(owner__in=list(rows)).values_list("owner_id", "since_on", "until_on"):
        away[owner_id].append((since, until))
    worked_before = _worked_before(rows, days)
    for pk, row in rows.items():
        joined = days.first_on if pk in worked_before else row.person.created_at.astimezone(row.person.zone).date()
        row.since = joined if joined > days.first_on else None
        row.days = sum(day >= joined and not any(since <= day <= until for since, until in away[pk]) for day in open_on)


def _worked_before(rows: Mapping[int, Row], days: Days) -> set[int]:
    """Those of whom something is known from before their account was made, because it was taken over from elsewhere:
    for them the account says nothing about when they came."""
    handled = Interaction.objects.live().filter(
        handled_by__in=list(rows), happened_at__lt=F("handled_by__created_at") - dt.timedelta(days=1)
    )
    since = dt.datetime.combine(days.first_on, dt.time(), dt.UTC)
    return set(handled.filter(happened_at__gte=since).order_by().values_list("handled_by", flat=True).distinct())


def _note_won(actor: Any, rows: Mapping[int, Row], days: Days, currency: str) -> Sequence[LeftOut]:
    """What was won, at the rate of the day on which it was."""
    asked = records_of(actor, _measure(WON), days).filter(owner__in=list(rows))
    by = asked.values(*WHOSE, "amount_currency", rate_on=F("closes_on"))
    lines = list(by.annotate(total=Sum("amount"), count=Count("pk")))
    exchange = exchange_for(currency, lines)
    for part in exchange.parts_of(lines, WHOSE):
        row = rows[part.of[0]]
        row.won = part.money + row.won if row.won else part.money
    return exchange.missing


def _note_waits(actor: Any, rows: Mapping[int, Row], days: Days) -> None:
    """How long leads waited for their first answer; only where enough were answered."""
    asked = records_of(actor, _measure(ANSWERED), days).filter(owner__in=list(rows))
    waits = asked.annotate(wait=WholeHours(F("answered_at"), F("captured_at")))
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for line in waits.values("owner_id", "wait").annotate(number=Count("pk")):
        found[line["owner_id"]][min(max(line["wait"], 0), MOST_WAIT)] += line["number"]
    for pk, counts in found.items():
        if sum(counts.values()) >= ENOUGH_LEADS:
            rows[pk].wait = quantile(counts, 2)


def _middle(rows: Sequence[Row], keys: Sequence[str]) -> dict[str, Decimal]:
    found = {}
    for key in OF_ACTIVITY:
        rates = [rate for row in rows if (rate := row.per_day(key)) is not None]
        if key in keys and len(rates) >= ENOUGH_PEOPLE:
            found[key] = median(rates).quantize(Decimal("0.01"))
    return found
