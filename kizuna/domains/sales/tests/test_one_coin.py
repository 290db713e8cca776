"""Every total on every page is the sum of the same rounded parts, in whichever currency and however teams lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.identity.models import Team
from kizuna.base.types.money import Money, minor_units
from kizuna.customers.catalog.models import ExchangeRate
from kizuna.domains.sales.models import Opportunity, OpportunitySplit, Span
from kizuna.domains.sales.queries.analysis import Window, endings
from kizuna.domains.sales.queries.forecast import Asked, Line, forecast
from kizuna.domains.sales.queries.movement import movement
from kizuna.domains.sales.queries.people import Days, people
from kizuna.domains.sales.queries.periods import Period
from kizuna.domains.sales.queries.products import Shelves, by_product
from kizuna.domains.sales.queries.projection import projection
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.queries.territories import by_territory
from kizuna.domains.sales.queries.won import won_by_day
from kizuna.domains.sales.queries.worth import CLOSED, UPWARDS
from kizuna.domains.sales.services import note_states
from kizuna.domains.sales.tests.conftest import Make
from kizuna.domains.sales.tests.market import territory

pytestmark = pytest.mark.django_db
RATES = {"EUR": "161.3371", "KWD": "487.9173", "USD": "149.7771"}
QUARTER = Period.around(dt.date(2026, 11, 23), Span.QUARTER)
YESTERDAY = QUARTER.first_on + dt.timedelta(days=40)


def tree(draw: Random, count: int, plant: Callable[[str, Any], Any]) -> list[Any]:
    """Each hangs under an earlier one, or under none."""
    found: list[Any] = []
    for number in range(count):
        found.append(plant(f"Part {number}", draw.choice([*found, None])))
    return found


def team(name: str, parent: Team | None) -> Team:
    made = Team.objects.create(name=name, parent=parent)
    made.place_under(parent)
    made.save(update_fields=["path"])
    return made


class Firm:
    """People anywhere in a tree of teams, and their deals anywhere in a tree of territories."""

    def __init__(self, draw: Random, make_user: Make, stage: Make) -> None:
        self.draw, self.stage = draw, stage
        self.teams = tree(draw, 5, team)
        self.territories = tree(draw, 4, lambda name, parent: territory(name, **({"parent": parent} if parent else {})))
        self.people = [make_user(f"Person {number}", team=draw.choice(self.teams)) for number in range(5)]
        for currency, rate in RATES.items():
            ExchangeRate.objects.create(currency=currency, into="JPY", rate=rate, since_on=dt.date(2026, 1, 1))
        self.deals = Opportunity.objects.bulk_create(self._deal(number) for number in range(60))
        note_states(day=YESTERDAY)

    def _deal(self, number: int) -> Opportunity:
        category = self.draw.choice(UPWARDS)
        currency = self.draw.choice(["JPY", *RATES])
        deal = Opportunity(
            name=f"Deal {number}",
            amount=Money(Decimal(self.draw.randint(1, 99_999)).scaleb(-minor_units(currency)), currency),
            owner=self.draw.choice([*self.people, None]),
            territory=self.draw.choice([*self.territories, None]),
            closes_on=self.draw.choice([QUARTER.first_on, QUARTER.last_on]),
        )
        deal.follow(self.stage("Won" if category == CLOSED else "Enquiry"))
        deal.forecast_category = category
        return deal

    def share(self) -> None:
        """Some deals have a colleague who gets a part of the credit."""
        OpportunitySplit.objects.bulk_create(
            OpportunitySplit(opportunity=deal, person=self.draw.choice(self.people), percent=Decimal("33.333"))
            for deal in self.draw.sample([deal for deal in self.deals if deal.owner], 12)
        )


@pytest.fixture(params=range(2))
def firm(request: Any, make_user: Make, stage: Make) -> Firm:
    return Firm(Random(request.param), make_user, stage)


def told(line: Line) -> list[Money]:
    return [line.upto(one) for one in UPWARDS]


def added(lines: Sequence[Line], currency: str) -> list[Money]:
    return [Money.total((line.upto(one) for line in lines), currency) for one in UPWARDS]


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_a_line_says_what_its_own_page_says_and_together_they_are_the_total(
    firm: Firm, currency: str, alice: Any
) -> None:
    for as_of in (None, YESTERDAY):
        pages = {
            scope.key: forecast(alice, Asked(QUARTER, scope, currency, as_of=as_of))
            for scope in [
                Scope(),
                *(Scope(team=one) for one in firm.teams),
                *(Scope(person=one) for one in firm.people),
            ]
        }
        for page in pages.values():
            assert added(page.lines, currency) == told(page.total)
            for line in page.lines:
                if line.team or line.person:
                    assert told(line) == told(pages[Scope(person=line.person, team=line.team).key].total)
        market = {
            one: by_territory(alice, Asked(QUARTER, Scope(), currency, as_of=as_of), one and one.pk)
            for one in [None, *firm.territories]
        }
        assert told(market[None].total) == told(pages["all"].total)
        by_id = {one.pk: page.total for one, page in market.items() if one}
        for place in market.values():
            assert added(place.lines, currency) == told(place.total)
            for part in place.lines:
                assert part.is_rest or part.node is None or told(part) == told(by_id[part.node.id])


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_other_pages_say_what_the_forecast_says(firm: Firm, currency: str, alice: Any) -> None:
    zone = timezone.get_default_timezone()
    for scope in (Scope(), Scope(team=firm.teams[0]), Scope(person=firm.people[0])):
        asked = Asked(QUARTER, scope, currency)
        total = forecast(alice, asked).total
        assert told(by_product(alice, asked, None, Shelves(alice)).total) == told(total)
        assert movement(alice, asked, YESTERDAY).now == total.open
        for days in (won_by_day(alice, asked), projection(alice, asked, QUARTER.last_on).won):
            assert Money.total((money for _day, money in days), currency) == total.closed
        window = Window(scope, firm.deals[0].pipeline_id, QUARTER.first_on, QUARTER.last_on, zone)
        assert Money.total((one.worth for one in endings(alice, window, currency).ended), currency) == total.closed
    works = people(alice, Scope(), Days(QUARTER.first_on, QUARTER.last_on), currency)
    for row in works.rows:
        own = forecast(alice, Asked(QUARTER, Scope(person=row.person), currency)).total
        assert (row.won or Money.zero(currency)) == own.closed


def test_shares_move_whole_coins_from_one_person_to_another_on_every_page(firm: Firm, alice: Any) -> None:
    firm.share()
    everybody = forecast(alice, Asked(QUARTER, Scope(), "EUR"))
    own = [forecast(alice, Asked(QUARTER, Scope(person=one), "EUR")).total for one in firm.people]
    nobodys = [line for line in everybody.lines if line.team is None and line.person is None]
    assert added([*own, *nobodys], "EUR") == told(everybody.total)
    for one in firm.teams:
        for line in forecast(alice, Asked(QUARTER, Scope(team=one), "EUR")).lines:
            assert line.person is None or told(line) == told(own[firm.people.index(line.person)])
    for person, total in zip(firm.people, own, strict=True):
        mine = Asked(QUARTER, Scope(person=person), "EUR")
        for days in (won_by_day(alice, mine), projection(alice, mine, QUARTER.last_on).won):
            assert Money.total((money for _day, money in days), "EUR") == total.closed
        shelved = by_product(alice, mine, None, Shelves(alice))
        assert added(shelved.lines, "EUR") == told(shelved.total) == told(total)
