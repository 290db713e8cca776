"""Comments, mentions, followers and hand-over: who may, and who is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from kizuna.base.collaboration import queries
from kizuna.base.collaboration import services as collaboration
from kizuna.base.collaboration.events import CommentAdded, RecordHandedOver
from kizuna.base.collaboration.models import Comment
from kizuna.base.collaboration.tests.conftest import Say
from kizuna.base.events import EventRow, Origin
from kizuna.base.events.origin import originating
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.identity.services import rights
from kizuna.base.jobs import run_waiting
from kizuna.base.jobs.models import Job
from kizuna.base.notifications.models import Notification
from kizuna.base.records import services as records
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.events import Published
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused, Stale

Told = Callable[[User], list[str]]


def test_who_sees_the_record_comments_on_it_even_without_the_right_to_change_it(
    say: Say, victor: User, kokoro: Book, published: Published
) -> None:
    said = say("A fine edition.\n\nMine is torn.", by=victor)
    assert said.text == "A fine edition.\n\nMine is torn."
    assert published.one(CommentAdded).comment_id == said.pk


def test_a_stranger_neither_reads_nor_writes_comments(say: Say, carol: User, books: Resource, kokoro: Book) -> None:
    said = say("Between us.")
    with pytest.raises(Missing):
        say("Let me in.", by=carol)
    with pytest.raises(Missing):
        queries.comments_of(carol, books, kokoro.pk)
    with pytest.raises(Missing):
        queries.find(carol, books, kokoro.pk, said.pk)


def test_comments_of_a_record_in_the_trash_are_not_there(say: Say, haruto: User, books: Resource, kokoro: Book) -> None:
    say("Soon gone.")
    records.delete(actor=haruto, record=kokoro)
    with pytest.raises(Missing):
        queries.comments_of(haruto, books, kokoro.pk)


def test_a_comment_says_something(say: Say) -> None:
    with pytest.raises(Invalid):
        say(" \n ")


def test_the_same_form_sent_twice_makes_one_comment(say: Say) -> None:
    assert say("Once.", once="a1").pk == say("Once.", once="a1").pk
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_the_same_moment_makes_one_comment(say: Say) -> None:
    said: list[int] = []
    together = threading.Barrier(4)

    def send() -> None:
        try:
            together.wait()
            said.append(say("Once.", once="a1").pk)
        finally:
            connection.close()

    hands = [threading.Thread(target=send) for _hand in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(said) == 4
    assert set(said) == {Comment.objects.get().pk}


def test_only_the_author_and_administrators_change_a_comment(say: Say, sora: User, alice: User, haruto: User) -> None:
    said = say("First words.")
    with pytest.raises(Denied):
        collaboration.edit(actor=sora, comment=said, text="Other words.")
    with pytest.raises(Denied):
        collaboration.delete(actor=sora, comment=said)
    collaboration.delete(actor=alice, comment=said)
    collaboration.restore(actor=haruto, comment=said)
    edited = collaboration.edit(actor=haruto, comment=said, text="Better words.", version=1)
    assert edited.edited_at is not None
    with pytest.raises(Stale):
        collaboration.edit(actor=haruto, comment=said, text="Late words.", version=1)


def test_a_deleted_comment_is_gone_and_comes_back(say: Say, haruto: User, books: Resource, kokoro: Book) -> None:
    said = say("Perhaps not.")
    collaboration.delete(actor=haruto, comment=said)
    assert not queries.comments_of(haruto, books, kokoro.pk).exists()
    collaboration.restore(actor=haruto, comment=said)
    assert queries.comments_of(haruto, books, kokoro.pk).count() == 1


def test_who_is_mentioned_is_told_once_and_follows(
    say: Say, sora: User, told: Told, books: Resource, kokoro: Book
) -> None:
    say("Please look, @Sora.", mentions=[sora.pk])
    assert told(sora) == ["mentioned"]
    assert queries.following(sora, books, kokoro)[0]


def test_who_may_not_see_the_record_is_neither_offered_nor_told(
    say: Say, carol: User, told: Told, books: Resource, kokoro: Book
) -> None:
    say("What would @Carol say?", mentions=[carol.pk])
    assert told(carol) == []
    assert carol not in queries.people_to_mention(books, kokoro.pk, "Carol")


def test_people_are_offered_by_a_part_of_their_name(sora: User, mika: User, books: Resource, kokoro: Book) -> None:
    assert queries.people_to_mention(books, kokoro.pk, "sor") == [sora]
    assert {"Mika", "Sora", "Haruto"} <= {one.name for one in queries.people_to_mention(books, kokoro.pk, "")}


def test_an_id_that_the_text_does_not_name_mentions_nobody(say: Say, sora: User, told: Told) -> None:
    say("Nothing about anybody.", mentions=[sora.pk])
    assert told(sora) == []


def test_an_edit_tells_only_those_whom_it_newly_mentions(
    say: Say, sora: User, victor: User, haruto: User, told: Told
) -> None:
    said = say("Look, @Sora.", mentions=[sora.pk])
    assert told(sora) == ["mentioned"]
    text = "Look, @Sora and @Victor."
    collaboration.edit(actor=haruto, comment=said, text=text, mentions=[sora.pk, victor.pk])
    assert told(sora) == ["mentioned"]
    assert told(victor) == ["mentioned"]


def test_followers_hear_of_comments_and_authors_of_nothing(say: Say, sora: User, haruto: User, told: Told) -> None:
    say("Have you read it?", by=sora)
    assert told(haruto) == ["commented"]
    assert told(sora) == []


def test_who_stops_following_hears_no_more_even_after_a_comment_of_their_own(
    say: Say, sora: User, haruto: User, kokoro: Book, told: Told
) -> None:
    collaboration.unfollow(actor=haruto, record=kokoro)
    say("I only say this.")
    say("And this?", by=sora)
    assert told(haruto) == []


def test_a_stranger_cannot_follow(carol: User, kokoro: Book) -> None:
    with pytest.raises(Missing):
        collaboration.follow(actor=carol, record=kokoro)


def test_somebody_deactivated_is_told_nothing(say: Say, sora: User, alice: User, told: Told) -> None:
    say("Look, @Sora.", mentions=[sora.pk])
    rights.deactivate_user(actor=alice, user=sora)
    assert told(sora) == []


def test_a_record_is_handed_over_with_a_message(
    haruto: User, sora: User, kokoro: Book, told: Told, published: Published
) -> None:
    collaboration.hand_over(actor=haruto, record=kokoro, owner=sora, message="You know him better.")
    kokoro.refresh_from_db()
    assert kokoro.owner == sora
    assert told(sora) == ["assigned"], "one line, with the message, not three"
    line = Notification.objects.get(user=sora)
    assert line.part_id == published.one(RecordHandedOver).comment_id


def test_nothing_is_handed_to_who_could_not_see_it(
    haruto: User, nobody: User, kokoro: Book, mika: User, grant: Any
) -> None:
    with pytest.raises((Refused, Denied)):
        collaboration.hand_over(actor=mika, record=kokoro, owner=nobody, message="Yours.")
    kokoro.refresh_from_db()
    assert kokoro.owner == haruto
    assert not Comment.objects.exists(), "the message is taken back with the rest"


def test_who_may_not_change_the_owner_hands_nothing_over(victor: User, sora: User, kokoro: Book) -> None:
    with pytest.raises(Denied):
        collaboration.hand_over(actor=victor, record=kokoro, owner=sora)


def test_a_new_owner_is_told_and_the_followers_of_a_change(
    haruto: User, sora: User, mika: User, kokoro: Book, told: Told
) -> None:
    collaboration.follow(actor=mika, record=kokoro)
    records.update(actor=haruto, record=kokoro, changes={"owner": sora.pk, "pages": 250})
    assert told(sora) == ["assigned"]
    assert told(mika) == ["changed"]
    assert told(haruto) == []


def test_who_makes_something_for_somebody_else_tells_them(
    haruto: User, sora: User, books: Resource, told: Told
) -> None:
    records.create(actor=haruto, resource=books, values={"title": "Mon"})
    assert not Job.objects.exists()
    records.create(actor=haruto, resource=books, values={"title": "Botchan", "owner": sora.pk})
    assert told(sora) == ["assigned"]
    assert told(haruto) == []


def test_a_change_of_what_is_theirs_alone_leaves_no_work_behind(haruto: User, mika: User, books: Resource) -> None:
    book = records.create(actor=haruto, resource=books, values={"title": "Mon"})
    records.update(actor=haruto, record=book, changes={"pages": 250})
    collaboration.follow(actor=mika, record=book)
    collaboration.unfollow(actor=mika, record=book)
    records.update(actor=haruto, record=book, changes={"pages": 251})
    assert not Job.objects.exists()
    collaboration.follow(actor=mika, record=book)
    records.update(actor=haruto, record=book, changes={"pages": 252})
    assert Job.objects.count() == 1


def test_nobody_is_told_of_what_kizuna_did_because_of_themselves(
    haruto: User, sora: User, mika: User, kokoro: Book, told: Told
) -> None:
    for person in (haruto, mika):
        collaboration.follow(actor=person, record=kokoro)
    deed = EventRow.objects.create(name="tests.Lent", actor_id=haruto.pk)
    with originating(Origin(via="web", cause_id=deed.pk, depth=1)):
        records.update(actor=SYSTEM, record=kokoro, changes={"pages": 250})
        records.update(actor=SYSTEM, record=kokoro, changes={"owner": sora.pk})
    assert told(haruto) == []
    assert "assigned" in told(sora)
    assert Notification.objects.get(user=mika).actor_id == haruto.pk


def test_many_changes_of_one_record_are_one_line(haruto: User, mika: User, kokoro: Book, told: Told) -> None:
    collaboration.follow(actor=mika, record=kokoro)
    for pages in (249, 250, 251):
        records.update(actor=haruto, record=kokoro, changes={"pages": pages})
    assert told(mika) == ["changed"]
    assert Notification.objects.get(user=mika).times == 3


def test_who_may_not_read_the_changed_field_is_not_told(
    haruto: User, mika: User, kokoro: Book, told: Told, hide: Any
) -> None:
    collaboration.follow(actor=mika, record=kokoro)
    hide(mika, "book", "pages")
    records.update(actor=haruto, record=kokoro, changes={"pages": 251})
    assert told(mika) == []


def test_a_bulk_edit_is_one_line_for_each_person(
    mika: User, haruto: User, books: Resource, told: Told, django_assert_max_num_queries: Any
) -> None:
    made = [{"title": f"Volume {number}", "pages": 1} for number in range(620)]
    for values in made[:30]:
        records.create(actor=haruto, resource=books, values=values)
    run_waiting()
    records.update_many(actor=mika, queryset=Book.objects.all(), changes={"pages": 2})
    with django_assert_max_num_queries(60):
        assert told(haruto) == ["changed"]
    assert Notification.objects.get(user=haruto).others == 29
