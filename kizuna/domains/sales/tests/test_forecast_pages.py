"""The pages of the forecast and the analysis, as people meet them."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.identity.services import teams
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.money import Money
from kizuna.domains.sales.models import ForecastAdjustment, Span, StageOutcome
from kizuna.domains.sales.queries import analysis
from kizuna.domains.sales.queries.analysis import Window
from kizuna.domains.sales.queries.forecast import Asked
from kizuna.domains.sales.queries.movement import movement
from kizuna.domains.sales.queries.periods import Period
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.services import note_states, states
from kizuna.domains.sales.views.asked import Question

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


def behind(client: Client, page: Any, title: str) -> str:
    """What stands behind the figure that says this sum."""
    url = re.findall(rf'href="(/forecast/stood[^"]*)"[^>]*title="{title}"', page.content.decode())[0]
    return text_of(client.get(html.unescape(url)))


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(page.content.decode())))


@pytest.fixture
def period() -> Period:
    return Period.around(timezone.localdate(), Span.QUARTER)


@pytest.fixture
def enter(deal: Make, stage: Make, period: Period) -> Make:
    def make(name: str, amount: str, owner: Any, category: str = "commit", **values: Any) -> Any:
        given = {"closes_on": period.last_on.isoformat(), "stage": stage("Enquiry"), **values}
        return deal(name, amount, owner=owner, forecast_category=category, **given)

    return make


def analysis_of(client: Client, **asked: Any) -> dict[str, str]:
    """What the panels of the analysis show, by their keys, as a script asks for them."""
    page = html.unescape(client.get("/pipeline-analysis", asked).content.decode())
    urls = re.findall(r'hx-get="(/pipeline-analysis/panels/[^"]*)"', page)
    found = {}
    for url in urls:
        part = client.get(url, headers={"HX-Request-Type": "partial"}).content.decode()
        assert "<html" not in part
        found[url.partition("?")[0].rpartition("/")[2]] = html.unescape(part)
    return found


def run(verb: str, deal: Any, **raw: Any) -> None:
    action = registry.get("opportunity").action(verb)
    assert action is not None
    action.run(actor=SYSTEM, record_id=deal.pk, raw=raw, reader=Reader.of(SYSTEM))


def test_a_figure_opens_the_list_of_just_its_deals(
    client: Client, enter: Make, haruto: Any, carol: Any, mika: Any
) -> None:
    enter("Roof garden", "1200000 JPY", haruto)
    enter("Skylight", "3000 JPY", haruto, "omitted")
    enter("Annex", "500000 JPY", carol, "pipeline")
    client.force_login(mika)
    page = client.get("/forecast", {"currency": "JPY", "scope": "all"})
    shown = html.unescape(page.content.decode())
    assert "¥1.7M" in shown
    links = re.findall(r'href="(/opportunities\?[^"]+)" title="[^"]*1,200,000"', shown)
    listed = text_of(client.get(links[0]))
    assert "Roof garden" in listed
    assert "Skylight" not in listed
    assert "Annex" not in listed


def test_a_share_of_a_deal_is_found_behind_the_figure(client: Client, enter: Make, haruto: Any, mika: Any) -> None:
    roof = enter("Roof garden", "1000 JPY", haruto)
    values = {"opportunity": roof.pk, "person": mika.pk, "percent": "40"}
    records.create(actor=SYSTEM, resource=registry.get("opportunitysplit"), values=values)
    client.force_login(mika)
    shown = html.unescape(client.get("/forecast", {"currency": "JPY", "scope": f"person-{mika.pk}"}).content.decode())
    links = re.findall(r'href="(/opportunities\?[^"]+)" title="[^"]*400"', shown)
    listed = client.get(links[0])
    assert (listed.status_code, "Roof garden" in text_of(listed)) == (200, True)


def test_who_sees_no_deals_sees_no_forecast(client: Client, nobody: Any, haruto: Any, hide: Make) -> None:
    client.force_login(nobody)
    for page in ("/forecast", "/forecast/projection", "/pipeline-analysis", "/pipeline-analysis/panels/funnel"):
        assert client.get(page).status_code == 403
    hide(haruto, "opportunity", "amount")
    client.force_login(haruto)
    assert client.get("/forecast").status_code == 403


def test_who_may_not_read_reasons_does_not_count_them(client: Client, haruto: Any, hide: Make) -> None:
    hide(haruto, "opportunity", "reason")
    client.force_login(haruto)
    assert [client.get(page).status_code for page in ("/forecast", "/pipeline-analysis")] == [200, 403]
    assert client.get("/today/panels/funnel").status_code == 404


def test_the_analysis_tells_of_the_usual_days_whatever_is_asked(client: Client, enter: Make, haruto: Any) -> None:
    client.force_login(haruto)
    for days in ("0090" + "9" * 5000, "-1", "²"):
        assert client.get("/pipeline-analysis", {"days": days}).status_code == 200


def test_the_analysis_says_what_it_is_for_where_nothing_happened(client: Client, enter: Make, haruto: Any) -> None:
    client.force_login(haruto)
    assert "No deal began or ended in these days" in text_of(client.get("/pipeline-analysis"))
    enter("Roof garden", "100 JPY", haruto)
    page = client.get("/pipeline-analysis")
    assert "No deal began or ended in these days" not in text_of(page)


def test_a_panel_of_the_analysis_is_a_page_where_no_script_asks_for_it(
    client: Client, enter: Make, haruto: Any, hide: Make
) -> None:
    enter("Roof garden", "100 JPY", haruto)
    client.force_login(haruto)
    page = html.unescape(client.get("/pipeline-analysis", {"days": "90"}).content.decode())
    (url,) = re.findall(r'<noscript><a [^>]*href="(/pipeline-analysis/panels/cohorts[^"]*)"', page)
    whole = client.get(url)
    assert "Began in" in text_of(whole)
    assert re.search(r'href="/pipeline-analysis\?[^"]*days=90', whole.content.decode())
    assert client.get("/pipeline-analysis/panels/nothing").status_code == 404


def test_a_deal_came_to_winning_by_being_won_wherever_that_stage_stands(
    enter: Make, stage: Make, haruto: Any, rate: Make
) -> None:
    rate("EUR", "JPY", "100", dt.date(2020, 1, 1))
    rate("EUR", "JPY", "200", timezone.localdate() - dt.timedelta(days=1))
    roof, annex = enter("Roof garden", "10 EUR", haruto), enter("Annex", "10 EUR", haruto)
    run("move_opportunity", annex, stage=stage("Negotiation").pk)
    run("win_opportunity", roof, on=(timezone.localdate() - dt.timedelta(days=5)).isoformat())
    records.update(actor=SYSTEM, record=stage("Won"), changes={"position": 1})
    today = timezone.localdate()
    window = Window(Scope(), roof.pipeline_id, today - dt.timedelta(days=30), today + dt.timedelta(days=1), haruto.zone)
    counts = {one.stage.name: one.count for one in analysis.funnel(SYSTEM, window, "JPY").steps}
    assert counts == {"Enquiry": 2, "Qualified": 2, "Quote sent": 2, "Negotiation": 2, "Won": 1}
    assert [one.worth for one in analysis.endings(SYSTEM, window, "JPY").ended] == [Money(1000, "JPY")]


def test_a_manager_adjusts_on_the_page_and_it_stands_beside(
    client: Client, enter: Make, haruto: Any, mika: Any
) -> None:
    enter("Roof garden", "1200000 JPY", haruto)
    client.force_login(mika)
    url = f"/forecast/adjust?scope=person-{haruto.pk}&category=commit&currency=JPY"
    assert "1,200,000" in text_of(client.get(url))
    refused = client.post(url, {"amount": "900000", "note": ""})
    assert (refused.status_code, "Say why" in text_of(refused)) == (422, True)
    assert client.post(url, {"amount": "900000", "note": "Permit is late"}).status_code == 302
    shown = text_of(client.get("/forecast", {"currency": "JPY", "scope": f"person-{haruto.pk}"}))
    assert "Permit is late" in shown
    assert "¥1.2M" in shown
    back = client.post(f"{url}&back=all", {"amount": "900000", "note": "Permit is late"})
    assert "scope=all" in back.url  # where the manager stood, not the page of the one person
    client.post(url, {"take_back": "1", "amount": "900000", "note": "Permit is late"})
    assert "Permit is late" not in text_of(client.get("/forecast", {"scope": f"person-{haruto.pk}"}))
    assert ForecastAdjustment.objects.count() == 3
    client.force_login(haruto)
    assert client.post(url, {"amount": "1", "note": "Mine"}).status_code == 403
    assert client.post("/forecast/year", {"begins_in": "4"}).status_code == 403


def test_what_changed_since_a_day_adds_up(
    client: Client, enter: Make, haruto: Any, mika: Any, too_expensive: Any, period: Period
) -> None:
    today = timezone.localdate()
    yesterday = today - dt.timedelta(days=1)
    made = {
        name: enter(name, f"{10**power} JPY", haruto)
        for power, name in enumerate(("same", "won", "lost", "slip", "grows", "gone", "given"))
    }
    comes = enter("comes in", "20000000 JPY", haruto, closes_on=period.moved(1).last_on.isoformat())
    note_states(day=yesterday)
    enter("new", "300000000 JPY", haruto)
    run("win_opportunity", made["won"])
    run("lose_opportunity", made["lost"], reason=too_expensive.pk)
    for name, changes in {
        "slip": {"closes_on": period.moved(1).first_on.isoformat()},
        "grows": {"amount": "70000 JPY"},
        "gone": {"forecast_category": "omitted"},
        "same": {"forecast_category": "best_case"},
    }.items():
        made[name].refresh_from_db()
        records.update(actor=SYSTEM, record=made[name], changes=changes)
    records.update(actor=SYSTEM, record=comes, changes={"closes_on": period.last_on.isoformat()})
    found = movement(mika, Asked(period, Scope(), "JPY"), yesterday)
    by_reason = {step.reason: int(step.difference.amount) for step in found.steps}
    assert by_reason == {
        "new": 300_000_000, "in": 20_000_000, "amount": 60_000,
        "won": -10, "lost": -100, "out": -1000, "gone": -100_000,
    }  # fmt: skip
    assert found.before + Money(sum(by_reason.values()), "JPY") == found.now
    assert found.recategorised == 1
    client.force_login(mika)
    page = text_of(client.get("/forecast/changes", {"as_of": yesterday.isoformat(), "scope": "all", "currency": "JPY"}))
    assert "Slipped" in page
    assert "¥300,000,000" in page


def test_what_was_won_so_far_opens_the_deals_of_whom_the_page_is_about(
    client: Client, deal: Make, stage: Make, haruto: Any, mika: Any
) -> None:
    today = timezone.localdate(timezone=mika.zone).isoformat()
    for name, amount, owner in (("Roof garden", "1000 JPY", haruto), ("Lounge", "50 JPY", mika)):
        deal(name, amount, owner=owner, stage=stage("Won"), closes_on=today)
    client.force_login(mika)
    asked = {"currency": "JPY", "scope": f"person-{haruto.pk}"}
    shown = html.unescape(client.get("/forecast/projection", asked).content.decode())
    links = re.findall(r'href="(/opportunities\?[^"]+)"[^>]*>¥1,000<', shown)
    assert links
    for link in [*links, *re.findall(r'href="(/opportunities\?[^"]+)"[^>]*aria-label="[^"]* won"', shown)]:
        listed = text_of(client.get(link))
        assert "Roof garden" in listed
        assert "Lounge" not in listed


def test_there_is_no_projection_without_enough_to_go_by(client: Client, enter: Make, haruto: Any) -> None:
    enter("Roof garden", "1200000 JPY", haruto)
    client.force_login(haruto)
    assert "Not enough data" in text_of(client.get("/forecast/projection", {"currency": "JPY"}))


def test_the_analysis_tells_how_far_deals_came_and_opens_them(
    client: Client, enter: Make, stage: Make, haruto: Any, mika: Any, too_expensive: Any
) -> None:
    roof, annex = enter("Roof garden", "100 JPY", haruto), enter("Annex", "100 JPY", haruto)
    run("move_opportunity", roof, stage=stage("Quote sent").pk)
    run("lose_opportunity", annex, reason=too_expensive.pk)
    assert states.reckon_outcomes() == StageOutcome.objects.count() > 0
    client.force_login(mika)
    panels = analysis_of(client, scope="all")
    assert list(panels) == ["funnel", "velocity", "endings", "cohorts", "activity"]
    links = re.findall(r'href="(/pipeline-analysis/deals[^"]*)"><span class="k-clip">Quote sent', panels["funnel"])
    behind = text_of(client.get(links[0]))
    assert "Roof garden" in behind
    assert "Annex" not in behind
    (lost,) = re.findall(r'href="(/opportunities\?[^"]+)"><span class="k-clip">Too expensive', panels["endings"])
    listed = text_of(client.get(lost))
    assert ("Annex" in listed, "Roof garden" in listed) == (True, False)


def test_home_has_the_figures_the_chart_and_the_funnel_of_who_sells(
    client: Client, enter: Make, haruto: Any, nobody: Any
) -> None:
    enter("Roof garden", "1200000 JPY", haruto)
    note_states(day=timezone.localdate() - dt.timedelta(days=7))
    client.force_login(haruto)
    assert "¥1.2M" in text_of(client.get("/today/panels/sales"))
    assert "k-chart" in client.get("/today/panels/forecast").content.decode()
    assert "Enquiry" in text_of(client.get("/today/panels/funnel"))
    client.force_login(nobody)
    assert client.get("/today/panels/sales").status_code == 404


def test_the_navigation_goes_from_leads_to_products(client, alice) -> None:
    client.force_login(alice)
    page = client.get("/opportunities").content.decode()
    places = [
        page.index(f'href="/{one}"') for one in ("leads", "opportunities", "sales", "quotes", "orders", "products")
    ]
    assert places == sorted(places)


def test_a_figure_of_a_team_opens_its_deals_however_many_people_it_has(
    client: Client,
    enter: Make,
    haruto: Any,
    carol: Any,
    headquarters: Any,
    tokyo: Any,
    alice: Any,
    too_expensive: Any,
) -> None:
    inner = teams.create_team(actor=SYSTEM, name="Roofs", parent=tokyo)
    User.objects.filter(pk=haruto.pk).update(team=inner)
    roof = enter("Roof garden", "1200000 JPY", haruto)
    enter("Annex", "500000 JPY", carol)
    client.force_login(alice)
    page = client.get("/forecast", {"currency": "JPY", "scope": f"team-{headquarters.pk}"})
    line = next(one for one in page.context["lines"] if one["name"] == "Tokyo")
    listed = client.get(line["cells"][1]["url"])
    assert f"/opportunities/{roof.pk}" in listed.content.decode()
    assert "Annex" not in text_of(listed)
    assert re.search(r"Owner › Team\s+is\s+Tokyo", text_of(listed))
    run("lose_opportunity", roof, reason=too_expensive.pk)
    ended = client.get("/pipeline-analysis/panels/endings", {"scope": f"team-{tokyo.pk}"}).context["content"]["lost"][0]
    assert f"/opportunities/{roof.pk}" in client.get(ended["url"]).content.decode()


def test_what_has_no_rate_is_told_on_every_page_with_sums(
    client: Client, enter: Make, haruto: Any, period: Period, too_expensive: Any, japan: Any, rate: Make
) -> None:
    enter("Roof garden", "1000 JPY", haruto)
    enter("Seoul", "5000 KRW", haruto)
    run("lose_opportunity", enter("Busan", "700 KRW", haruto), reason=too_expensive.pk)
    note_states(day=timezone.localdate() - dt.timedelta(days=1))
    values = {"person": haruto.pk, "span": "quarter", "begins_on": period.first_on.isoformat(), "amount": "9 USD"}
    records.create(actor=SYSTEM, resource=registry.get("quota"), values=values)
    client.force_login(haruto)
    open_ones = "1 deal is left out of the sums (₩5,000): no exchange rate into JPY"
    for page in (
        "/forecast", "/forecast/territories", "/forecast/projection", "/sales/panels/figures", "/sales/panels/forecast",
        f"/forecast/changes?as_of={timezone.localdate() - dt.timedelta(days=1)}",
    ):  # fmt: skip
        joined = "&" if "?" in page else "?"
        assert open_ones in text_of(client.get(f"{page}{joined}currency=JPY")), page
    assert "Quotas of $9.00 are left out" in text_of(client.get("/forecast?currency=JPY"))
    for page in ("/pipeline-analysis/panels/funnel", "/sales/panels/funnel"):
        assert "2 deals are left out of the sums (₩5,700)" in text_of(client.get(f"{page}?currency=JPY")), page
    for page in ("/pipeline-analysis/panels/endings", "/sales/panels/endings"):
        assert "1 deal is left out of the sums (₩700)" in text_of(client.get(f"{page}?currency=JPY")), page
    rate("KRW", "JPY", "0.1", dt.date(2020, 1, 1))
    rate("USD", "JPY", "150", dt.date(2020, 1, 1))
    assert "left out" not in text_of(client.get("/forecast?currency=JPY"))


def test_a_figure_of_the_past_opens_the_deals_as_they_stood(
    client: Client, enter: Make, haruto: User, mika: User, period: Period
) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    roof, _inn = enter("Roof garden", "1200000 JPY", haruto), enter("Night market", "700000 JPY", mika)
    note_states(day=yesterday)
    records.update(actor=SYSTEM, record=roof, changes={"amount": "900000 JPY"})
    client.force_login(mika)
    asked = {"as_of": yesterday.isoformat(), "scope": "all", "currency": "JPY", "on": period.first_on.isoformat()}
    told = behind(client, client.get("/forecast", asked | {"scope": f"person-{haruto.pk}"}), "¥1,200,000")
    assert "Roof garden Commit" in told
    assert f"{haruto.name} · {period.words('en')} · Closed, Commit" in told
    assert "¥1,200,000" in told
    assert "Night market" not in told
    assert "Night market" in behind(client, client.get("/forecast", asked), "¥1,900,000")
    client.force_login(haruto)
    assert "Night market" not in text_of(client.get("/forecast/stood", asked | {"scope": "", "categories": "commit"}))
    assert client.get("/forecast/stood", {"categories": "commit"}).status_code == 404


def test_of_a_day_before_the_first_note_the_forecast_says_that_nothing_is_known(client: Client, mika: User) -> None:
    client.force_login(mika)
    assert "Nothing is known of that day" in text_of(client.get("/forecast", {"as_of": "2001-02-03"}))


def test_without_any_deal_the_forecast_says_what_it_is_for_and_what_to_do(
    client: Client, enter: Make, haruto: User, mika: User, tokyo: Any
) -> None:
    User.objects.filter(pk=haruto.pk).update(team=tokyo)
    client.force_login(mika)
    assert "There is nothing to forecast yet" in text_of(client.get("/forecast", {"scope": f"team-{tokyo.pk}"}))
    client.force_login(haruto)
    assert "There is nothing to forecast yet" in text_of(client.get("/forecast"))
    assert 'href="/opportunities/new"' in client.get("/forecast").content.decode()
    enter("Roof garden", "100 JPY", haruto, closes_on="2031-02-03")
    assert "There is nothing to forecast yet" not in text_of(client.get("/forecast"))


def test_a_day_is_past_once_it_is_over_for_the_server_wherever_people_are(mika: User, monkeypatch: Any) -> None:
    late = dt.datetime(2026, 9, 30, 16, tzinfo=dt.UTC)  # the 1st of October in Tokyo
    monkeypatch.setattr(timezone, "now", lambda: late)
    mika.time_zone = "Asia/Tokyo"
    question = Question.of(mika, {"as_of": "2026-09-30"})
    assert question.asked.as_of is None
    assert question.asked.period.first_on == dt.date(2026, 10, 1)
    assert Question.of(mika, {"as_of": "2026-09-29"}).asked.as_of == dt.date(2026, 9, 29)
