"""What cannot be used of a row is held back and named; what can be comes in, and what is there stays."""

from collections.abc import Callable

import pytest

from kizuna.base.identity.models import User
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.transfer import queries
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.tests.conftest import counts
from kizuna.base.transfer.values.damage import has_lost_letters, is_damaged

pytestmark = pytest.mark.django_db
Bring = Callable[..., Import]


def reasons(imported: Import) -> list[str]:
    return [row.reason for row in queries.rejections(imported)]


def test_a_row_comes_in_without_the_value_that_nobody_can_read_and_takes_it_when_it_is_mended(
    haruto: User, bring_in: Bring
) -> None:
    rows = "name,reading,emails\n漱石,そうせき,a@x.example; soseki(at)x\n"
    first = bring_in(haruto, "author", rows)
    assert (counts(first), first.partly_count) == ((1, 0, 0, 0), 1)
    assert "All but this: emails “soseki(at)x”" in reasons(first)[0]
    again = bring_in(haruto, "author", rows)
    assert (counts(again), again.partly_count) == ((0, 0, 1, 0), 1)
    mended = bring_in(haruto, "author", rows.replace("(at)x", "@x.example"))
    assert (counts(mended), mended.partly_count) == ((0, 1, 0, 0), 0)
    assert [point["key"] for point in Author.objects.get().emails] == ["a@x.example", "soseki@x.example"]


def test_a_row_that_nothing_else_tells_apart_waits_to_be_mended(haruto: User, bring_in: Bring) -> None:
    assert counts(bring_in(haruto, "book", "title,pages\nKokoro,many\n")) == (0, 0, 0, 1)


@pytest.mark.parametrize("policy", ["overwrite", "mirror"])
def test_what_is_left_of_a_list_replaces_nothing(haruto: User, soseki: Author, bring_in: Bring, policy: str) -> None:
    before = soseki.emails
    rows = f"name,emails\n{soseki.name},new@x.example; broken\n"
    assert counts(bring_in(haruto, "author", rows, policies={"emails": policy})) == (0, 0, 1, 0)
    soseki.refresh_from_db()
    assert soseki.emails == before


# ── letters that were lost ──


@pytest.mark.parametrize(
    ("given", "kept"),
    [("M?ller", "Müller"), ("??", "田中"), ("????", "田中"), ("M\ufffdller", "Müller"), ("?? ??", "田中 裕子さん")],
)
def test_a_text_that_lost_letters_is_recognised_by_the_one_it_was(given: str, kept: str) -> None:
    assert is_damaged(given, kept)


@pytest.mark.parametrize(
    ("given", "kept"), [("Really?", "Really"), ("What?", "Whats"), ("Maler", "Müller"), ("Why?", "Müller"), ("?", "")]
)
def test_a_question_is_no_damage(given: str, kept: str) -> None:
    assert not is_damaged(given, kept)


def test_letters_that_a_file_lost_do_not_replace_those_we_have(haruto: User, soseki: Author, bring_in: Bring) -> None:
    (address,) = soseki.emails
    rows = f"name,reading,emails\n?? ??,??? ????,{address['value']}\n"
    done = bring_in(haruto, "author", rows, match=["emails"], policies={"reading": "overwrite"})
    assert (counts(done), done.partly_count) == ((0, 0, 1, 0), 1)
    assert "lost letters" in reasons(done)[0]
    soseki.refresh_from_db()
    assert (soseki.name, soseki.reading) == ("夏目 漱石", "なつめ そうせき")


def test_nobody_is_made_of_a_name_that_lost_letters(haruto: User, kokoro: Book, bring_in: Bring) -> None:
    author = kokoro.author
    done = bring_in(haruto, "book", f"Kizuna ID,title,author\nbook:{kokoro.pk},Kokoro,M?ller\n")
    assert (counts(done), Author.objects.count()) == ((0, 0, 1, 0), 1)
    assert "lost letters" in reasons(done)[0]
    kokoro.refresh_from_db()
    assert kokoro.author == author
    assert [has_lost_letters(name) for name in ("Who?", "??", "Caf\ufffd")] == [False, True, True]


def test_a_name_that_lost_letters_becomes_no_new_record(haruto: User, bring_in: Bring) -> None:
    rows = "name,emails\n?? ??,a@x.example\nM?ller,m@x.example\nWho?,w@x.example\n"
    done = bring_in(haruto, "author", rows)
    assert (counts(done), [one.name for one in Author.objects.all()]) == ((1, 0, 0, 2), ["Who?"])
    assert ["“M?ller”" in reason and "lost letters" in reason for reason in reasons(done)] == [False, True]


def test_a_damaged_name_replaces_none_that_is_another(haruto: User, soseki: Author, bring_in: Bring) -> None:
    rows = f"name,emails\nM?ller,{soseki.emails[0]['value']}\n"
    done = bring_in(haruto, "author", rows, match=["emails"])
    soseki.refresh_from_db()
    assert (done.partly_count + done.unused_count, soseki.name) == (1, "夏目 漱石")


def test_a_title_may_ask_something_but_is_more_than_marks(haruto: User, bring_in: Bring) -> None:
    assert counts(bring_in(haruto, "book", "title\nWho's there??\n????\n")) == (1, 0, 0, 1)


# ── what says the same ──


def test_a_reading_in_other_kana_changes_nothing_unless_that_is_asked_for(
    haruto: User, soseki: Author, bring_in: Bring
) -> None:
    rows = "name,reading\n夏目 漱石,ﾅﾂﾒ ソウセキ\n"
    assert counts(bring_in(haruto, "author", rows)) == (0, 0, 1, 0)
    assert counts(bring_in(haruto, "author", rows, policies={"reading": "overwrite"})) == (0, 1, 0, 0)
