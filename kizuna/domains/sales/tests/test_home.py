"""Selling on one page, and what people did: panels, their definitions, and figures that open their records."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.access.models import Grant, Scope
from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.domains.sales.queries.people import ENOUGH_DEALS, Days, people
from kizuna.domains.sales.queries.scopes import Scope as Whose
from kizuna.domains.sales.tests.conftest import made
from kizuna.domains.sales.views.home import PARTS, last_monday

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


def body(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def rows(client: Client, url: str) -> set[str]:
    """The names on the list, or on the page of records, that a figure opens."""
    page = body(client.get(url))
    found = re.findall(r'aria-label="Select ([^"]+)"', page) or re.findall(r"data-open>([^<]+)</a>", page)
    return set(found) - {"all on this page"}


def figure(page: str, row: str, column: str) -> tuple[str, str]:
    """What a person's figure says and where it leads."""
    line = re.search(rf"<tr[^>]*><th scope=\"row\">{row}</th>(.*?)</tr>", page, re.S)
    assert line, f"{row} is not on the page"
    cell = re.search(rf'data-label="{column}">(?:<a href="([^"]*)">)?([^<]*)', line[1])
    assert cell, f"{row} has no {column}"
    return cell[2], cell[1] or ""


def win(deal: Any) -> None:
    action = registry.get("opportunity").action("win_opportunity")
    assert action is not None
    action.run(actor=SYSTEM, record_id=deal.pk, raw={}, reader=Reader.of(SYSTEM))


@pytest.fixture
def month() -> Days:
    today = timezone.localdate()
    return Days(today.replace(day=1), today)


@pytest.fixture
def call(db: None) -> Make:
    """`call(haruto, "About the roof")`, with a customer of his, now."""

    def make(person: Any, subject: str, **values: Any) -> Any:
        contact = made("contact", family_name="青葉", given_name=subject, owner=person.pk)
        given = {"contact": contact.pk, "happened_at": timezone.now().isoformat(), **values}
        return made("interaction", kind="call", subject=subject, handled_by=person.pk, owner=person.pk, **given)

    return make


# ── the page for the meeting ──


def test_every_panel_is_there_with_its_definition_and_asked_for_after_the_page(client: Client, mika: Any) -> None:
    client.force_login(mika)
    page = body(client.get("/sales"))
    for part in PARTS:
        assert f"/sales/panels/{part.key}?" in page
        assert str(part.how) in page
        assert client.get(f"/sales/panels/{part.key}").status_code == 200
    assert client.get("/sales/panels/nothing").status_code == 404
    assert 'href="/sales"' in page


def test_deals_to_look_at_lead_to_the_list_of_just_these(client: Client, deal: Make, haruto: Any, mika: Any) -> None:
    yesterday = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    deal("Past its day", "100 JPY", owner=haruto, closes_on=yesterday)
    deal("Step overdue", "100 JPY", owner=haruto, next_step_on=yesterday)
    deal("In time", "100 JPY", owner=haruto)
    client.force_login(mika)
    page = body(client.get("/sales/panels/attention", {"scope": f"person-{haruto.pk}"}))
    urls = re.findall(r'<h3><a href="(/opportunities[^"]*)">', page)
    assert [rows(client, url) for url in urls] == [{"Past its day"}, {"Step overdue"}]


def test_a_field_of_the_heat_map_opens_its_interactions(client: Client, call: Make, sales: Any, haruto: Any) -> None:
    call(haruto, "About the roof")
    client.force_login(haruto)
    page = body(client.get("/sales/panels/activity", {"span": "month"}))
    hours, weeks = (
        re.findall(rf'href="({part}[^"]*)"', page) for part in ("/pipeline-analysis/inter", "/interactions")
    )
    assert len(hours) == len(weeks) == 1
    assert rows(client, hours[0]) == {"About the roof"}
    assert "About the roof" in body(client.get(weeks[0]))
    assert client.get("/pipeline-analysis/interactions", {"weekday": "x", "hour": "9"}).status_code == 404


def test_the_figures_of_the_funnel_open_the_deals_of_the_same_days(client: Client, deal: Make, haruto: Any) -> None:
    deal("Roof garden", "100 JPY", owner=haruto)
    client.force_login(haruto)
    for span in ("month", "year"):
        page = body(client.get("/sales/panels/funnel", {"span": span}))
        url = re.findall(r'<a href="(/pipeline-analysis/deals[^"]*)"', page)[0]
        assert rows(client, url) == {"Roof garden"}


def test_what_is_counted_of_one_pipeline_says_of_which_where_there_are_several(
    client: Client, sales: Any, mika: Any
) -> None:
    client.force_login(mika)
    assert f"Pipeline: {sales.name}" not in body(client.get("/sales/panels/endings"))
    first = made("pipeline", name="Renovations")
    for key in ("funnel", "velocity", "endings"):
        assert f"Pipeline: {first.name}" in body(client.get(f"/sales/panels/{key}")), key
        assert "Pipeline:" not in body(client.get(f"/sales/panels/{key}", {"pipeline": str(sales.pk)})), key


def test_the_last_meeting_was_on_a_monday_before_today() -> None:
    assert last_monday(dt.date(2026, 11, 23)) == dt.date(2026, 11, 16)
    assert last_monday(dt.date(2026, 11, 26)) == dt.date(2026, 11, 23)


def test_panels_ask_the_same_number_of_questions_whatever_there_is(
    client: Client, call: Make, deal: Make, haruto: Any
) -> None:
    client.force_login(haruto)

    def asked() -> list[int]:
        found = []
        for part in PARTS:
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/sales/panels/{part.key}")
            found.append(len(queries))
        return found

    def more(count: int) -> None:
        for number in range(count):
            deal(f"Deal {number}", "100 JPY", owner=haruto, closes_on=timezone.localdate().isoformat())
            call(haruto, f"Call {number}")

    more(2)
    asked()  # warms what a process keeps
    before = asked()
    more(4)
    assert asked() == before


# ── what people did ──


def test_who_leads_sees_their_team_and_everybody_sees_themselves(
    client: Client, call: Make, sales: Any, haruto: Any, sora: Any, carol: Any, mika: Any
) -> None:
    for person in (haruto, sora, carol):
        call(person, f"Of {person.name}")
    mika.team = haruto.team
    mika.save()
    client.force_login(mika)
    page = body(client.get("/sales/people"))
    assert figure(page, "Haruto", "Calls")[0] == "1"
    assert ">Carol<" not in page
    client.force_login(haruto)
    page = body(client.get("/sales/people", {"scope": f"person-{sora.pk}"}))
    assert figure(page, "Haruto", "Calls")[0] == "1"
    assert ">Sora<" not in page


def test_each_figure_opens_exactly_its_records(
    client: Client, call: Make, deal: Make, haruto: Any, sora: Any, mika: Any
) -> None:
    call(haruto, "About the roof")
    call(haruto, "Long ago", happened_at="2020-01-06T09:00:00Z")
    call(sora, "About the garden")
    won = deal("Roof garden", "1200 JPY", owner=haruto)
    win(won)
    deal("Annex", "300 JPY", owner=haruto)
    client.force_login(mika)
    page = body(client.get("/sales/people", {"span": "month"}))
    said, url = figure(page, "Haruto", "Calls")
    assert said == "1"
    assert "About the roof" in body(client.get(url))
    assert "Long ago" not in body(client.get(url))
    said, url = figure(page, "Haruto", "Deals won")
    assert (said, rows(client, url)) == ("1", {"Roof garden"})
    said, url = figure(page, "Haruto", "Deals moved on")
    assert (said, rows(client, url)) == ("1", {"Annex"})


def test_days_away_and_days_before_somebody_came_do_not_count(haruto: Any, sora: Any, mika: Any) -> None:
    week = Days(dt.date(2026, 9, 7), dt.date(2026, 9, 18))
    haruto.created_at = sora.created_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    haruto.save()
    sora.created_at = dt.datetime(2026, 9, 16, tzinfo=dt.UTC)
    sora.save()
    made("absence", owner=haruto.pk, since_on="2026-09-10", until_on="2026-09-13")
    made("task", title="Ring back", owner=haruto.pk)
    found = {row.person.name: row for row in people(SYSTEM, Whose(person=haruto), week, "JPY").rows}
    assert (found["Haruto"].days, found["Haruto"].since) == (8, None)
    found = {row.person.name: row for row in people(SYSTEM, Whose(person=sora), week, "JPY").rows}
    assert (found["Sora"].days, found["Sora"].since) == (3, dt.date(2026, 9, 16))
    assert found["Sora"].per_day("calls") is None, "three days are too few for a rate"


def test_a_win_rate_needs_enough_deals(client: Client, deal: Make, haruto: Any, month: Days) -> None:
    for number in range(ENOUGH_DEALS - 1):
        win(deal(f"Deal {number}", "100 JPY", owner=haruto))
    row = next(iter(people(haruto, Whose(person=haruto), month, "JPY").rows))
    assert row.win_rate is None
    client.force_login(haruto)
    assert "too few to compare" in body(client.get("/sales/people", {"span": "month"}))
    win(deal("One more", "100 JPY", owner=haruto))
    row = next(iter(people(haruto, Whose(person=haruto), month, "JPY").rows))
    assert row.win_rate == 100
    assert row.won is not None
    assert row.won.amount == 100 * ENOUGH_DEALS


def test_what_a_leader_may_not_read_is_no_column(client: Client, sales: Any, haruto: Any, mika: Any) -> None:
    Grant.objects.filter(role__in=haruto.roles.all(), resource__in=("task", "*"), operation="read").update(scope=0)
    Grant.objects.create(role=haruto.roles.get(), resource="opportunity", operation="read", scope=Scope.OWN)
    client.force_login(haruto)
    page = body(client.get("/sales/people"))
    assert 'data-label="Tasks done"' not in page


def test_the_people_are_asked_for_in_a_constant_number_of_questions(
    call: Make, haruto: Any, sora: Any, mika: Any, month: Days
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            people(mika, Whose(), month, "JPY")
        return len(queries)

    asked()
    before = asked()
    for person in (haruto, sora):
        call(person, "Once more")
    assert asked() == before <= 17
