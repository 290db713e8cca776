"""Who gets a record: the first rule that fits, somebody who is there, each in their turn."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.base.assignment import kinds, queries
from kizuna.base.assignment.events import RecordsAssigned, RulesReordered
from kizuna.base.assignment.kinds import Candidate
from kizuna.base.assignment.models import AssignmentRule, Turn
from kizuna.base.assignment.queries import FULL, NO_RULE, NOBODY, OWNER, UNSEEN
from kizuna.base.assignment.services import assign, reorder_rules
from kizuna.base.assignment.tests.conftest import made
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Denied, Invalid, Refused

pytestmark = pytest.mark.django_db


def give(*books: Any) -> list[Any]:
    return assign(resource="book", ids=[one.pk for one in books])


def owners(*books: Any) -> list[int | None]:
    found = dict(Book.objects.filter(pk__in=[one.pk for one in books]).values_list("pk", "owner_id"))
    return [found[one.pk] for one in books]


def away(user: Any, since: dt.date, until: dt.date) -> Any:
    return made("absence", owner=user, since_on=since.isoformat(), until_on=until.isoformat())


def test_three_people_take_turns_and_the_log_says_why(rule, book, haruto, sora, carol, published) -> None:
    everybody = rule("Everybody", haruto, sora, carol)
    books = [book(f"Volume {number}") for number in range(7)]
    published.forget()
    decisions = give(*books)
    assert owners(*books) == [haruto.pk, sora.pk, carol.pk, haruto.pk, sora.pk, carol.pk, haruto.pk]
    told = published.one(RecordsAssigned)
    assert (told.ids, told.owners) == (tuple(one.pk for one in books), tuple(owners(*books)))
    assert set(told.rules) == {everybody.pk}
    assert decisions[0].reason == "It was their turn."
    assert queries.why("book", books[2].pk) == decisions[2]
    assert queries.why("book", book().pk) is None


def test_turns_go_on_from_one_call_to_the_next(rule, book, haruto, sora) -> None:
    rule("Both", haruto, sora)
    first, second, third = book(), book(), book()
    for one in (first, second, third):
        give(one)
    assert owners(first, second, third) == [haruto.pk, sora.pk, haruto.pk]


def test_twice_the_weight_is_twice_as_many(rule, book, haruto, sora) -> None:
    rule("Both", (haruto, {"weight": 2}), sora, way="weighted")
    books = [book(str(number)) for number in range(9)]
    give(*books)
    assert Counter(owners(*books)) == {haruto.pk: 6, sora.pk: 3}


def test_the_first_rule_that_fits_decides(rule, book, haruto, sora) -> None:
    rule("Thick ones", sora, condition={"field": "pages", "op": "gte", "value": 500})
    rule("The rest", haruto)
    rule("Switched off", haruto, is_active=False, position=0)
    thick, thin = book(pages=700), book(pages=80)
    give(thick, thin)
    assert owners(thick, thin) == [sora.pk, haruto.pk]


def test_who_has_least_to_do_gets_the_next_and_nobody_more_than_they_may(rule, book, haruto, sora) -> None:
    for number in range(3):
        book(f"Busy {number}", owner=haruto, pages=100)
    book("Not counted", owner=sora, pages=2000)
    rule("Least", haruto, (sora, {"most": 4}), way="least_loaded")
    books = [book(f"New {number}", pages=10) for number in range(4)]
    give(*books)
    assert Counter(owners(*books)) == {sora.pk: 4} or Counter(owners(*books)) == {sora.pk: 3, haruto.pk: 1}
    more = [book(f"More {number}", pages=10) for number in range(4)]
    give(*more)
    assert queries.loads("book", [sora.pk])[sora.pk] == 4  # as many as she may have


def test_absent_people_and_those_who_left_are_passed_over(rule, book, haruto, sora, carol) -> None:
    today = timezone.localdate(timezone=haruto.zone)
    rule("All", haruto, sora, carol)
    away(haruto, today, today + dt.timedelta(days=3))
    away(sora, today - dt.timedelta(days=9), today - dt.timedelta(days=2))  # is back
    carol.is_active = False
    carol.save()
    books = [book(str(number)) for number in range(3)]
    give(*books)
    assert owners(*books) == [sora.pk] * 3


def test_who_comes_back_is_not_flooded(rule, book, haruto, sora) -> None:
    today = timezone.localdate(timezone=haruto.zone)
    rule("Both", haruto, sora)
    gone = away(haruto, today, today)
    give(*(book(f"Meanwhile {number}") for number in range(6)))
    gone.deleted_at = timezone.now()
    gone.save()
    after = [book(f"After {number}") for number in range(4)]
    give(*after)
    assert Counter(owners(*after)) == {haruto.pk: 2, sora.pk: 2}


def test_a_day_off_is_a_day_where_the_person_is(make_user) -> None:
    kiri = make_user("Kiri", role="viewer", time_zone="Pacific/Kiritimati")  # fourteen hours ahead
    away(kiri, dt.date(2026, 12, 25), dt.date(2026, 12, 25))
    assert queries.absent([kiri], now=dt.datetime(2026, 12, 24, 10, 0, tzinfo=dt.UTC)) == {kiri.pk}
    assert queries.absent([kiri], now=dt.datetime(2026, 12, 25, 10, 0, tzinfo=dt.UTC)) == set()


def test_whoever_knows_the_author_keeps_their_books_while_they_are_there(rule, book, haruto, sora) -> None:
    soseki = made("author", owner=sora, name="Sōseki")
    rule("Everybody", haruto, keeps_owner=True)
    known, other = book(author=soseki), book()
    decisions = give(known, other)
    assert owners(known, other) == [sora.pk, haruto.pk]
    assert decisions[0].why == OWNER
    today = timezone.localdate(timezone=sora.zone)
    away(sora, today, today)
    later = book(author=soseki)
    give(later)
    assert owners(later) == [haruto.pk]


def test_a_member_gets_only_what_they_are_there_for(rule, book, haruto, sora) -> None:
    rule("By language", (haruto, {"condition": {"field": "pages", "op": "lt", "value": 100}}), sora)
    thin, thick, thick_too = book(pages=50), book(pages=500), book(pages=600)
    give(thick, thick_too, thin)
    assert owners(thick, thick_too, thin) == [sora.pk, sora.pk, haruto.pk]


def test_everybody_of_a_team_takes_part_and_of_the_teams_beneath(rule, book, headquarters, mika, haruto, sora) -> None:
    rule("All of us", headquarters)
    books = [book(str(number)) for number in range(6)]
    give(*books)
    assert Counter(owners(*books)) == {mika.pk: 2, haruto.pk: 2, sora.pk: 2}


def test_what_nobody_can_have_waits_and_says_why(rule, book, haruto, sora, nobody) -> None:
    assert give(lost := book())[0].why == NO_RULE
    today = timezone.localdate(timezone=haruto.zone)
    rule("Thin", haruto, condition={"field": "pages", "op": "lt", "value": 10})
    rule("Full", (sora, {"most": 0}), condition={"field": "pages", "op": "lt", "value": 20})
    rule("Blind", nobody)
    away(haruto, today, today)
    away_, full, blind = give(book(pages=5), book(pages=15), book(pages=99))
    assert (away_.why, full.why, blind.why) == (NOBODY, FULL, UNSEEN)
    assert owners(lost) == [None]
    assert all(one.reason for one in (away_, full, blind))


def test_what_has_an_owner_stays_theirs(rule, book, haruto, sora, published) -> None:
    rule("Sora", sora)
    mine = book(owner=haruto)
    published.forget()
    assert give(mine) == []
    assert owners(mine) == [haruto.pk]
    assert published.of(RecordsAssigned) == []


def test_a_dry_run_says_the_same_and_writes_nothing(rule, book, haruto, sora, published) -> None:
    rule("Both", haruto, sora)
    books = [book(str(number)) for number in range(3)]
    published.forget()
    said = assign(resource="book", ids=[one.pk for one in books], dry_run=True)
    assert (owners(*books), published.rows, Turn.objects.count()) == ([None] * 3, [], 0)
    assert give(*books) == said


def test_a_condition_that_is_understood_no_longer_fits_nothing(rule, book, haruto) -> None:
    broken = rule("Broken", haruto)
    AssignmentRule.objects.filter(pk=broken.pk).update(condition={"field": "gone", "op": "is", "value": 1})
    assert give(book())[0].why == NO_RULE


def test_a_condition_that_books_cannot_meet_is_refused(rule, haruto) -> None:
    with pytest.raises(Invalid):
        rule("Wrong", haruto, condition={"field": "colour", "op": "is", "value": "red"})


def test_rules_are_put_in_another_order_by_who_may(rule, alice, haruto, published) -> None:
    first, second = rule("First", haruto), rule("Second", haruto)
    reorder_rules(actor=alice, kind="book", rules=[second.pk, first.pk])
    assert [one.name for one in queries.rules_of("book")] == ["Second", "First"]
    assert published.one(RulesReordered).ids == (second.pk, first.pk)
    with pytest.raises(Refused):
        reorder_rules(actor=alice, kind="book", rules=[first.pk])
    with pytest.raises(Denied):
        reorder_rules(actor=haruto, kind="book", rules=[first.pk, second.pk])


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 300))
@settings(max_examples=60)
def test_turns_are_fair_at_every_moment(weights: list[int], count: int) -> None:
    """However long it goes on, nobody is ahead of their share by a whole record."""
    credits, given_to, total = dict.fromkeys(range(len(weights)), 0), Counter[int](), sum(weights)
    for number in range(1, count + 1):
        line = [Candidate(user, weight, credits[user], 0, user) for user, weight in enumerate(weights)]
        chosen = kinds.WEIGHTED.choose(line, None).user_id
        for user, weight in enumerate(weights):
            credits[user] += weight
        credits[chosen] -= total
        given_to[chosen] += 1
        assert all(abs(given_to[user] - number * weight / total) < len(weights) for user, weight in enumerate(weights))
    assert sum(credits.values()) == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_everybody_the_same(rule, book, haruto, sora) -> None:
    rule("Both", haruto, sora)
    books = [book(str(number)) for number in range(40)]
    start = threading.Barrier(2)
    wrong: list[BaseException] = []

    def work(ids: list[int]) -> None:
        try:
            start.wait()
            for one in ids:
                assign(resource="book", ids=[one])
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[[one.pk for one in books[half::2]]]) for half in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert Counter(owners(*books)) == {haruto.pk: 20, sora.pk: 20}
