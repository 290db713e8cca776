"""Who hears what: only what they may see, only what is on their screen, each thing once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.utils import timezone

from kizuna.base.access.models import Scope
from kizuna.base.access.services import set_grant
from kizuna.base.collaboration.kinds import ASSIGNED
from kizuna.base.events import EventRow, Origin
from kizuna.base.events.origin import originating
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.identity.services import rights
from kizuna.base.live import sight
from kizuna.base.live.desk import Asked, Desk
from kizuna.base.live.happened import Happened
from kizuna.base.live.streams import MOST_NEW
from kizuna.base.live.tests.conftest import Office, session_of
from kizuna.base.live.watching import Watch
from kizuna.base.notifications import services as notifications
from kizuna.base.notifications.services import News, tell
from kizuna.base.records import services as records
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db

Shelve = Callable[..., Book]


def retitle(book: Book, title: str, actor: Any) -> None:
    book.refresh_from_db()
    records.update(actor=actor, record=book, changes={"title": title}, version=book.version)


def review(book: Book, actor: User) -> Record:
    values = {"body": "Read it twice.", "book": book.pk}
    return records.create(actor=actor, resource=registry.get("review"), values=values)


# ── what is on the screen ──


def test_a_colleague_s_change_reaches_the_open_list_once(
    desk: Office, shelve: Shelve, haruto: User, sora: User
) -> None:
    book, other = shelve("Kokoro"), shelve("Sanshiro")
    page = desk.open(sora, f"list=book&rows=book:{book.pk}")
    retitle(book, "Kokoro, again", haruto)
    retitle(other, "Sanshiro, again", haruto)
    assert desk.said(page) == {"changed": {"book": [book.pk]}}
    assert desk.said(page) == {}


def test_a_page_that_watches_nothing_costs_no_question(
    desk: Office, shelve: Shelve, haruto: User, sora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.open(sora, "list=author")
    monkeypatch.setattr(sight, "visible", lambda *_: pytest.fail("nobody had to be asked for"))
    shelve("Kokoro")
    assert desk.said(page) == {}


def test_a_new_record_is_named_to_those_with_the_list_open(
    desk: Office, shelve: Shelve, sora: User, carol: User
) -> None:
    hers, a_stranger_s = desk.open(sora, "list=book"), desk.open(carol, "list=book")
    book = shelve("Kokoro")
    assert desk.said(hers) == {"new": {"book": [book.pk]}}
    assert desk.said(a_stranger_s) == {}


def give(book: Book, owner: User, by: User) -> None:
    book.refresh_from_db()
    records.update(actor=by, record=book, changes={"owner": owner.pk})


def test_what_is_given_to_a_team_is_new_on_its_lists_and_what_moves_within_it_is_not(
    desk: Office, shelve: Shelve, haruto: User, sora: User, carol: User, alice: User
) -> None:
    book = shelve("Kokoro")
    hers, within, everybody_s = (
        desk.open(carol, "list=book"),
        desk.open(sora, "list=book"),
        desk.open(alice, "list=book"),
    )
    give(book, sora, alice)
    assert [desk.said(page) for page in (hers, within, everybody_s)] == [{}, {}, {}]
    give(book, carol, alice)
    assert desk.said(hers) == {"new": {"book": [book.pk]}}
    assert [desk.said(page) for page in (within, everybody_s)] == [{}, {}]


def test_what_is_given_to_me_is_new_on_a_list_of_mine(
    desk: Office, shelve: Shelve, haruto: User, sora: User, alice: User
) -> None:
    book = shelve("Kokoro")
    mine, of_all = desk.open(sora, "list=book&mine=book"), desk.open(sora, "list=book")
    other_s = desk.open(alice, "list=book&mine=book")
    give(book, sora, haruto)
    assert desk.said(mine) == {"new": {"book": [book.pk]}}
    assert [desk.said(page) for page in (of_all, other_s)] == [{}, {}]


def test_what_is_given_back_before_anybody_looked_is_not_new(
    desk: Office, shelve: Shelve, haruto: User, sora: User, alice: User
) -> None:
    book = shelve("Kokoro")
    page = desk.open(haruto, "list=book&mine=book")
    give(book, sora, alice)
    give(book, haruto, alice)
    assert desk.said(page) == {}


def test_the_page_of_a_record_hears_who_did_it_and_what_is_related(
    desk: Office, shelve: Shelve, haruto: User, sora: User
) -> None:
    book = shelve("Kokoro")
    page, own = desk.open(sora, f"record=book:{book.pk}"), desk.open(haruto, f"record=book:{book.pk}")
    retitle(book, "Kokoro, again", haruto)
    by = {"name": "Haruto", "mine": False, "event": "records.RecordsUpdated"}
    assert desk.said(page) == {"changed": {"book": [book.pk]}, "by": by}
    assert desk.said(own)["by"]["mine"]
    review(book, haruto)
    assert desk.said(page) == {"related": ["review"]}


def test_what_kizuna_did_because_of_somebody_is_said_in_their_name_and_not_to_them(
    desk: Office, shelve: Shelve, haruto: User, sora: User
) -> None:
    book = shelve("Kokoro")
    page, own = desk.open(sora, f"record=book:{book.pk}"), desk.open(haruto, f"record=book:{book.pk}")
    deed = EventRow.objects.create(name="tests.Lent", actor_id=haruto.pk)
    with originating(Origin(cause_id=deed.pk, depth=1)):
        retitle(book, "Kokoro, again", SYSTEM)
    assert desk.said(page)["by"] == {"name": "Haruto", "mine": False, "event": "records.RecordsUpdated"}
    assert desk.said(own)["by"]["mine"]


def test_one_question_per_person_and_kind_however_much_happened(
    desk: Office, shelve: Shelve, haruto: User, sora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = [shelve(f"Volume {number}") for number in range(5)]
    rows = ",".join(str(book.pk) for book in books)
    for _tab in range(3):
        desk.open(sora, f"list=book&rows=book:{rows}")
    for book in books:
        retitle(book, f"{book.title}, again", haruto)
    asked: list[tuple[str, str]] = []
    visible = sight.visible

    def note(actor: User, key: str, ids: set[int]) -> set[int]:
        asked.append((actor.name, key))
        return visible(actor, key, ids)

    monkeypatch.setattr(sight, "visible", note)
    desk.turn()
    assert asked == [("Sora", "book")]


def test_an_event_with_a_thousand_records_names_two_hundred_and_says_there_are_more(
    desk: Office, shelve: Shelve, alice: User, haruto: User
) -> None:
    page = desk.open(alice, "list=book")
    with transaction.atomic():
        records.create_many(
            actor=haruto,
            resource=registry.get("book"),
            records=[Book(title=f"Volume {number}", owner=haruto) for number in range(1_000)],
        )
    said = desk.said(page)
    assert len(said["new"]["book"]) == MOST_NEW
    assert said["more"] == ["book"]


# ── pages that count or divide all records of a kind: boards, calendars, Today ──


def test_a_board_hears_of_cards_that_it_does_not_show_and_a_stranger_s_board_does_not(
    desk: Office, shelve: Shelve, haruto: User, sora: User, carol: User
) -> None:
    book = shelve("Kokoro")
    hers, a_stranger_s, a_list = (
        desk.open(user, f"{word}=book") for user, word in ((sora, "every"), (carol, "every"), (sora, "list"))
    )
    retitle(book, "Kokoro, again", haruto)
    assert desk.said(hers) == {"changed": {"book": [book.pk]}}
    assert desk.said(hers) == {}
    assert desk.said(a_stranger_s) == desk.said(a_list) == {}
    records.delete(actor=haruto, record=Book.objects.get(pk=book.pk))
    assert desk.said(hers) == {"changed": {"book": [book.pk]}}


def test_a_board_hears_of_thousands_in_one_word_and_only_if_it_may_see_one(
    desk: Office, alice: User, haruto: User, carol: User
) -> None:
    hers, a_stranger_s = desk.open(alice, "every=book"), desk.open(carol, "every=book")
    books = [Book(title=f"Volume {number}", owner=haruto) for number in range(MOST_NEW + 1)]
    with transaction.atomic():
        records.create_many(actor=haruto, resource=registry.get("book"), records=books)
    assert desk.said(hers) == {"more": ["book"]}
    assert desk.said(a_stranger_s) == {}


# ── the bell ──


def test_a_bell_rings_once_for_its_person_and_again_when_it_is_read(
    desk: Office, shelve: Shelve, haruto: User, sora: User, carol: User
) -> None:
    book, session = shelve("Kokoro"), session_of(sora)
    hers, other = desk.open(sora, "bell=1", session=session), desk.open(carol, "bell=1")
    news = News(kind=ASSIGNED, key="event:7", resource="book", actor_id=haruto.pk, event_id=7)
    tell(news, {sora.pk: [book.pk], carol.pk: [book.pk]})
    assert desk.said(hers) == {"bell": True}
    assert desk.said(hers) == desk.said(other) == {}
    after = desk.close(hers)
    notifications.mark_all_read(actor=sora)
    desk.turn()
    assert desk.said(desk.open(sora, f"bell=1&after={after}", session=session)) == {"bell": True}


# ── permission ──


def test_a_stranger_s_stream_never_names_a_record(desk: Office, shelve: Shelve, haruto: User, carol: User) -> None:
    book = shelve("Kokoro")
    page = desk.open(carol, f"list=book&rows=book:{book.pk}&record=book:{book.pk}")
    retitle(book, "Kokoro, again", haruto)
    review(book, haruto)
    records.delete(actor=haruto, record=Book.objects.get(pk=book.pk))
    assert desk.said(page) == {}
    assert not page.has_record


def test_somebody_without_rights_hears_nothing(desk: Office, shelve: Shelve, nobody: User) -> None:
    page = desk.open(nobody, "list=book&list=contact")
    shelve("Kokoro")
    assert desk.said(page) == {}


def test_a_record_that_is_given_away_is_gone_once_and_never_named_again(
    desk: Office, shelve: Shelve, haruto: User, sora: User, carol: User
) -> None:
    book = shelve("Kokoro")
    page = desk.open(sora, f"list=book&rows=book:{book.pk}")
    Book.objects.filter(pk=book.pk).update(owner=carol)
    retitle(book, "Kokoro, again", carol)
    assert desk.said(page) == {"gone": {"book": [book.pk]}}
    retitle(book, "Kokoro, once more", carol)
    assert desk.said(page) == {}


def test_rights_taken_away_narrow_an_open_stream_at_once(
    desk: Office, shelve: Shelve, haruto: User, sora: User, alice: User
) -> None:
    book = shelve("Kokoro")
    page = desk.open(sora, f"list=book&rows=book:{book.pk}")
    role = sora.roles.get()
    set_grant(actor=alice, role=role, resource="*", operation="read", scope=Scope.OWN)
    assert desk.said(page) == {"gone": {"book": [book.pk]}}
    retitle(book, "Kokoro, again", alice)
    shelve("Sanshiro")
    assert desk.said(page) == {}


def test_rights_changed_without_an_event_count_when_sessions_are_looked_at(
    desk: Office, haruto: User, sora: User, alice: User
) -> None:
    page = desk.open(sora, "list=book")
    sora.roles.clear()
    desk.turn(look_again=True)
    records.create(actor=alice, resource=registry.get("book"), values={"title": "Kokoro", "owner": haruto.pk})
    assert desk.said(page) == {}


@pytest.mark.parametrize("end", ["deactivated", "signed out", "other password"])
def test_who_is_no_longer_signed_in_is_not_among_the_users_of_a_turn(
    desk: Office, sora: User, alice: User, end: str
) -> None:
    session = session_of(sora)
    page = desk.open(sora, "list=book", session=session)
    match end:
        case "deactivated":
            rights.deactivate_user(actor=alice, user=sora)
        case "signed out":
            Session.objects.filter(pk=session).delete()
        case _:
            sora.set_password("another horse battery")
            sora.save()
    turn = desk.turn(look_again=True)
    assert turn.users is not None
    assert page.session_key not in turn.users


def test_nobody_is_let_in_without_a_session(desk: Office, shelve: Shelve) -> None:
    turn = desk.turn([Asked("no-such-session", Watch.parse("list=book"))])
    assert turn.admitted == [None]


# ── nothing missed, nothing twice ──


def test_a_page_that_was_cut_off_hears_what_it_missed_and_nothing_twice(
    desk: Office, shelve: Shelve, haruto: User, sora: User
) -> None:
    book = shelve("Kokoro")
    session = session_of(sora)
    page = desk.open(sora, f"list=book&rows=book:{book.pk}", session=session)
    retitle(book, "Heard", haruto)
    assert desk.said(page)["changed"] == {"book": [book.pk]}
    after = desk.close(page)
    retitle(book, "Missed", haruto)
    new = shelve("Missed too")
    desk.turn()
    again = desk.open(sora, f"list=book&rows=book:{book.pk}&after={after}", session=session)
    assert desk.said(again) == {"changed": {"book": [book.pk]}, "new": {"book": [new.pk]}}
    third = desk.open(sora, f"list=book&rows=book:{book.pk}&after={desk.close(again)}", session=session)
    assert desk.said(third) == {}


def test_a_new_process_goes_on_where_the_old_one_ended(
    office: Callable[[], Office], shelve: Shelve, haruto: User, sora: User
) -> None:
    book, first = shelve("Kokoro"), office()
    after = first.close(first.open(sora, f"rows=book:{book.pk}"))
    retitle(book, "While nobody was there", haruto)
    second = office()
    page = second.open(sora, f"rows=book:{book.pk}&after={after}")
    assert second.said(page) == {"changed": {"book": [book.pk]}}


def test_what_happened_while_the_page_was_on_its_way_is_not_missed(
    desk: Office, shelve: Shelve, haruto: User, sora: User
) -> None:
    book, old = shelve("Kokoro"), shelve("Long ago")
    EventRow.objects.update(occurred_at=timezone.now() - timedelta(hours=1))
    drawn = timezone.now().timestamp()
    retitle(book, "A moment later", haruto)
    page = desk.open(sora, f"rows=book:{book.pk},{old.pk}&since={drawn}")
    assert desk.said(page) == {"changed": {"book": [book.pk]}}


def test_what_i_saved_before_the_page_was_drawn_is_on_it(desk: Office, shelve: Shelve, haruto: User) -> None:
    book = shelve("Kokoro")
    retitle(book, "Saved", haruto)
    page = desk.open(haruto, f"rows=book:{book.pk}&since={timezone.now().timestamp()}")
    assert desk.said(page) == {}


def test_too_long_away_reads_everything_again(
    desk: Office, shelve: Shelve, haruto: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kizuna.base.live.log.BATCH", 3)
    after = desk.close(desk.open(haruto, "list=book"))
    for number in range(5):
        shelve(f"Volume {number}")
    page = desk.open(haruto, f"list=book&after={after}")
    assert desk.said(page)["reload"]


def test_a_database_in_trouble_loses_nothing(
    desk: Office, shelve: Shelve, haruto: User, sora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = shelve("Kokoro")
    page = desk.open(sora, f"rows=book:{book.pk}")
    retitle(book, "Kokoro, again", haruto)
    with monkeypatch.context() as away:
        away.setattr(sight, "visible", lambda *_: (_ for _ in ()).throw(OperationalError("away")))
        with pytest.raises(OperationalError):
            desk.turn()
    assert desk.said(page) == {"changed": {"book": [book.pk]}}


def test_a_defect_costs_one_reload_and_not_the_stream(
    desk: Office, shelve: Shelve, haruto: User, sora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = shelve("Kokoro")
    page = desk.open(sora, f"rows=book:{book.pk}")
    retitle(book, "Kokoro, again", haruto)
    with monkeypatch.context() as broken:
        broken.setattr(Happened, "of", classmethod(lambda cls, entries: 1 / 0))
        desk.turn()
    assert desk.said(page) == {"reload": True}
    assert Desk().turn([]).changes == []
