"""Rows gathered by fields: one statement, on either database; one that takes too long is stopped."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.records import services as records
from kizuna.base.resources import grouping, registry
from kizuna.base.resources.grouping import OTHERS, Grouping, Measure, gather
from kizuna.base.resources.patience import TooLong, at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelve(haruto):
    def put(title, **values):
        return records.create(actor=haruto, resource=registry.get("book"), values={"title": title, **values})

    return put


def by(name, span=""):
    return Grouping(registry.get("book").fields[name], span)


def gathered(actor, first, second=None, measure=None):
    rows = registry.get("book").visible_to(actor)
    return gather(rows, actor, actor.zone, first, second, measure or Measure())


def counts(found):
    return {key: found.of(key).count for key in found.keys}


def test_books_are_counted_by_their_tags_numbers_and_days_in_one_statement(shelve, haruto):
    shelve(
        "Kokoro", subjects=["Meiji", "Friends"], published_on="1914-04-20", lent_at="2026-03-31T15:30:00Z", pages=248
    )
    shelve("Botchan", subjects=["meiji"], published_on="1914-06-01", pages=100)
    shelve("Mon", is_rare=True)
    haruto.time_zone = "Asia/Tokyo"
    with CaptureQueriesContext(connection) as queries:
        assert counts(gathered(haruto, by("subjects"))) == {"meiji": 2, "friends": 1, None: 1}
    assert len([one for one in queries if "library_book" in one["sql"]]) == 1
    months = gathered(haruto, by("lent_at", "month"))
    assert {str(key): one.count for (key, _part), one in months.cells.items()} == {"2026-04-01": 1, "None": 2}
    found = gathered(
        haruto, by("published_on", "quarter"), by("is_rare"), Measure("sum", registry.get("book").fields["pages"])
    )
    assert [str(key) for key in found.keys] == ["1914-04-01", "None"]
    assert found.of(found.keys[0]).value("sum") == 348
    assert found.whole.value("average") == 174
    assert found.cells[None, 1].value("average") is None


def test_only_the_largest_groups_are_told_apart_and_nothing_is_lost(shelve, haruto, monkeypatch):
    monkeypatch.setattr(grouping, "MOST_GROUPS", 1)
    for title, subjects in (("One", ["a", "b"]), ("Two", ["a", "c"]), ("Three", [])):
        shelve(title, subjects=subjects)
    found = gathered(haruto, by("subjects"))
    assert counts(found) == {"a": 2, OTHERS: 2, None: 1}
    assert found.others == 2


def test_no_records_are_no_groups(haruto):
    found = gathered(haruto, by("status"), by("is_rare"))
    assert (found.cells, found.keys, found.whole.count) == ({}, [], 0)


def test_what_takes_too_long_is_stopped_and_the_connection_goes_on():
    endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n"
    with pytest.raises(TooLong), at_most(0.01, "default"), connection.cursor() as cursor:
        cursor.execute(endless)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
