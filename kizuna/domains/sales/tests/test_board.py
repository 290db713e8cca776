"""Deals on a board whose columns are the stages of a pipeline."""

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.access.models import Grant, Scope
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import Role
from kizuna.base.records import services as records
from kizuna.base.saved_views import services as views
from kizuna.base.testing.plans import explained, only, reluctant
from kizuna.base.testing.visiting import page_of, said, undo_of
from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Opportunity, Stage
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db

BOARD = {"mode": "board"}
KNOWN = ("Too expensive", "Went to a competitor", "Best offer")


def lanes(answer) -> dict[str, list[str]]:
    """Titles of the cards by column; of a collapsed one none."""
    found = {}
    for lane in page_of(answer).split("<section ")[1:]:
        label = unescape(re.findall(r'data-label="([^"]*)"', lane)[0])
        found[label] = re.findall(r'class="k-bcard-title"[^>]*>(.*?)</a>', lane)
    return found


def heads(answer) -> list[str]:
    found = re.findall(r'id="lane-\d+-facts"[^>]*>(.*?)</div>', page_of(answer), re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", text).split()) for text in found]


def words_of(answer, ident: str) -> str:
    text = re.findall(rf'id="{ident}"[^>]*>(.*?)</p>', page_of(answer), re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def drop(browser, deal: Opportunity, stage: Stage, **further):
    deal.refresh_from_db()
    given = {"field": "stage", "value": stage.pk, "version": deal.version} | further
    return browser.post(f"/opportunities/{deal.pk}/move?mode=board", **given)


def offered(browser, answer) -> set[str]:
    """Of the closing reasons that the picker of a form shows, those that the tests speak of."""
    url = unescape(re.findall(r'data-url="(/closereasons/pick[^"]*)"', page_of(answer))[0])
    return {name for name in KNOWN if f'data-text="{name}"' in page_of(browser.get(url))}


@pytest.fixture
def renovation(sales):
    """Another pipeline, with stages of the same names."""
    found = made("pipeline", name="Renovation", position=20)
    made("stage", pipeline=found.pk, name="Site survey", position=10)
    made("stage", pipeline=found.pk, name="Negotiation", position=20, probability=75)
    made("stage", pipeline=found.pk, name="Won", kind="won", position=30)
    return found


def test_the_columns_are_the_stages_and_the_ends_are_collapsed(deal, stage, haruto, visit) -> None:
    deal("Roof garden", owner=haruto)
    deal("Carport", owner=haruto, stage=stage("Won"))
    page = visit(haruto).get("/opportunities", **BOARD)
    assert list(lanes(page)) == ["Enquiry", "Qualified", "Quote sent", "Negotiation", "Won", "Lost"]
    assert lanes(page)["Enquiry"] == ["Roof garden"]
    assert lanes(page)["Won"] == []
    opened = visit(haruto).get("/opportunities", **BOARD, collapsed="-")
    assert lanes(opened)["Won"] == ["Carport"]


def test_each_pipeline_has_a_board_and_it_is_remembered(deal, renovation, haruto, visit) -> None:
    deal("Roof garden", owner=haruto)
    deal("Flat roof", owner=haruto, pipeline=renovation.pk)
    browser = visit(haruto)
    assert lanes(browser.get("/opportunities", **BOARD, within=renovation.pk))["Site survey"] == ["Flat roof"]
    again = browser.get("/opportunities", **BOARD)
    assert list(lanes(again)) == ["Site survey", "Negotiation", "Won"]
    assert "Renovation" in page_of(again)


def test_heads_tell_amounts_and_what_of_them_is_to_be_expected(deal, stage, haruto, visit) -> None:
    deal("Roof garden", "3960000 JPY", owner=haruto)
    deal("Carport", "40000 JPY", owner=haruto, own_probability=50)
    deal("School roofs", "11200000 JPY", owner=haruto, stage=stage("Won"))
    answer = visit(haruto).get("/opportunities/board/heads", **BOARD)
    found = heads(answer)
    assert found[0] == "2 ¥4M ¥416K weighted"
    assert found[4] == "1 ¥11.2M"
    assert words_of(answer, "board-sums") == "¥4M open ¥416K weighted"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="what an index includes is PostgreSQL's")
def test_the_heads_of_any_number_of_cards_are_read_from_one_index(deal, alice, visit) -> None:
    deal("Roof garden", "100 JPY")
    with CaptureQueriesContext(connection) as asked:
        visit(alice).get("/opportunities/board/heads", **BOARD)
    only("sales_opp_stage")
    reluctant()
    [counting] = [one["sql"] for one in asked if "lane_weight" in one["sql"]]
    assert counting.count("SELECT") == 2 * explained(counting).count("Index Only Scan using sales_opp_stage")


def test_overdue_and_rotting_cards_are_marked_and_counted_but_not_what_is_closed(deal, stage, haruto, visit) -> None:
    records.update(actor=SYSTEM, record=stage("Enquiry"), changes={"max_age_days": 7})
    past = timezone.localdate() - dt.timedelta(days=30)
    late = deal("Kindergarten", owner=haruto, next_step_on=str(past))
    old = deal("Heat pump", owner=haruto)
    Opportunity.objects.filter(pk=old.pk).update(rots_on=past)
    deal("School roofs", owner=haruto, stage=stage("Won"), next_step_on=str(past))
    browser = visit(haruto)
    page = page_of(browser.get("/opportunities", **BOARD))
    assert re.search(rf'class="k-bcard k-late" id="card-{late.pk}"', page)
    assert re.search(rf'class="k-bcard k-rotting" id="card-{old.pk}"', page)
    answer = browser.get("/opportunities/board/heads", **BOARD)
    assert words_of(answer, "board-marks") == "1 overdue 1 rotting"
    (address,) = [unescape(one) for one in re.findall(r'k-warn" href="([^"]+)', page_of(answer))]
    listed = page_of(browser.get(address))
    assert "Heat pump" in listed
    assert "Kindergarten" not in listed


def test_a_drop_calls_the_verb_and_undo_puts_the_card_back(deal, stage, haruto, visit) -> None:
    roof = deal("Roof garden", "100 JPY", owner=haruto)
    browser = visit(haruto)
    answer = drop(browser, roof, stage("Negotiation"))
    roof.refresh_from_db()
    assert (answer.status_code, roof.stage.name, roof.probability) == (200, "Negotiation", 75)
    assert "Roof garden" in page_of(answer)
    browser.post(undo_of(answer))
    roof.refresh_from_db()
    assert (roof.stage.name, roof.probability) == ("Enquiry", 10)


def test_a_win_and_a_loss_are_offered_their_own_reasons(deal, haruto, visit) -> None:
    roof, browser = deal("Roof garden", owner=haruto), visit(haruto)
    win, lose = (browser.get(f"/opportunities/{roof.pk}/actions/{verb}_opportunity") for verb in ("win", "lose"))
    assert offered(browser, win) == {"Best offer"}
    assert offered(browser, lose) == {"Too expensive", "Went to a competitor"}


def test_a_deal_that_has_ended_is_offered_reasons_of_its_end(deal, stage, too_expensive, haruto, visit) -> None:
    won, browser = deal("Roof garden", "1 JPY", owner=haruto, stage=stage("Won")), visit(haruto)
    for way in ("edit", "fields/reason?edit"):
        assert offered(browser, browser.get(f"/opportunities/{won.pk}/{way}")) == {"Best offer"}
    answer = browser.post(f"/opportunities/{won.pk}/fields/reason", reason=too_expensive.pk)
    assert (answer.status_code, "This is no reason for that." in page_of(answer)) == (422, True)
    still_open = deal("House", owner=haruto)
    assert "Too expensive" in offered(browser, browser.get(f"/opportunities/{still_open.pk}/edit"))


def test_a_drop_on_lost_asks_why_before_it_moves(deal, stage, too_expensive, haruto, visit) -> None:
    roof = deal("Roof garden", owner=haruto)
    browser = visit(haruto)
    asked = drop(browser, roof, stage("Lost"))
    roof.refresh_from_db()
    assert (asked.status_code, asked["HX-Retarget"], roof.status) == (422, "#dialog", "open")
    assert 'name="reason"' in page_of(asked)
    assert 'name="amount"' not in page_of(asked)
    assert offered(browser, asked) == {"Too expensive", "Went to a competitor"}
    drop(browser, roof, stage("Lost"), asked="1", reason=too_expensive.pk)
    roof.refresh_from_db()
    assert (roof.status, roof.reason) == ("lost", too_expensive)


def test_a_drop_asks_for_the_fields_of_the_stage_and_says_what_is_wrong_with_the_answer(deal, stage, haruto, visit):
    records.update(actor=SYSTEM, record=stage("Quote sent"), changes={"required_fields": ["amount", "next_step"]})
    roof = deal("Roof garden", owner=haruto)
    browser = visit(haruto)
    asked = page_of(drop(browser, roof, stage("Quote sent")))
    assert 'name="amount"' in asked
    assert 'name="next_step"' in asked
    answers = {"asked": "1", "fields": "next_step", "next_step": "Call Ada", "amount_currency": "JPY"}
    wrong = drop(browser, roof, stage("Quote sent"), **answers, amount="100.5")
    roof.refresh_from_db()
    assert (wrong.status_code, roof.stage.name, roof.next_step) == (422, "Enquiry", "")
    assert "Call Ada" in page_of(drop(browser, roof, stage("Quote sent"), **answers, amount="100.5"))
    drop(browser, roof, stage("Quote sent"), **answers, amount="100")
    roof.refresh_from_db()
    assert (roof.stage.name, roof.next_step, str(roof.amount)) == ("Quote sent", "Call Ada", "100 JPY")


def test_the_second_of_two_who_drag_one_card_hears_where_it_is(deal, stage, haruto, sora, visit) -> None:
    roof = deal("Roof garden", owner=haruto)
    Grant.objects.create(
        role=Role.objects.get(code="salesperson"), resource="opportunity", operation="update", scope=Scope.TEAM
    )
    told = {"field": "stage", "value": stage("Qualified").pk, "version": roof.version, "was": roof.stage_id}
    drop(visit(haruto), roof, stage("Negotiation"))
    late = visit(sora).post(f"/opportunities/{roof.pk}/move?mode=board", **told)
    roof.refresh_from_db()
    assert (late.status_code, roof.stage.name) == (412, "Negotiation")
    assert said(late) == "Somebody else changed this in the meantime. Stage is now: Negotiation."


def test_a_deal_is_moved_though_a_colleague_gave_it_another_amount(deal, stage, haruto, visit) -> None:
    roof = deal("Roof garden", "100 JPY", owner=haruto)
    told = {"field": "stage", "value": stage("Qualified").pk, "version": roof.version, "was": roof.stage_id}
    records.update(actor=SYSTEM, record=roof, changes={"amount": Money("200", "JPY")})
    assert visit(haruto).post(f"/opportunities/{roof.pk}/move?mode=board", **told).status_code == 200
    roof.refresh_from_db()
    assert (roof.stage.name, str(roof.amount)) == ("Qualified", "200 JPY")


def test_a_card_dropped_on_a_stage_that_somebody_deleted_goes_back(deal, stage, haruto, visit) -> None:
    roof = deal("Roof garden", owner=haruto)
    gone = stage("Qualified")
    Stage.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    answer = drop(visit(haruto), roof, gone)
    roof.refresh_from_db()
    assert (answer.status_code, roof.stage.name) == (422, "Enquiry")


def test_deals_in_a_deleted_stage_are_told_of_beneath_the_board(deal, stage, haruto, visit) -> None:
    deal("Roof garden", owner=haruto, stage=stage("Qualified"))
    Stage.objects.filter(name="Qualified").update(deleted_at=timezone.now())
    browser = visit(haruto)
    assert "Qualified" not in lanes(browser.get("/opportunities", **BOARD))
    assert "In no column" in words_of(browser.get("/opportunities/board/heads", **BOARD), "lanes-elsewhere")


def test_who_may_not_move_deals_cannot_drag_them(deal, stage, haruto, victor, visit) -> None:
    roof = deal("Roof garden", owner=haruto)
    assert "data-move-url" in page_of(visit(haruto).get("/opportunities", **BOARD))
    assert "data-move-url" not in page_of(visit(victor).get("/opportunities", **BOARD))
    assert drop(visit(victor), roof, stage("Negotiation")).status_code == 403


def test_a_saved_view_keeps_its_pipeline(deal, renovation, haruto, visit) -> None:
    deal("Flat roof", owner=haruto, pipeline=renovation.pk)
    settings = {"by": "stage", "within": str(renovation.pk)}
    view = views.save_view(actor=haruto, resource="opportunity", name="Roofs", kind="board", settings=settings)
    assert list(lanes(visit(haruto).get("/opportunities", view=view.pk))) == ["Site survey", "Negotiation", "Won"]


def test_further_stages_cards_and_pipelines_take_queries_only_for_open_columns(
    deal, stage, renovation, haruto, visit
) -> None:
    browser = visit(haruto)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as taken:
            browser.get("/opportunities", **BOARD)
        return len(taken)

    deal("Roof garden", owner=haruto)
    queries()
    before = queries()
    for number in range(5):
        deal(f"Roof {number}", "1 JPY", owner=haruto, stage=stage("Won"))
        deal(f"House {number}", "1 JPY", owner=haruto)
    assert queries() == before


def test_who_wins_a_deal_is_asked_for_money_in_its_own_currency(client, deal, alice) -> None:
    roof = deal("Roof garden", "3960000 JPY")
    client.force_login(alice)  # reads English: euros would be usual
    form = page_of(client.get(f"/opportunities/{roof.pk}/actions/win_opportunity"))
    assert re.findall(r"<option[^>]*>([A-Z]{3})<", form) == ["JPY"]


@pytest.mark.parametrize("narrowed", [{}, {"filter": '{"field": "kind", "op": "any_of", "value": ["lost"]}'}])
def test_reasons_that_kizuna_brings_are_found_by_what_they_are_called_on_the_page(haruto, visit, narrowed) -> None:
    browser = visit(haruto)
    found = {typed: page_of(browser.ask("/closereasons/pick", q=typed, **narrowed)) for typed in ("exp", "free gift")}
    assert ["Too expensive" in page for page in found.values()] == [True, False]
    haruto.language = "ja"
    haruto.save()
    assert "価格が高い" in page_of(visit(haruto).ask("/closereasons/pick", q="価格", **narrowed))


def test_two_stages_of_one_name_are_told_apart_where_they_are_chosen(renovation, haruto, visit) -> None:
    page = page_of(visit(haruto).ask("/stages/pick", q="nego"))
    assert (page.count('data-text="Negotiation"'), page.count("<small")) == (2, 2)
    assert '<small class="k-clip">Renovation</small>' in page
