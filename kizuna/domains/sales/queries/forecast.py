"""The forecast of a period: what is won and what may come, by team and person, against what is to be reached."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Q, QuerySet

from kizuna.base.access import policy
from kizuna.base.identity.models import Team, User
from kizuna.base.types.money import Money
from kizuna.domains.sales.models import (
    ForecastAdjustment,
    ForecastCategory,
    Opportunity,
    OpportunitySplit,
    OpportunityState,
    Quota,
    standing_on,
)
from kizuna.domains.sales.queries.periods import Period
from kizuna.domains.sales.queries.quotas import held, quotas_within
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.queries.worth import CLOSED, OPEN, UPWARDS, Exchange, LeftOut, Part, exchange_for, summed

SHARED = ("giver_id", "person_id", "forecast_category")
HUNDREDTH = ExpressionWrapper(
    F("amount") * F("percent") * Decimal("0.01"), output_field=DecimalField(max_digits=30, decimal_places=9)
)


@dataclass(frozen=True)
class Asked:
    """What the forecast is of: a period and a scope, perhaps one pipeline, in a currency; `as_of` a past day."""

    period: Period
    scope: Scope
    currency: str
    pipeline_id: int | None = None
    as_of: dt.date | None = None


@dataclass
class Line:
    """A person, a team, or nobody (deals without an owner)."""

    currency: str
    person: User | None = None
    team: Team | None = None
    sums: dict[str, Money] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    owners: set[int | None] = field(default_factory=set)
    quota: Money | None = None
    adjustments: dict[str, ForecastAdjustment] = field(default_factory=dict)

    def add(self, category: str, part: Part) -> None:
        self.give(category, part.money)
        self.counts[category] = self.counts.get(category, 0) + part.count

    def give(self, category: str, money: Money) -> None:
        self.sums[category] = self.sums.get(category, Money.zero(self.currency)) + money

    def upto(self, category: str) -> Money:
        """This category and those that are surer."""
        return Money.total((self.sums[one] for one in upto(category) if one in self.sums), self.currency)

    @property
    def closed(self) -> Money:
        return self.upto(CLOSED)

    @property
    def open(self) -> Money:
        """What is open and not omitted."""
        return Money.total((self.sums[one] for one in OPEN if one in self.sums), self.currency)

    @property
    def attainment(self) -> int | None:
        """What is closed, in per cent of the quota."""
        return int(self.closed.amount * 100 / self.quota.amount) if self.quota else None

    @property
    def coverage(self) -> Decimal | None:
        """How many times the open deals hold what is missing to the quota; None where nothing is."""
        rest = self.quota.amount - self.closed.amount if self.quota else Decimal(0)
        return (self.open.amount / rest).quantize(Decimal("0.1")) if rest > 0 else None

    @property
    def is_empty(self) -> bool:
        return not (self.counts or self.quota is not None or self.adjustments)


@dataclass(frozen=True)
class Forecast:
    asked: Asked
    total: Line
    lines: Sequence[Line]
    missing: Sequence[LeftOut]
    """What could not be converted: there is no rate."""


def upto(category: str) -> Sequence[str]:
    return UPWARDS[: UPWARDS.index(ForecastCategory(category)) + 1]


def counted(asked: Asked, prefix: str = "") -> Q:
    """Which deals are in the forecast: those that close in the period and are not omitted. `prefix` is the way to the
    deal."""
    within = (asked.period.first_on, asked.period.last_on)
    found = Q(**{f"{prefix}closes_on__range": within, f"{prefix}forecast_category__in": UPWARDS})
    return found & Q(**{f"{prefix}pipeline": asked.pipeline_id}) if asked.pipeline_id else found


def deals_of(actor: Any, asked: Asked) -> QuerySet[Any]:
    """The deals that somebody sees, or how they stood at the end of a day."""
    if asked.as_of is None:
        return Opportunity.objects.visible_to(actor)
    return states_of(actor).filter(standing_on(asked.as_of))


def states_of(actor: Any) -> QuerySet[OpportunityState]:
    """How the deals that somebody sees stood on any day, those in the trash as well."""
    states = OpportunityState.objects.all()
    if policy.sees_all(actor, Opportunity):
        return states
    return states.filter(opportunity__in=Opportunity.objects.permitted(actor, "read").values("pk"))


def is_anything(actor: Any) -> bool:
    """Whether somebody sees any deal at all, in whichever period it closes."""
    return Opportunity.objects.visible_to(actor).exists()


def is_noted(day: dt.date) -> bool:
    """Whether anything is known of how deals stood at the end of a day."""
    return OpportunityState.objects.filter(from_on__lte=day).exists()


def forecast(actor: Any, asked: Asked) -> Forecast:
    """In at most twelve queries, whatever there is to count."""
    rows = deals_of(actor, asked).filter(counted(asked))
    sums = summed(rows.filter(asked.scope.owned()), asked.currency)
    shares = shares_of(actor, asked)
    quotas, adjustments = _quotas(actor, asked), _adjustments(asked)
    amounts = [*(one.amount for one in quotas), *(one.amount for one in adjustments)]
    further = [one.currency for one in amounts if one]
    exchange = exchange_for(asked.currency, [*sums, *shares], further=further, today=asked.as_of)
    people = _people(asked, sums, shares, quotas, adjustments)
    made = _Maker(asked, exchange, people)
    made.take(sums, shares)
    made.take_quotas(quotas)
    made.take_adjustments(adjustments)
    return Forecast(asked, made.total, made.sorted(), exchange.missing)


def quota_of(actor: Any, asked: Asked) -> tuple[Money | None, Sequence[LeftOut]]:
    """The quota of the forecast by itself, and what of it could not be converted. Five queries at most."""
    quotas = _quotas(actor, asked)
    if not quotas:
        return None, ()
    exchange = exchange_for(asked.currency, (), further=[one.amount.currency for one in quotas if one.amount])
    made = _Maker(asked, exchange, _people(asked, [], [], quotas, []))
    made.take_quotas(quotas)
    return made.total.quota, exchange.missing


def shares_of(actor: Any, asked: Asked, *by: str) -> list[dict[str, Any]]:
    """What owners gave to others, and these got; by these columns too. As deals stood once nobody noted it."""
    if asked.as_of is not None:
        return []
    deals = Opportunity.objects.visible_to(actor).filter(counted(asked))
    rows = OpportunitySplit.objects.live().filter(
        asked.scope.owned("opportunity__owner") | asked.scope.owned("person"), opportunity__in=deals.values("pk")
    )
    flat = rows.annotate(
        forecast_category=F("opportunity__forecast_category"),
        amount=F("opportunity__amount"),
        amount_currency=F("opportunity__amount_currency"),
        closes_on=F("opportunity__closes_on"),
        giver_id=F("opportunity__owner_id"),
    )
    return summed(flat, asked.currency, (*SHARED, *by), HUNDREDTH)


def shares_with(person: User, shares: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """What somebody gave away, with a minus, and what they got; a deal that is theirs is counted there."""
    for row in shares:
        if row["giver_id"] == person.pk:
            yield row | {"total": -row["total"], "count": 0}
        if row["person_id"] == person.pk:
            yield row | {"count": 0 if row["giver_id"] == person.pk else row["count"]}


def _held_by(scope: Scope) -> Q:
    """Which quotas and adjustments are of the people and teams of a scope."""
    of_people = scope.owned("person")
    return of_people | Q(team__path__startswith=scope.team.path) if scope.team and not scope.person else of_people


def _quotas(actor: Any, asked: Asked) -> list[Quota]:
    return list(quotas_within(actor, asked.period).filter(_held_by(asked.scope)).select_related("team"))


def _adjustments(asked: Asked) -> list[ForecastAdjustment]:
    if asked.as_of is not None:
        return []
    period = asked.period
    rows = ForecastAdjustment.objects.filter(_held_by(asked.scope), begins_on=period.first_on, span=period.span)
    return list(rows.select_related("by", "team").order_by("at", "pk"))


def _people(
    asked: Asked, sums: list[Any], shares: list[Any], quotas: list[Quota], adjustments: list[ForecastAdjustment]
) -> dict[int, User]:
    """Those that the figures are of, and who is in the team itself."""
    ids = {row["owner_id"] for row in sums} | {row["person_id"] for row in shares}
    ids |= {row["giver_id"] for row in shares}
    ids |= {one.person_id for one in quotas} | {one.person_id for one in adjustments}
    wanted = Q(pk__in=ids - {None})
    if asked.scope.team:
        wanted |= Q(team=asked.scope.team, is_active=True)
    return {one.pk: one for one in User.objects.filter(wanted).select_related("team")}


class _Maker:
    """Puts sums where they belong: under a person of the team itself, or the team right beneath it."""

    def __init__(self, asked: Asked, exchange: Exchange, people: dict[int, User]) -> None:
        self.asked, self.exchange, self.people = asked, exchange, people
        self.total = Line(asked.currency, person=asked.scope.person, team=asked.scope.team)
        self.lines: dict[tuple[str, int | None], Line] = {}
        below = asked.scope.team.path if asked.scope.team else ""
        self.teams = {} if asked.scope.person else {one.pk: one for one in _right_beneath(asked.scope.team)}
        self.below = below
        if asked.scope.team:
            for person in people.values():
                if person.team_id == asked.scope.team.pk and person.is_active:
                    self._line_of(person.pk)

    def _line_of(self, person_id: int | None) -> Line:
        person = self.people.get(person_id) if person_id else None
        if self.asked.scope.person is None and person and person.team and person.team_id != self._own:
            rest = person.team.path.removeprefix(self.below)
            team = self.teams.get(int(rest.partition("/")[0])) if rest != person.team.path or not self.below else None
            if team:
                return self.lines.setdefault(("team", team.pk), Line(self.asked.currency, team=team))
        return self.lines.setdefault(("person", person_id), Line(self.asked.currency, person=person))

    @property
    def _own(self) -> int | None:
        return self.asked.scope.team.pk if self.asked.scope.team else None

    def take(self, sums: list[dict[str, Any]], shares: list[dict[str, Any]]) -> None:
        for part in self.exchange.parts_of(sums):
            owner_id, _territory, category = part.of
            for line in (self._line_of(owner_id), self.total):
                line.owners.add(owner_id)
                line.add(category, part)
        if self.asked.scope.person:
            for part in self.exchange.parts_of(shares_with(self.asked.scope.person, shares), SHARED):
                for line in (self._line_of(self.asked.scope.person.pk), self.total):
                    line.add(part.of[-1], part)
        else:
            self._share(shares)

    def _share(self, shares: list[dict[str, Any]]) -> None:
        """Teams count a deal once, where its owner is: shares are between people."""
        for part in self.exchange.parts_of([row | {"count": 0} for row in shares], SHARED):
            giver_id, person_id, category = part.of
            for one, money in ((giver_id, -part.money), (person_id, part.money)):
                if one and (line := self.lines.get(("person", one))):
                    line.give(category, money)

    def take_quotas(self, quotas: Sequence[Quota]) -> None:
        """Of a team: its own, else those of its people and of the teams beneath it."""
        of_people, of_teams = (held(quotas, holder, self.exchange) for holder in ("person", "team"))
        by_team: dict[str, dict[int, Money]] = defaultdict(dict)
        for person_id, money in of_people.items():
            person = self.people.get(person_id)
            if person:
                by_team[person.team.path if person.team else ""][person_id] = money
        paths = {one.team.path: one.team.pk for one in quotas if one.team}
        known = {path: of_teams[pk] for path, pk in paths.items() if pk in of_teams}
        for line in (*self.lines.values(), self.total):
            if line.team:
                line.quota = _of_team(line.team.path, known, by_team)
            elif line.person:
                line.quota = of_people.get(line.person.pk)
        for person_id, money in of_people.items():
            line = self._line_of(person_id)
            line.quota = money if line.team is None else line.quota or _of_team(line.team.path, known, by_team)
        for path, pk in paths.items():
            self._quota_of_team(path, pk, known, by_team)
        if self.asked.scope.key == "all":
            self.total.quota = _of_team("", known, by_team)

    def _quota_of_team(self, path: str, pk: int | None, known: Any, by_team: Any) -> None:
        """The line of a team that has a quota, itself or in a team beneath it, and no deal."""
        rest = path.removeprefix(self.below)
        team = self.teams.get(int(rest.partition("/")[0])) if rest else None
        if team:
            line = self.lines.setdefault(("team", team.pk), Line(self.asked.currency, team=team))
            line.quota = _of_team(team.path, known, by_team)

    def take_adjustments(self, adjustments: Sequence[ForecastAdjustment]) -> None:
        for one in adjustments:
            lines = [self.total] if (one.team_id or None) == self._own and one.team_id else []
            if one.person_id and self.asked.scope.person:
                lines.append(self.total)
            key = ("person", one.person_id) if one.person_id else ("team", one.team_id)
            if key in self.lines:
                lines.append(self.lines[key])
            for line in lines:
                if one.amount is None:
                    line.adjustments.pop(one.category, None)
                else:
                    line.adjustments[one.category] = one

    def sorted(self) -> list[Line]:
        """Teams first, then people, those with most closed and open first."""
        shown = (one for one in self.lines.values() if not one.is_empty or one.person)
        return sorted(
            shown,
            key=lambda one: (one.team is None, one.person is None, -one.upto(UPWARDS[-1]).amount, _name(one)),
        )


def _name(line: Line) -> str:
    holder = line.team or line.person
    return holder.name if holder else ""


def _right_beneath(team: Team | None) -> QuerySet[Team]:
    return Team.objects.filter(parent=team)


def _of_team(path: str, known: dict[str, Money], people: dict[str, dict[int, Money]]) -> Money | None:
    if path in known:
        return known[path]
    inner = [one for one in known if one.startswith(path)]
    tops = [one for one in inner if not any(other != one and one.startswith(other) for other in inner)]
    parts = [known[one] for one in tops]
    for place, moneys in people.items():
        if place.startswith(path) and not any(place.startswith(one) for one in tops):
            parts += moneys.values()
    return sum(parts[1:], start=parts[0]) if parts else None
