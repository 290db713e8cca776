"""What a customer's page shows of its touches: a timeline to narrow, figures, and what everybody must know."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.testing.visiting import content_of, page_of
from kizuna.customers.timeline import queries, services
from kizuna.customers.timeline.models import Interaction, Task, kinds

NOW = timezone.now()


def ago(days, hours=0):
    return NOW - dt.timedelta(days=days, hours=hours)


@pytest.fixture
def aoba(make):
    return make("company", name="青葉建設")


@pytest.fixture
def yoko(make, haruto, aoba):
    home = make("household", name="山本家")
    return make("contact", family_name="山本", owner=haruto, company=aoba, household=home)


@pytest.fixture
def talks(make, haruto, sora, yoko):
    """Three touches in twenty days, of two people and in two channels."""
    make("interaction", contact=yoko, owner=haruto, body="Asked for the oak table.", happened_at=ago(20))
    make("interaction", contact=yoko, owner=sora, kind="talk", body="Liked the lamp.", happened_at=ago(12))
    make("interaction", contact=yoko, owner=haruto, kind="call", direction="in", body="Ordered!", happened_at=ago(10))


def timeline_of(visitor, record, **asked):
    answer = visitor.ask(f"/{record}/timeline", **asked)
    assert answer.status_code == 200
    return content_of(answer)


def said(page):
    return [words for words in ("oak table", "the lamp", "Ordered!") if words in page]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["oak table", "the lamp", "Ordered!"]),
        ({"channel": "in_person"}, ["the lamp"]),
        ({"direction": "in"}, ["the lamp", "Ordered!"]),
        ({"kind": "call", "direction": "out"}, ["oak table"]),
        ({"q": "lamp"}, ["the lamp"]),
        ({"since": ago(13).date().isoformat()}, ["the lamp", "Ordered!"]),
        ({"until": ago(15).date().isoformat()}, ["oak table"]),
        ({"show": "task"}, []),
        ({"nonsense": "1"}, ["oak table", "the lamp", "Ordered!"]),
    ],
)
def test_a_timeline_is_narrowed_by_what_was_asked(alice, visit, yoko, talks, asked, shown) -> None:
    assert said(timeline_of(visit(alice), f"contacts/{yoko.pk}", **asked)) == shown


def test_a_timeline_is_narrowed_to_who_handled_it(alice, sora, visit, yoko, talks) -> None:
    assert said(timeline_of(visit(alice), f"contacts/{yoko.pk}", who=sora.pk)) == ["the lamp"]


def test_companies_and_households_show_the_touches_of_their_people(alice, visit, yoko, talks) -> None:
    for place in (f"companies/{yoko.company_id}", f"households/{yoko.household_id}"):
        page = timeline_of(visit(alice), place)
        assert len(said(page)) == 3
        assert "山本" in page


def test_touches_of_one_moment_are_neither_lost_nor_shown_twice(alice, visit, yoko) -> None:
    same = [
        Interaction(contact=yoko, kind="mail", body=f"Mail {number:02}", happened_at=ago(3)) for number in range(45)
    ]
    services.log_interactions(actor=SYSTEM, interactions=same)
    page = page_of(visit(alice).ask(f"/contacts/{yoko.pk}/timeline", show="interaction"))
    seen = re.findall(r"Mail \d\d", page)
    more = re.search(r'k-more-entries" hx-get="([^"]+)"', page)
    assert more
    seen += re.findall(r"Mail \d\d", page_of(visit(alice).ask(more[1].replace("&amp;", "&"))))
    assert len(set(seen)) == 45
    assert seen.count("Mail 20") == seen.count("Mail 00")


def test_strangers_see_nothing_of_it(carol, grant, visit, yoko, talks) -> None:
    grant(
        carol, contact={"read": "all"}, company={"read": "all"}, interaction={"read": "own"}, household={"read": "all"}
    )
    for place in (f"contacts/{yoko.pk}", f"companies/{yoko.company_id}", f"households/{yoko.household_id}"):
        assert said(timeline_of(visit(carol), place)) == []
    assert queries.figures(carol, "contact", yoko.pk).total == 0


# ── figures ──


def test_the_figures_say_when_how_often_in_which_ways_and_by_whom(alice, haruto, sora, yoko, talks) -> None:
    found = queries.figures(alice, "contact", yoko.pk)
    assert (found.total, found.people) == (3, {haruto.pk: 2, sora.pk: 1})
    assert found.last_in.body == "Ordered!"
    assert found.last_out.body == "Asked for the oak table."
    assert found.cadence == 5
    assert {code: sum(counts) for code, counts in found.channels.items()} == {"phone": 2, "in_person": 1}
    assert [part.most for part in found.parts] == [40, 30, 20, 10]
    assert 0 < found.strength <= 100


def test_no_touch_at_all_is_no_relation(alice, yoko) -> None:
    found = queries.figures(alice, "contact", yoko.pk)
    assert (found.total, found.strength, found.cadence, found.last) == (0, 0, None, None)


def test_strength_is_what_the_guide_says() -> None:
    parts = queries.strength(days_since=90, weight=30, came=2, went=4, channels=3)
    assert [part.points for part in parts] == [20, 15, 10, 10]


def test_the_panel_leads_from_every_figure_to_its_records(alice, haruto, visit, yoko, talks) -> None:
    his = visit(alice)
    for place in (f"contacts/{yoko.pk}", f"companies/{yoko.company_id}", f"households/{yoko.household_id}"):
        assert "k-touch-chart" in page_of(his.ask(f"/{place}/touches"))
    page = page_of(his.ask(f"/contacts/{yoko.pk}/touches"))
    for url in re.findall(r'href="(/interactions\?[^"]+)"', page):
        assert his.get(url.replace("&amp;", "&")).status_code == 200
    assert his.get("/tasks/1/touches").status_code == 404


def test_the_page_costs_the_same_queries_however_many_touches_there_are(alice, visit, yoko, talks) -> None:
    hers = visit(alice)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            hers.get(f"/contacts/{yoko.pk}")
            hers.ask(f"/contacts/{yoko.pk}/touches")
            hers.ask(f"/companies/{yoko.company_id}/timeline")
        return len(asked)

    cost()
    few = cost()
    more = [Interaction(contact=yoko, kind="mail", happened_at=ago(number % 300 + 1)) for number in range(60)]
    services.log_interactions(actor=SYSTEM, interactions=more)
    assert cost() == few


# ── what everybody must know ──


def test_what_everybody_must_know_stands_on_top_until_it_is_taken_down(alice, haruto, visit, make, yoko) -> None:
    note = make("note", contact=yoko, body="Never call before noon.")
    assert "k-known" in page_of(visit(alice).get(f"/contacts/{yoko.pk}"))
    assert "Never call" not in page_of(visit(alice).ask(f"/contacts/{yoko.pk}/facts"))
    services.pin_note(actor=alice, note=note)
    for place in (f"contacts/{yoko.pk}", f"households/{yoko.household_id}"):
        assert "Never call" in page_of(visit(alice).ask(f"/{place}/facts"))
    of_home = page_of(visit(alice).ask(f"/households/{yoko.household_id}/facts"))
    assert "<strong>山本</strong>" in of_home, "whom of the household it is about"
    note.refresh_from_db()
    services.unpin_note(actor=alice, note=note)
    assert "Never call" not in page_of(visit(alice).ask(f"/contacts/{yoko.pk}/facts"))


# ── logging by hand ──


def test_a_call_is_logged_where_one_stands_with_a_task_to_follow(haruto, visit, yoko) -> None:
    his, form = visit(haruto), {"once": "c" * 32, "kind": "call", "body": "No time today.", "outcome": "call_back"}
    for _time in range(2):
        sent = his.send(f"/contacts/{yoko.pk}/compose/interaction", **form, follow_up="Call again", follow_up_on="")
        assert sent.status_code == 200
    call = Interaction.objects.get()
    assert (call.contact, call.handled_by, call.outcome, call.direction) == (yoko, haruto, "call_back", "out")
    task = Task.objects.get()
    assert (task.title, task.contact, task.owner, task.due_on) == (
        "Call again", yoko, haruto, timezone.localdate(timezone=haruto.zone) + dt.timedelta(days=1),
    )  # fmt: skip


def test_a_day_that_is_none_loses_nothing(haruto, visit, yoko) -> None:
    form = {"once": "d" * 32, "body": "Spoke.", "follow_up": "Call again", "follow_up_on": "soon"}
    sent = visit(haruto).send(f"/contacts/{yoko.pk}/compose/interaction", **form)
    assert sent.status_code == 422
    assert "Call again" in page_of(sent)
    assert not Interaction.objects.exists()


def test_the_palette_logs_a_letter(haruto, visit, yoko) -> None:
    his = visit(haruto)
    assert "/interactions/new?kind=letter" in page_of(his.ask("/palette", q="log a let"))
    form = page_of(his.get("/interactions/new", kind="letter"))
    assert re.search(r'value="letter"\s+selected', form)
    assert "follow_up" in form


def test_of_a_busy_month_the_newest_touches_are_counted_and_the_page_says_so(
    alice, haruto, visit, yoko, monkeypatch
) -> None:
    monkeypatch.setattr(queries.touches, "MOST_OF_MONTH", 3)
    first = timezone.localdate().replace(day=1)
    last_month = (first - dt.timedelta(days=1)).replace(day=10)
    moment = dt.datetime.combine(last_month, dt.time(12), dt.UTC)
    for number in range(5):
        put(yoko, haruto, kind="talk" if number == 0 else "call", at=moment + dt.timedelta(hours=number))
    put(yoko, haruto, kind="talk", at=moment - dt.timedelta(days=31))
    found = queries.figures(alice, "contact", yoko.pk)
    assert found.is_capped
    assert {channel: sum(counts) for channel, counts in found.channels.items()} == {"phone": 3, "in_person": 1}
    assert found.people == {haruto.pk: 4}
    page = content_of(visit(alice).ask(f"/contacts/{yoko.pk}/touches"))
    assert "4+" in page
    assert "Of each month the newest" in page


def put(contact, who, *, kind: str, at: dt.datetime) -> None:
    known = kinds.named(kind)
    Interaction.objects.create(
        contact=contact, subject="S", kind=kind, channel=known.channel, direction=known.direction, happened_at=at,
        owner=who, handled_by=who,
    )  # fmt: skip
