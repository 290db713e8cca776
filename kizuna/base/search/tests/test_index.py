"""The index says what the records say: after every write, and not before the transaction ends well."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from kizuna.base.identity.models import User
from kizuna.base.jobs import run_waiting
from kizuna.base.records import services as records
from kizuna.base.search import asks, index
from kizuna.base.search.contents import Contents
from kizuna.base.search.expressions import Lexeme, found_in
from kizuna.base.search.lexemes import TITLE, resource_code
from kizuna.base.search.models import Entry
from kizuna.base.search.questions import understand
from kizuna.base.search.tests.models import GUESTS, Guest

Arrive = Callable[..., Guest]
Find = Callable[..., list[str]]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole_index(db: None, request: pytest.FixtureRequest) -> Any:
    """After each test: SQLite's full-text table and the entries it is made from agree."""
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_lexemes (search_lexemes, rank) VALUES ('integrity-check', 1)")


def test_a_change_is_found_at_once_and_the_old_value_no_more(arrive: Arrive, alice: User, found: Find) -> None:
    guest = arrive("Yamada Aya", room="Maple", tags=["vip"])
    records.update(actor=alice, record=guest, changes={"room": "Cedar", "tags": []})
    assert found("maple") == found("vip") == []
    assert found("cedar") == found("yamada") == ["Aya Yamada"]


def test_what_lies_in_the_trash_is_not_found_until_it_is_restored(arrive: Arrive, alice: User, found: Find) -> None:
    guest = arrive("Yamada Aya")
    records.delete(actor=alice, record=guest)
    assert found("yamada") == []
    assert not Entry.objects.exists()
    records.restore(actor=alice, record=guest)
    assert found("yamada") == ["Aya Yamada"]


def test_what_was_rolled_back_was_never_there(arrive: Arrive, alice: User, found: Find) -> None:
    guest = arrive("Yamada Aya")
    with transaction.atomic():
        arrive("Tanaka Bun")
        records.update(actor=alice, record=guest, changes={"family_name": "Sato"})
        assert found("sato") == ["Aya Sato"]
        transaction.set_rollback(True)
    assert found("tanaka") == found("sato") == []
    assert found("yamada") == ["Aya Yamada"]


def test_many_at_once_are_all_found(inn: None, alice: User, found: Find) -> None:
    guests = [Guest(family_name=f"Guest{number}", given_name="Kim", owner=alice) for number in range(2500)]
    records.create_many(actor=alice, resource=GUESTS, records=guests)
    assert Entry.objects.count() == 2500
    assert found("guest2499") == ["Kim Guest2499"]
    records.update_many(actor=alice, queryset=Guest.objects.all(), changes={"room": "Hall"})
    assert len(found("guest7 hall")) == 20
    records.delete_many(actor=alice, queryset=Guest.objects.all())
    assert not Entry.objects.exists()


def test_nothing_to_be_found_by_is_no_entry(arrive: Arrive, alice: User) -> None:
    guest = arrive("", phones=["+81 90 1234 5678"])
    assert Entry.objects.count() == 1
    records.update(actor=alice, record=guest, changes={"phones": []})
    assert not Entry.objects.exists()


def test_a_record_with_the_strangest_text_is_stored(arrive: Arrive, found: Find) -> None:
    text = "it's \"q\" \\ back 'a':1A & | ! <-> * %s {x} é́ ﷽ 👨‍👩‍👧 \u202e abc ٣ １２ ½ " + "長" * 3000 + "x" * 3000
    guest = arrive("Yamada Aya", wishes=text)
    guest.refresh_from_db()
    for typed in ("back", "abc", "12", "長長長", "aya"):
        assert found(typed) == ["Aya Yamada"], typed


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_colon_is_a_letter_of_a_lexeme_like_any_other(count: int, is_new: bool) -> None:
    index._store([(pk, " k3f~q1500001:12 k3f~q1500001:12a k3f:7,8 ") for pk in range(1, count + 1)], is_new=is_new)
    for lexeme in ("k3f~q1500001:12", "k3f~q1500001:12a", "k3f:7,8"):
        with connection.cursor() as cursor:
            cursor.execute(*asks.some_with(Lexeme(lexeme), 50))
            assert len(cursor.fetchall()) == count, lexeme


# Making it anew -----------------------------------------------------------------------------------------------------


@pytest.fixture
def _broken(arrive: Arrive, alice: User) -> None:
    """Missing, outdated and left-over entries."""
    guests = [arrive(f"Yamada{number} Aya") for number in range(5)]
    lowest = index.lowest_id(GUESTS.key)
    Entry.objects.filter(pk=lowest + guests[1].pk).delete()
    Guest.objects.filter(pk=guests[2].pk).update(room="Maple")
    Guest.objects.filter(pk=guests[4].pk).update(deleted_at="2026-01-01T00:00:00Z")
    index._store([(lowest + guests[4].pk + 1000, " ghost ")], is_new=True)


@pytest.fixture(params=[1, 2, 1000])
def _batches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BATCH", request.param)


@pytest.mark.usefixtures("_broken", "_batches")
def test_rebuilding_brings_back_what_is_missing_and_drops_what_is_gone(found: Find) -> None:
    list(index.rebuild(GUESTS))
    assert sorted(found("yamada")) == [f"Aya Yamada{number}" for number in range(4)]
    assert found("maple") == ["Aya Yamada2"]
    assert Entry.objects.count() == 4


@pytest.mark.usefixtures("_broken", "_batches")
def test_the_command_rebuilds_what_it_is_told(found: Find, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("search", "rebuild", "guests")
    assert "guests: up to #" in capsys.readouterr().out
    assert len(found("yamada")) == 4


@pytest.mark.usefixtures("_broken", "_batches")
def test_the_worker_rebuilds_slice_by_slice(found: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    from kizuna.base.search import jobs

    monkeypatch.setattr(jobs, "SLICE", 1)
    call_command("search", "rebuild", "users", "guests", "--later")
    assert found("maple") == []
    run_waiting()
    assert found("maple") == ["Aya Yamada2"]
    assert len(found("yamada")) == 4


def test_an_interrupted_rebuild_goes_on_where_it_stopped(arrive: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    guests = [arrive(f"Yamada{number} Aya") for number in range(4)]
    Entry.objects.all().delete()
    monkeypatch.setattr(index, "BATCH", 2)
    stopped = next(index.rebuild(GUESTS))
    assert stopped == guests[1].pk
    assert Entry.objects.count() == 2
    list(index.rebuild(GUESTS, after=stopped))
    assert Entry.objects.count() == 4


# Locales ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def plain_database(db: None) -> Iterator[Any]:
    """A cursor to a database whose server knows no letters but ASCII; SQLite never knows others."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            yield cursor
        return
    settings, name = connection.get_connection_params(), f"search_plain_{os.getpid()}"
    with connect(settings | {"dbname": "postgres"}) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE 'C' LC_COLLATE 'C'")
        with connect(settings | {"dbname": name}) as inside:
            inside.execute("CREATE TABLE search_entry (id bigint PRIMARY KEY, lexemes tsvector)")
            inside.execute("CREATE INDEX ON search_entry USING gin (lexemes)")
            yield inside.cursor()
        server.execute(f"DROP DATABASE {name}")


def connect(settings: dict[str, Any]) -> Any:
    settings = {key: value for key, value in settings.items() if key in ("dbname", "user", "password", "host", "port")}
    return connection.Database.connect(autocommit=True, **settings)


@pytest.mark.parametrize(
    ("text", "typed"), [("山田 太郎", "山"), ("김민수", "ㄱㅁ"), ("Ольга", "оль"), ("Ελένη", "ελ")]
)
def test_no_locale_of_the_server_matters(text: str, typed: str, plain_database: Any) -> None:
    lexemes = Contents(GUESTS).of(Guest(family_name=text))
    if connection.vendor == "postgresql":
        plain_database.execute("INSERT INTO search_entry VALUES (1, %s)", [index.as_tsvector(lexemes)])
    else:
        index._store([(1, lexemes)], is_new=True)
    question = understand(typed)
    assert question is not None
    asked = found_in(question.clauses, resource_code(GUESTS.key), [TITLE])
    says, said = asks.says_that(asked, "lexemes")
    statements = [
        asks.entries_with(asked),
        asks.some_with(asked, 5),
        (f"SELECT id FROM search_entry WHERE {says}", said),
    ]
    for rows, parameters in statements:
        plain_database.execute(rows, parameters)
        assert plain_database.fetchall() == [(1,)]
