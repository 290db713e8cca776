"""The forecast: what counts where, in which currency, for whom, and against what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Denied, Invalid, Missing
from kizuna.base.types.money import Money
from kizuna.domains.sales.models import ForecastCategory, Span
from kizuna.domains.sales.queries import forecast as queries
from kizuna.domains.sales.queries.forecast import Asked, Line
from kizuna.domains.sales.queries.periods import Period
from kizuna.domains.sales.queries.scopes import Scope, scope_of, scopes_of
from kizuna.domains.sales.queries.worth import LeftOut
from kizuna.domains.sales.services import adjusting, note_states

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]

CLOSED, COMMIT, BEST, PIPELINE = (
    ForecastCategory.CLOSED, ForecastCategory.COMMIT, ForecastCategory.BEST_CASE, ForecastCategory.PIPELINE,
)  # fmt: skip


def yen(amount: int) -> Money:
    return Money(amount, "JPY")


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def quarter(today: dt.date) -> Period:
    return Period.around(today, Span.QUARTER)


@pytest.fixture
def enter(deal: Make, stage: Make, quarter: Period) -> Make:
    """`enter("Roof", "100 JPY", haruto, "commit")`: closes on the last day of this quarter."""

    def make(name: str, amount: str, owner: Any, category: str = "pipeline", on: dt.date | None = None) -> Any:
        closes_on = (on or quarter.last_on).isoformat()
        return deal(name, amount, owner=owner, forecast_category=category, closes_on=closes_on, stage=stage("Enquiry"))

    return make


@pytest.fixture
def won(enter: Make, stage: Make) -> Make:
    """A deal that was won on a day."""

    def make(name: str, amount: str, owner: Any, on: dt.date) -> Any:
        found = enter(name, amount, owner)
        verb = registry.get("opportunity").action("win_opportunity")
        verb.run(actor=SYSTEM, record_id=found.pk, raw={"on": on.isoformat()}, reader=_reader(owner))
        found.refresh_from_db()
        return found

    return make


def _reader(actor: Any) -> Any:
    from kizuna.base.resources.reader import Reader

    return Reader.of(actor)


def told(actor: Any, period: Period, scope: Scope, currency: str = "JPY", **further: Any) -> queries.Forecast:
    return queries.forecast(actor, Asked(period, scope, currency, **further))


def line_of(found: queries.Forecast, holder: Any) -> Line:
    return next(one for one in found.lines if holder in (one.person, one.team))


def test_each_category_holds_the_surer_ones_and_what_is_omitted_never_counts(
    enter: Make, won: Make, haruto: Any, quarter: Period, today: dt.date
) -> None:
    won("Done", "1000 JPY", haruto, today)
    for category, amount in (("commit", 200), ("best_case", 30), ("pipeline", 4), ("omitted", 90_000)):
        enter(category, f"{amount} JPY", haruto, category)
    enter("Later", "7000 JPY", haruto, "commit", on=quarter.moved(1).first_on)
    total = told(haruto, quarter, Scope(person=haruto)).total
    assert [total.upto(one) for one in (CLOSED, COMMIT, BEST, PIPELINE)] == [yen(1000), yen(1200), yen(1230), yen(1234)]
    assert total.open == yen(234)


def test_open_deals_are_worth_what_they_are_today_and_closed_ones_what_they_were(
    enter: Make, won: Make, rate: Make, haruto: Any, today: dt.date
) -> None:
    month = Period.around(today, Span.MONTH)
    rate("EUR", "JPY", "100", month.first_on - dt.timedelta(days=400))
    rate("EUR", "JPY", "200", today)
    before = month.moved(-1)
    won("Long done", "10 EUR", haruto, before.last_on)
    enter("Open", "10 EUR", haruto, "commit", on=today)
    assert told(haruto, before, Scope(person=haruto)).total.closed == yen(1000)
    assert told(haruto, month, Scope(person=haruto)).total.open == yen(2000)


def test_a_missing_rate_is_said(enter: Make, haruto: Any, quarter: Period) -> None:
    enter("Seoul", "5000 KRW", haruto, "commit")
    enter("Tokyo", "100 JPY", haruto, "commit")
    found = told(haruto, quarter, Scope(person=haruto))
    assert found.total.open == yen(100)
    assert list(found.missing) == [LeftOut(Money(5000, "KRW"), 1)]


def test_a_team_is_told_by_its_people_and_the_teams_beneath_it(
    enter: Make, haruto: Any, mika: Any, carol: Any, headquarters: Any, tokyo: Any, seoul: Any, quarter: Period
) -> None:
    enter("Mine", "1 JPY", mika)
    enter("His", "20 JPY", haruto)
    enter("Hers", "300 JPY", carol)
    found = told(mika, quarter, Scope(team=headquarters))
    assert found.total.open == yen(321)
    assert line_of(found, mika).open == yen(1)
    assert line_of(found, tokyo).open == yen(20)
    assert line_of(found, seoul).open == yen(300)
    assert told(mika, quarter, Scope()).total.open == yen(321)


def test_a_shared_deal_is_credited_to_people_by_their_shares_and_counted_once_by_teams(
    enter: Make, haruto: Any, mika: Any, headquarters: Any, tokyo: Any, quarter: Period
) -> None:
    roof = enter("Roof", "1000 JPY", haruto, "commit")
    values = {"opportunity": roof.pk, "person": mika.pk, "percent": "30"}
    records.create(actor=SYSTEM, resource=registry.get("opportunitysplit"), values=values)
    found = told(mika, quarter, Scope(team=headquarters))
    assert (found.total.open, line_of(found, tokyo).open) == (yen(1000), yen(1000))
    assert line_of(found, mika).open == yen(300)
    assert told(mika, quarter, Scope(person=haruto)).total.open == yen(700)
    assert told(mika, quarter, Scope(person=mika)).total.open == yen(300)


def test_a_share_of_whole_euros_is_not_cut_to_whole_euros(
    enter: Make, haruto: Any, sora: Any, tokyo: Any, quarter: Period
) -> None:
    roof = enter("Roof", "1001 EUR", haruto)
    given = {"opportunity": roof.pk, "person": sora.pk, "percent": "33"}
    records.create(actor=SYSTEM, resource=registry.get("opportunitysplit"), values=given)
    assert told(haruto, quarter, Scope(person=sora), "EUR").total.open == Money("330.33", "EUR")


def test_nobody_learns_of_deals_that_they_do_not_see(
    enter: Make, grant: Make, haruto: Any, sora: Any, nobody: Any, tokyo: Any, quarter: Period
) -> None:
    enter("His", "20 JPY", haruto)
    enter("Hers", "300 JPY", sora)
    grant(haruto, opportunity={"read": "own"})
    assert [one.key for one in scopes_of(haruto)] == [f"person-{haruto.pk}"]
    assert told(haruto, quarter, Scope(team=tokyo)).total.open == yen(20)
    for key in (f"person-{sora.pk}", f"team-{tokyo.pk}", "all", "person-x"):
        with pytest.raises(Missing):
            scope_of(haruto, key, scopes_of(haruto))
    assert scopes_of(nobody) == []
    note_states(day=quarter.first_on)
    assert told(haruto, quarter, Scope(team=tokyo), as_of=quarter.first_on).total.open == yen(20)


def test_quotas_add_up_from_people_and_months_where_no_larger_one_is_set(
    enter: Make, haruto: Any, mika: Any, sora: Any, headquarters: Any, tokyo: Any, quarter: Period
) -> None:
    def quota(amount: int, *, span: str = "quarter", on: dt.date = quarter.first_on, **holder: Any) -> Any:
        given = {"span": span, "begins_on": on.isoformat(), "amount": f"{amount} JPY", **holder}
        return records.create(actor=SYSTEM, resource=registry.get("quota"), values=given)

    for month in range(3):
        quota(100, span="month", on=Period(Span.MONTH, quarter.first_on).moved(month).first_on, person=haruto.pk)
    quota(50, person=mika.pk)
    found = told(mika, quarter, Scope(team=headquarters))
    assert (line_of(found, tokyo).quota, line_of(found, mika).quota, found.total.quota) == (yen(300), yen(50), yen(350))
    year = Period.around(quarter.first_on, Span.YEAR)
    elsewhere = quarter.moved(1) if quarter.moved(1).first_on <= year.last_on else quarter.moved(-1)
    quota(900, on=elsewhere.first_on, person=haruto.pk)
    assert told(mika, year, Scope(person=haruto)).total.quota == yen(1200)
    quota(1000, team=tokyo.pk)
    found = told(mika, quarter, Scope(team=headquarters))
    assert (line_of(found, tokyo).quota, found.total.quota) == (yen(1000), yen(1050))


def test_attainment_and_coverage(enter: Make, won: Make, haruto: Any, quarter: Period, today: dt.date) -> None:
    line = Line("JPY", quota=yen(1000))
    line.give(CLOSED, yen(400))
    line.give(BEST, yen(900))
    assert (line.attainment, line.coverage) == (40, Decimal("1.5"))
    line.give(CLOSED, yen(600))
    assert (line.attainment, line.coverage) == (100, None)


def test_a_manager_adjusts_beside_the_figure_and_says_why(
    enter: Make, haruto: Any, mika: Any, tokyo: Any, quarter: Period
) -> None:
    enter("Roof", "1000 JPY", haruto, "commit")
    asked: dict[str, Any] = {"scope": Scope(person=haruto), "period": quarter, "category": COMMIT}
    with pytest.raises(Denied):
        adjusting.adjust_forecast(actor=haruto, amount=yen(1), note="Mine", **asked)
    with pytest.raises(Invalid):
        adjusting.adjust_forecast(actor=mika, amount=yen(800), note=" ", **asked)
    adjusting.adjust_forecast(actor=mika, amount=yen(900), note="Slow permit", **asked)
    adjusting.adjust_forecast(actor=mika, amount=yen(800), note="Two are late", **asked)
    line = line_of(told(mika, quarter, Scope(team=tokyo)), haruto)
    assert line.open == yen(1000)
    assert (line.adjustments[COMMIT].amount, line.adjustments[COMMIT].note) == (yen(800), "Two are late")
    adjusting.adjust_forecast(actor=mika, amount=None, **asked)
    assert line_of(told(mika, quarter, Scope(team=tokyo)), haruto).adjustments == {}


def test_the_forecast_is_told_as_it_stood(enter: Make, haruto: Any, quarter: Period, today: dt.date) -> None:
    roof = enter("Roof", "1000 JPY", haruto, "commit")
    yesterday = today - dt.timedelta(days=1)
    note_states(day=yesterday)
    records.update(actor=SYSTEM, record=roof, changes={"amount": "400 JPY"})
    mine = Scope(person=haruto)
    assert told(haruto, quarter, mine, as_of=yesterday).total.open == yen(1000)
    assert told(haruto, quarter, mine).total.open == yen(400)


@pytest.mark.parametrize("begins_in", range(1, 13))
def test_periods_fill_the_year_whichever_month_it_begins_in(begins_in: int) -> None:
    for span, count in ((Span.MONTH, 12), (Span.QUARTER, 4), (Span.YEAR, 1)):
        year = Period.around(dt.date(2026, 8, 15), Span.YEAR, year_begins_in=begins_in)
        part = Period.around(year.first_on, span, year_begins_in=begins_in)
        days = 0
        for number in range(count):
            here = part.moved(number)
            assert Period.around(here.last_on, span, year_begins_in=begins_in) == here
            days += here.days
        assert days == year.days
        assert year.first_on.month == begins_in
        assert year.first_on <= dt.date(2026, 8, 15) <= year.last_on


def test_the_forecast_costs_as_many_queries_for_many_as_for_few(
    enter: Make, rate: Make, haruto: Any, sora: Any, mika: Any, headquarters: Any, quarter: Period,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    rate("EUR", "JPY", "160", quarter.first_on)
    for number in range(6):
        enter(f"{number}", f"{number + 1} EUR", (haruto, sora, mika)[number % 3], "commit")
    with django_assert_max_num_queries(13):
        assert told(mika, quarter, Scope(team=headquarters)).total.counts[COMMIT] == 6
