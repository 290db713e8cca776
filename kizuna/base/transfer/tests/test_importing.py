"""A row finds its record, or becomes one, as its keys and the rights of whoever imports say."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError

from kizuna.base.events.models import EventRow, Subject
from kizuna.base.identity.models import User
from kizuna.base.layouts import services as layouts
from kizuna.base.records import services as records
from kizuna.base.records.events import RecordsCreated, RecordsUpdated
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.importing import storing
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.tests.conftest import counts
from kizuna.base.types.errors import Denied, Invalid, Refused

pytestmark = pytest.mark.django_db
Bring = Callable[..., Import]


def reasons(imported: Import) -> list[str]:
    return [row.reason for row in queries.rejections(imported)]


# ── one record for several rows ──


def test_two_rows_about_one_author_become_one_record(haruto: User, bring_in: Bring) -> None:
    imported = bring_in(haruto, "author", "name,reading,emails\n漱石,,a@x.example\n漱石,そうせき,b@x.example\n")
    assert counts(imported) == (1, 1, 0, 0)
    author = Author.objects.get()
    assert (author.reading, [point["key"] for point in author.emails]) == ("そうせき", ["a@x.example", "b@x.example"])


def test_rows_that_contradict_each_other_change_nothing_the_second_time(haruto: User, bring_in: Bring) -> None:
    data = "name,reading\n漱石,そうせき\n漱石,ソーセキ\n"
    bring_in(haruto, "author", data)
    version = Author.objects.get().version
    assert counts(bring_in(haruto, "author", data)) == (0, 0, 2, 0)
    assert Author.objects.get().version == version


def test_the_name_is_the_same_in_any_case_and_width(haruto: User, bring_in: Bring) -> None:
    bring_in(haruto, "author", "name\nＡda Lovelace\n")
    assert counts(bring_in(haruto, "author", "name\nADA LOVELACE\n"))[0] == 0


def test_two_records_that_fit_are_not_guessed_between(haruto: User, bring_in: Bring) -> None:
    for _time in range(2):
        records.create(actor=haruto, resource=registry.get("author"), values={"name": "Same"})
    imported = bring_in(haruto, "author", "name,reading\nSame,x\n")
    assert counts(imported) == (0, 0, 0, 1)
    assert "2 records fit" in reasons(imported)[0]


def test_a_row_without_keys_is_known_by_a_record_that_says_all_the_same(haruto: User, bring_in: Bring) -> None:
    bring_in(haruto, "book", "title,pages\nMon,100\n")
    again = bring_in(haruto, "book", "title,pages\nMon,100\nMon,200\n")
    assert counts(again) == (1, 0, 1, 0)


# ── reasons ──


def test_a_reason_names_the_column_as_the_file_does_and_the_value(haruto: User, bring_in: Bring) -> None:
    header = "name,Mail at work,Mail at home"
    mapping = ["name", "emails:work", "emails:home"]
    imported = bring_in(haruto, "author", f"{header}\n漱石,a@x.example,b@x.example; soseki(at)x\n", mapping=mapping)
    reason = "All but this: Mail at home “soseki(at)x”: An e-mail address has an @ in the middle."
    assert reasons(imported) == [reason]


def test_everything_wrong_with_a_row_is_said_at_once(haruto: User, bring_in: Bring) -> None:
    data = f"Titel,Seiten,Erschienen\nKokoro,{'x' * 200},2026-02-31\n"
    imported = bring_in(haruto, "book", data, mapping=["title", "pages", "published_on"])
    assert reasons(imported) == [
        f"Seiten “{'x' * 59}…”: Give a number here. Erschienen “2026-02-31”: Give a day such as 2026-11-20."
    ]


def test_rejected_rows_come_back_in_the_order_of_the_file(haruto: User, bring_in: Bring) -> None:
    imported = bring_in(haruto, "book", "title,pages\nA,0\nB,many\nC,0\n")
    assert [row.line for row in queries.rejections(imported)] == [2, 3, 4]


# ── lists, blanks, histories ──


def test_lists_are_united_and_what_is_kept_stays_as_it_is(haruto: User, soseki: Author, bring_in: Bring) -> None:
    before = soseki.emails[0]
    bring_in(haruto, "author", "name,E-Mail (Home)\n夏目 漱石,SOSEKI@library.example; new@library.example\n")
    soseki.refresh_from_db()
    assert soseki.emails[0] == before
    assert (soseki.emails[1]["key"], soseki.emails[1]["label"]) == ("new@library.example", "home")


def test_a_change_is_in_the_history_with_before_and_after_and_its_cause(
    haruto: User, soseki: Author, bring_in: Bring
) -> None:
    imported = bring_in(haruto, "author", "name,reading\n夏目 漱石,ソーセキ\n")
    soseki.refresh_from_db()
    assert (soseki.version, soseki.updated_by) == (2, haruto)
    told = EventRow.objects.get(name=RecordsUpdated.event_name)
    assert (told.via, told.actor_id, told.cause_id) == ("import", haruto.pk, imported.event_id)
    (subject,) = Subject.objects.filter(event=told)
    assert subject.changes == {"reading": ["なつめ そうせき", "ソーセキ"]}


def test_a_batch_is_one_event(haruto: User, bring_in: Bring, published: Any) -> None:
    published.forget()
    bring_in(haruto, "author", "name\n" + "".join(f"Author {n}\n" for n in range(30)))
    assert len(published.one(RecordsCreated).ids) == 30
    assert len(published.subjects(RecordsCreated)) == 30
    assert Key.objects.filter(resource="author", kind="name").count() == 30


def test_a_record_in_the_trash_is_not_found(haruto: User, soseki: Author, bring_in: Bring) -> None:
    records.delete(actor=haruto, record=soseki)
    assert counts(bring_in(haruto, "author", "name\n夏目 漱石\n"))[0] == 1


# ── related records ──


def test_one_author_is_made_for_all_books_that_name_him(haruto: User, bring_in: Bring) -> None:
    bring_in(haruto, "book", "title,author\nKokoro,夏目 漱石\nBotchan,夏目　漱石\nMon,\n")
    author = Author.objects.get()
    assert (author.owner, author.sort_key) == (haruto, "夏目 漱石")
    assert set(Book.objects.filter(author=author).values_list("title", flat=True)) == {"Kokoro", "Botchan"}


def test_an_author_who_is_there_is_found(haruto: User, soseki: Author, bring_in: Bring) -> None:
    bring_in(haruto, "book", "title,author\nKokoro,夏目 漱石\n")
    assert Book.objects.get().author == soseki


def test_fields_of_the_author_say_more_about_a_new_one(haruto: User, bring_in: Bring) -> None:
    data = "title,author,x\nKokoro,夏目 漱石,なつめ そうせき\n"
    bring_in(haruto, "book", data, mapping=["title", "author", "author.reading"])
    assert Author.objects.get().reading == "なつめ そうせき"


def test_who_may_not_make_authors_is_told_so(haruto: User, grant: Any, bring_in: Bring) -> None:
    rights = dict.fromkeys(("read", "create", "update", "import"), "all")
    grant(haruto, book=rights, author={"read": "all"})
    imported = bring_in(haruto, "book", "title,author\nKokoro,漱石\nMon,\n")
    assert counts(imported) == (1, 0, 0, 1)
    assert reasons(imported) == ["author “漱石”: There is no author “漱石”, and you may not make one."]


def test_an_author_out_of_sight_is_not_used(haruto: User, carol: User, bring_in: Bring) -> None:
    hidden = records.create(actor=carol, resource=registry.get("author"), values={"name": "Secret"})
    bring_in(haruto, "book", "title,author\nKokoro,Secret\n")
    assert Book.objects.get().author_id != hidden.pk


def test_of_several_with_one_name_the_one_that_is_there_stays(haruto: User, kokoro: Book, bring_in: Bring) -> None:
    twin = records.create(actor=haruto, resource=registry.get("author"), values={"name": "夏目 漱石"})
    data = f"Kizuna ID,title,author\nbook:{kokoro.pk},Kokoro,夏目 漱石\n,Mon,夏目 漱石\n"
    imported = bring_in(haruto, "book", data)
    assert counts(imported) == (0, 0, 1, 1)
    kokoro.refresh_from_db()
    assert kokoro.author_id not in (None, twin.pk)


def test_an_owner_is_named_by_name_or_address(haruto: User, sora: User, carol: User, bring_in: Bring) -> None:
    data = f"title,owner\nA,Sora\nB,{sora.email}\nC,{carol.email}\nD,Nobody at all\nE,\n"
    imported = bring_in(sora, "book", data)
    assert counts(imported) == (3, 0, 0, 2)
    assert set(Book.objects.values_list("title", "owner_id")) == {("A", sora.pk), ("B", sora.pk), ("E", sora.pk)}


# ── ids ──


def test_an_id_needs_one_more_sign(haruto: User, kokoro: Book, bring_in: Bring) -> None:
    good = bring_in(haruto, "book", f"Kizuna ID,title,pages\nbook:{kokoro.pk},KOKORO,300\n")
    assert counts(good) == (0, 1, 0, 0)
    wrong = bring_in(haruto, "book", f"Kizuna ID,title\nbook:{kokoro.pk},Another\nauthor:1,Kokoro\nnonsense,Kokoro\n")
    assert counts(wrong) == (0, 0, 0, 3)
    assert Book.objects.count() == 1


def test_the_number_alone_is_an_id_of_the_kind_that_is_imported(haruto: User, kokoro: Book, bring_in: Bring) -> None:
    assert counts(bring_in(haruto, "book", f"Kizuna ID,title,pages\n{kokoro.pk},KOKORO,300\n")) == (0, 1, 0, 0)
    wrong = bring_in(haruto, "book", f"Kizuna ID,title\n{kokoro.pk},Another\n0,Kokoro\n{'9' * 19},Kokoro\n3.0,Kokoro\n")
    assert counts(wrong) == (0, 0, 0, 4)


# ── rights ──


def test_a_salesperson_imports_for_himself_only(haruto: User, sora: User, start: Bring) -> None:
    with pytest.raises(Denied):
        start(haruto, "author", "name\nA\n", owner=sora.pk)


def test_a_record_of_a_team_mate_is_seen_and_not_changed(haruto: User, sora: User, bring_in: Bring) -> None:
    records.create(actor=sora, resource=registry.get("author"), values={"name": "Hers"})
    imported = bring_in(haruto, "author", "name,reading\nHers,x\nHers,\n")
    assert counts(imported) == (0, 0, 1, 1)
    assert "you may not change it" in reasons(imported)[0]


def test_a_field_that_may_not_be_written_is_no_target(haruto: User, hide: Any, take_in: Bring, start: Bring) -> None:
    hide(haruto, "author", "reading", access="read_only")
    assert take_in(haruto, "author", "name,reading\nA,b\n").mapping == ["name", None]
    with pytest.raises(Invalid):
        start(haruto, "author", "name,reading\nA,b\n", mapping=["name", "reading"])


@pytest.mark.parametrize(
    "mapping",
    [["owner", "owner"], ["name", "nonsense"], ["name", "x y"], ["name"], [None, None], ["name", "created_at"]],
)
def test_a_mapping_that_cannot_be_is_refused(haruto: User, start: Bring, mapping: list[str | None]) -> None:
    with pytest.raises(Invalid) as caught:
        start(haruto, "author", "name,reading\nA,b\n", mapping=mapping)
    assert list(caught.value.errors) == ["mapping"]


def test_a_viewer_brings_nothing_in(victor: User, take_in: Bring) -> None:
    with pytest.raises(Denied):
        take_in(victor, "author", "name\nA\n")


def test_a_required_field_that_is_missing_is_said(haruto: User, bring_in: Bring) -> None:
    imported = bring_in(haruto, "book", "title,pages\n,12\nMon,0\n")
    assert reasons(imported) == ["Title: This is needed.", "pages “0”: A book has pages."]


# ── when the database says no ──


def test_a_row_that_the_database_refuses_harms_no_other(
    haruto: User, bring_in: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_many = storing.records.create_many

    def moody(**given: Any) -> Any:
        if any(record.name == "Bad" for record in given["records"]):
            raise IntegrityError("no such thing\nDETAIL: …")
        return create_many(**given)

    monkeypatch.setattr(storing.records, "create_many", moody)
    imported = bring_in(haruto, "author", "name\nGood\nBad\nAlso good\n")
    assert counts(imported) == (2, 0, 0, 1)
    (reason,) = reasons(imported)
    assert "no such thing" not in reason
    assert reason.startswith("Something unforeseen happened with this row.")


def test_a_handler_that_refuses_one_row_harms_no_other(
    haruto: User, bring_in: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = storing.records.create_many

    def listened(**given: Any) -> Any:
        made = store(**given)
        if any(record.name == "Bad" for record in made):
            raise Refused("Not this one.")
        return made

    monkeypatch.setattr(storing.records, "create_many", listened)
    imported = bring_in(haruto, "author", "name\nGood\nBad\n")
    assert (counts(imported), reasons(imported)) == ((1, 0, 0, 1), ["Not this one."])
    assert list(Author.objects.values_list("name", flat=True)) == ["Good"]


def test_two_points_too_many_are_said(haruto: User, soseki: Author, bring_in: Bring) -> None:
    addresses = "; ".join(f"a{n}@x.example" for n in range(50))
    imported = bring_in(haruto, "author", f'name,emails\n夏目 漱石,"{addresses}"\n')
    assert "At most 50" in reasons(imported)[0]


def test_queries_do_not_grow_with_the_rows(haruto: User, start: Bring, django_assert_max_num_queries: Any) -> None:
    data = "name,reading,emails\n" + "".join(f"Author {n},r{n},a{n}@x.example\n" for n in range(400))
    started = start(haruto, "author", data)
    with django_assert_max_num_queries(40):
        transfer.run_import(import_id=started.pk)
    again = start(haruto, "author", data.replace(",r", ",new").replace(",newea", ",rea"))
    with django_assert_max_num_queries(45):
        assert counts(transfer.run_import(import_id=again.pk)) == (0, 400, 0, 0)


def test_what_a_layout_asks_for_is_asked_of_rows_that_become_records(
    alice: User, haruto: User, bring_in: Bring
) -> None:
    books = registry.get("book")
    content = {"sections": [{"titles": {"": "Book"}, "fields": ["title", "pages"]}], "required": ["pages"]}
    layouts.arrange_layout(actor=alice, resource=books, role=None, content=content)
    imported = bring_in(haruto, "book", "title,pages\nBotchan,\nSanshiro,320\n", match=[])
    assert counts(imported) == (1, 0, 0, 1)
    assert "This is needed." in reasons(imported)[0]
