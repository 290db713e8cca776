"""The queue of pairs: what it shows, how it is walked, and what somebody decides."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.duplicates.models import Pair, Scan
from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.jobs.models import Job
from kizuna.base.jobs.models import State as JobState
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of
from kizuna.base.ui import duplicates as shown
from kizuna.base.ui.duplicates import drawn
from kizuna.base.ui.views import duplicates as views

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def author(actor: User, name: str) -> Any:
    return records.create(actor=actor, resource=registry.get("author"), values={"name": name})


@pytest.fixture
def pair(alice: User) -> Pair:
    one, other = author(alice, "Natsume Soseki"), author(alice, "Soseki Natsume")
    return Pair.objects.create(resource="author", record_id=one.pk, other_id=other.pk, certainty=0.97)


def test_before_the_first_search_the_page_says_what_one_does(alice: User, visit: Any) -> None:
    page = page_of(visit(alice).get("/authors/duplicates"))
    assert "Nobody has looked for duplicates yet" in page
    assert "Search now" in page


def test_a_search_is_started_once_and_leads_to_its_pairs(alice: User, visit: Any) -> None:
    hers = visit(alice)
    author(alice, "Natsume Soseki")
    author(alice, "Soseki Natsume")
    assert hers.post("/authors/duplicates/search").status_code == 302
    assert hers.post("/authors/duplicates/search").status_code == 302
    assert Scan.objects.count() == 1
    assert "Looking for records" in page_of(hers.get("/authors/duplicates"))
    run_waiting()
    page = page_of(hers.get("/authors/duplicates"))
    assert "2 records were looked through" in page
    assert hers.get("/authors/duplicates/progress", headers=PART).status_code in (200, 204, 302)


def test_the_page_says_how_many_pairs_wait_for_whoever_looks(
    alice: User, pair: Pair, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = author(alice, "Mori Ogai"), author(alice, "Ogai Mori")
    Pair.objects.create(resource="author", record_id=one.pk, other_id=other.pk, certainty=0.9)
    assert "2 pairs wait for a decision." in page_of(visit(alice).get("/authors/duplicates"))
    monkeypatch.setattr(shown, "MOST_COUNTED", 1)
    assert "More than 1 pairs wait" in page_of(visit(alice).get("/authors/duplicates"))


def test_a_merge_out_of_the_queue_leads_back_to_the_next_pair(alice: User, pair: Pair, visit: Any) -> None:
    hers = visit(alice)
    (drawn_pair,) = drawn(alice, registry.get("author"), [pair])
    page = page_of(hers.get(drawn_pair["merge_url"]))
    assert 'name="from" value="duplicates"' in page
    versions = {f"version.{pk}": "1" for pk in (pair.record_id, pair.other_id)}
    sent = {"ids": [pair.record_id, pair.other_id], "survivor": pair.record_id, **versions}
    answer = hers.post("/authors/merge", **sent, **{"from": "duplicates"})
    assert answer["Location"].endswith("/authors/duplicates")
    assert not Pair.objects.filter(apart_at=None).exists()


def test_a_search_whose_job_was_given_up_is_told_of_and_can_be_asked_for_again(alice: User, visit: Any) -> None:
    hers = visit(alice)
    hers.post("/authors/duplicates/search")
    Job.objects.update(state=JobState.DEAD)
    page = page_of(hers.get("/authors/duplicates"))
    assert "The search could not be finished" in page
    assert "disabled" not in page
    assert hers.get("/authors/duplicates/progress", headers=PART).status_code in (204, 302)


def test_a_record_that_went_while_the_page_was_made_takes_its_pair_along(alice: User, pair: Pair) -> None:
    authors = registry.get("author")
    records.delete(actor=alice, record=authors.model._default_manager.get(pk=pair.other_id))
    assert drawn(alice, authors, [pair]) == []


def test_a_pair_stands_side_by_side_with_its_reasons_and_the_way_to_merge(alice: User, visit: Any, pair: Pair) -> None:
    page = page_of(visit(alice).get("/authors/duplicates"))
    assert "Very likely the same" in page
    assert "Natsume Soseki" in page
    assert "Soseki Natsume" in page
    assert f"/authors/merge?ids={pair.record_id}&amp;ids={pair.other_id}" in page


def test_what_is_not_the_same_leaves_a_line_with_a_way_back(alice: User, visit: Any, pair: Pair) -> None:
    hers = visit(alice)
    answer = hers.post(f"/authors/duplicates/{pair.pk}/apart", headers=PART)
    assert "are not the same" in answer.content.decode()
    assert "0 pairs wait" in answer.content.decode()
    assert "No duplicates are waiting" in page_of(hers.get("/authors/duplicates")) or not Scan.objects.exists()
    again = hers.post(f"/authors/duplicates/{pair.pk}/together", headers=PART)
    assert "Very likely the same" in again.content.decode()


def test_who_may_not_merge_finds_nothing_there(haruto: User, nobody: User, visit: Any, pair: Pair) -> None:
    for path in ("", "/progress"):
        assert visit(nobody).get(f"/authors/duplicates{path}").status_code in (403, 404)
    assert visit(nobody).post(f"/authors/duplicates/{pair.pk}/apart").status_code in (403, 404)
    assert Pair.objects.filter(apart_at=None).exists()


def test_further_pairs_come_as_one_scrolls_with_the_same_queries(alice: User, visit: Any) -> None:
    made = [author(alice, f"Author {number}") for number in range(views.PAGE_SIZE + 4)]
    hers = visit(alice)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            hers.get("/authors/duplicates")
        return len(captured)

    Pair.objects.create(resource="author", record_id=made[0].pk, other_id=made[1].pk, certainty=0.9)
    hers.get("/authors/duplicates")
    few = asked()
    for number in range(1, views.PAGE_SIZE + 2):
        one, other = made[number].pk, made[number + 1].pk
        Pair.objects.create(resource="author", record_id=one, other_id=other, certainty=0.9 - number / 100)
    assert asked() == few
    page = page_of(hers.get("/authors/duplicates"))
    assert page.count("<article") == views.PAGE_SIZE
    assert "?after=" in page


@pytest.mark.parametrize("after", ["x", "1", "nan,1", "0.5,x", "9" * 400, "0.5," + "9" * 60])
def test_a_place_that_is_none_is_the_beginning(alice: User, visit: Any, pair: Pair, after: str) -> None:
    assert visit(alice).get("/authors/duplicates", after=after).status_code == 200


def test_the_list_leads_there_for_who_may_merge(alice: User, nobody: User, visit: Any) -> None:
    assert "/authors/duplicates" in visit(alice).get("/authors").content.decode()
