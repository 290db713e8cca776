"""A search through the library's authors, and what people decide of the pairs."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.duplicates import queries
from kizuna.base.duplicates import services as duplicates
from kizuna.base.duplicates.events import DuplicatesSought, NotToldApart, ToldApart
from kizuna.base.duplicates.models import Pair, Scan, State
from kizuna.base.duplicates.weighing import Weights
from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.jobs.models import Job
from kizuna.base.jobs.models import State as JobState
from kizuna.base.merging import services as merging
from kizuna.base.merging.models import Merge
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.events import Published
from kizuna.base.testing.library.models import Author
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import DryRun, Line
from kizuna.base.types.errors import Denied

pytestmark = pytest.mark.django_db


@pytest.fixture
def authors() -> Resource:
    return registry.get("author")


def author(actor: User, name: str, *emails: str, reading: str = "") -> Any:
    values = {"name": name, "reading": reading, "emails": list(emails)}
    return records.create(actor=actor, resource=registry.get("author"), values=values)


@pytest.fixture
def soseki(alice: User) -> tuple[Any, Any]:
    """The same author twice, written in another order, among others."""
    for name in ("Mori Ogai", "Higuchi Ichiyo", "Dazai Osamu", "Kawabata Yasunari", "Abe Kobo"):
        author(alice, name, f"{name.split()[0].lower()}@books.example")
    first = author(alice, "Natsume Soseki", "soseki@books.example")
    return first, author(alice, "Soseki Natsume", "SOSEKI@books.example")


def sought(actor: User) -> Scan:
    scan = duplicates.start_scan(actor=actor, resource=registry.get("author"))
    run_waiting()
    scan.refresh_from_db()
    return scan


def ids(pairs: list[Pair]) -> list[tuple[int, int]]:
    return [(pair.record_id, pair.other_id) for pair in pairs]


# ── before an import ──


def where_a_name_says_much() -> None:
    """As if a search had learned that many are here twice."""
    weights = msgspec.to_builtins(Weights()) | {"prior": 0.01}
    Scan.objects.create(resource="author", state=State.DONE, weights=weights)


def test_what_a_check_says_of_new_rows_is_what_waits_for_review_after_the_import(
    alice: User, authors: Resource, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    where_a_name_says_much()
    soseki = author(alice, "Natsume Soseki")
    data = b"name\nSoseki Natsume\nSomebody Else\n"
    draft = transfer.prepare_import(actor=alice, resource=authors, file=ContentFile(data, "a.csv"), name="a.csv")
    given: Any = {"actor": alice, "imported": draft, "mapping": draft.mapping, "options": draft.options}
    transfer.start_dry_run(**given)
    run_waiting()
    told = {(line.title, line.record_id) for line in Line.objects.filter(source=draft, verdict="alike")}
    assert told == {("Soseki Natsume", soseki.pk)}
    assert DryRun.objects.get().asked_count == 2
    transfer.start_import(**given)
    run_waiting()
    (pair,) = queries.waiting(alice, authors)
    assert (pair.record_id, Author.objects.get(pk=pair.other_id).name) == (soseki.pk, "Soseki Natsume")


def test_a_check_tells_which_row_looks_like_an_earlier_one_of_the_file(
    alice: User, authors: Resource, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    where_a_name_says_much()
    rows = "Natsume Soseki\nJane Austen\nSoseki Natsume\nJ. W. Goethe\n"
    draft = transfer.prepare_import(
        actor=alice, resource=authors, file=ContentFile(f"name\n{rows}".encode(), "a.csv"), name="a.csv"
    )
    given: Any = {"actor": alice, "imported": draft, "mapping": draft.mapping, "options": draft.options}
    transfer.start_dry_run(**given, later=False)
    found = transfer.check_rows(import_id=draft.pk)
    assert (found.counts, found.asked_count) == ({"create": 4, "twice": 1}, 4)
    [line] = Line.objects.filter(verdict="twice")
    assert (line.number, line.title, line.record_id) == (4, "Soseki Natsume", None)
    assert line.likeness is not None
    assert (line.likeness["row"], line.likeness["title"]) == (2, "Natsume Soseki")
    assert line.likeness["reasons"] == [["name", "same"]]
    transfer.start_import(**given)
    run_waiting()
    (pair,) = queries.waiting(alice, authors)
    names = Author.objects.filter(pk__in=(pair.record_id, pair.other_id)).values_list("name", flat=True)
    assert set(names) == {"Natsume Soseki", "Soseki Natsume"}
    assert pair.certainty == pytest.approx(line.likeness["certainty"])


def test_a_check_whose_worker_died_while_it_compared_begins_anew(
    alice: User, authors: Resource, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    where_a_name_says_much()
    author(alice, "Natsume Soseki")
    file = ContentFile(b"name\nSoseki Natsume\n", "a.csv")
    draft = transfer.prepare_import(actor=alice, resource=authors, file=file, name="a.csv")
    given: Any = {"actor": alice, "imported": draft, "mapping": draft.mapping, "options": draft.options}
    transfer.start_dry_run(**given, later=False)
    transfer.run_dry_run(import_id=draft.pk)
    assert DryRun.objects.get().asked_count is None
    for _time in range(2):
        found = transfer.check_rows(import_id=draft.pk)
        assert (found.counts, found.asked_count) == ({"create": 1, "alike": 1}, 1)
    assert Line.objects.filter(verdict="alike").count() == 1


# ── searching ──


def test_a_search_finds_who_is_there_twice_and_says_why(
    alice: User, authors: Resource, soseki: tuple[Any, Any], published: Published
) -> None:
    scan = sought(alice)
    assert (scan.state, scan.record_count, scan.found_count) == (State.DONE, 7, 1)
    pairs = queries.waiting(alice, authors)
    assert ids(pairs) == [(soseki[0].pk, soseki[1].pk)]
    assert 0.5 < pairs[0].certainty <= 1
    [line] = queries.reasons(alice, authors, pairs)
    assert [(reason.field, reason.how) for reason in line.reasons] == [("name", "same")]
    assert [event.found for event in published.of(DuplicatesSought)] == [1]


def test_while_one_search_waits_there_is_no_second(alice: User, authors: Resource) -> None:
    first = duplicates.start_scan(actor=alice, resource=authors)
    assert duplicates.start_scan(actor=alice, resource=authors) == first
    run_waiting()
    assert duplicates.start_scan(actor=alice, resource=authors) != first


def test_a_search_whose_worker_died_begins_anew(alice: User, authors: Resource, soseki: tuple[Any, Any]) -> None:
    scan = duplicates.start_scan(actor=alice, resource=authors)
    Scan.objects.filter(pk=scan.pk).update(state=State.RUNNING)
    Pair.objects.create(resource="author", record_id=soseki[0].pk, other_id=soseki[1].pk, certainty=0.6, scan=scan)
    duplicates.carry_out(scan_id=scan.pk)
    assert ids(queries.waiting(alice, authors)) == [(soseki[0].pk, soseki[1].pk)]
    assert duplicates.carry_out(scan_id=scan.pk).state == State.DONE


def test_a_search_whose_job_was_given_up_has_failed_and_makes_way_for_another(alice: User, authors: Resource) -> None:
    dead = duplicates.start_scan(actor=alice, resource=authors)
    Job.objects.filter(pk=dead.job_id).update(state=JobState.DEAD)  # type: ignore[misc]
    assert queries.state_of(dead) == State.FAILED
    again = duplicates.start_scan(actor=alice, resource=authors)
    dead.refresh_from_db()
    assert (dead.state, again.state) == (State.FAILED, State.WAITING)
    assert again != dead
    assert dead.error


def test_reasons_weigh_as_the_last_search_learned(alice: User, authors: Resource, soseki: tuple[Any, Any]) -> None:
    assert queries.weights_of(authors) == Weights()
    scan = sought(alice)
    assert queries.weights_of(authors) == msgspec.convert(scan.weights, Weights) != Weights()
    slip = author(alice, "Natsume Sosekki")
    pair = Pair.objects.create(resource="author", record_id=soseki[0].pk, other_id=slip.pk, certainty=0.6)
    (line,) = queries.reasons(alice, authors, [pair])
    assert [reason.how for reason in line.reasons] == [queries.ALIKE]
    same, other = (list(map(list, shares)) for shares in (Weights().same, Weights().other))
    same[0][2], other[0][2] = 0.0004, 0.2  # here many people's names differ by a letter
    Scan.objects.filter(pk=scan.pk).update(weights={"same": same, "other": other, "prior": 1e-5})
    (line,) = queries.reasons(alice, authors, [pair])
    assert [reason.how for reason in line.reasons] == [queries.DIFFERENT]


def test_what_is_no_pair_any_more_goes_with_the_next_search(
    alice: User, authors: Resource, soseki: tuple[Any, Any]
) -> None:
    sought(alice)
    records.update(actor=alice, record=soseki[1], changes={"name": "Shiga Naoya", "emails": ["shiga@books.example"]})
    sought(alice)
    assert Pair.objects.count() == 0


def test_a_search_takes_the_same_queries_for_more_records(alice: User, soseki: tuple[Any, Any]) -> None:
    def asked() -> int:
        scan = duplicates.start_scan(actor=alice, resource=registry.get("author"))
        with CaptureQueriesContext(connection) as captured:
            duplicates.carry_out(scan_id=scan.pk)
        return len(captured)

    asked()
    few = asked()
    for number in range(20):
        author(alice, f"Author Number{number}", f"author{number}@books.example")
    assert asked() == few


# ── who may, and what they see ──


def test_who_may_not_merge_has_no_pairs(alice: User, nobody: User, authors: Resource) -> None:
    for ask in (
        lambda: duplicates.start_scan(actor=nobody, resource=authors),
        lambda: queries.check(nobody, authors),
    ):
        with pytest.raises(Denied):
            ask()


def test_a_pair_is_seen_by_who_sees_both(
    alice: User, haruto: User, carol: User, authors: Resource, soseki: tuple[Any, Any], grant: Any
) -> None:
    rights = {"read": "own", "update": "own", "merge": "own"}
    grant(haruto, author=rights)
    sought(alice)
    pair = queries.waiting(alice, authors)[0]
    records.update(actor=alice, record=soseki[0], changes={"owner": haruto.pk})
    assert queries.waiting(haruto, authors) == []
    with pytest.raises(Denied):
        duplicates.tell_apart(actor=haruto, pair=pair)
    records.update(actor=alice, record=soseki[1], changes={"owner": haruto.pk})
    assert queries.waiting(haruto, authors) == [pair]


def test_a_field_that_somebody_may_not_see_says_nothing(
    alice: User, haruto: User, authors: Resource, soseki: tuple[Any, Any], grant: Any, hide: Any
) -> None:
    grant(haruto, author={"read": "all", "update": "all", "merge": "all"})
    hide(haruto, "author", "name")
    sought(alice)
    [line] = queries.reasons(haruto, authors, queries.waiting(haruto, authors))
    assert line.reasons == []


def test_records_in_the_trash_are_no_pair(alice: User, authors: Resource, soseki: tuple[Any, Any]) -> None:
    sought(alice)
    records.delete(actor=alice, record=soseki[1])
    assert queries.waiting(alice, authors) == []


# ── deciding ──


def test_what_was_told_apart_is_not_brought_up_again(
    alice: User, authors: Resource, soseki: tuple[Any, Any], published: Published
) -> None:
    sought(alice)
    pair = queries.waiting(alice, authors)[0]
    duplicates.tell_apart(actor=alice, pair=pair)
    duplicates.tell_apart(actor=alice, pair=pair)
    assert len(published.of(ToldApart)) == 1
    sought(alice)
    assert queries.waiting(alice, authors) == []
    duplicates.not_told_apart(actor=alice, pair=pair)
    assert queries.waiting(alice, authors) == [pair]
    assert len(published.of(NotToldApart)) == 1


def test_a_merge_ends_the_pairs_of_what_was_merged(alice: User, authors: Resource, soseki: tuple[Any, Any]) -> None:
    sought(alice)
    merging.merge_records(actor=alice, resource=authors, survivor=soseki[0], others=[soseki[1]])
    assert not Pair.objects.exists()


def test_who_was_told_apart_stays_so_when_either_is_merged(
    alice: User, authors: Resource, soseki: tuple[Any, Any]
) -> None:
    sought(alice)
    duplicates.tell_apart(actor=alice, pair=queries.waiting(alice, authors)[0])
    stays = author(alice, "Natsume Soseki", "natsume.soseki@elsewhere.example")
    before = list(Pair.objects.order_by("pk").values())
    merge = merging.merge_records(actor=alice, resource=authors, survivor=stays, others=[soseki[1]])
    assert isinstance(merge, Merge)
    sought(alice)
    assert queries.waiting(alice, authors) == []
    merging.unmerge_records(actor=alice, merge=merge)
    assert list(Pair.objects.filter(pk__in=[one["id"] for one in before]).order_by("pk").values()) == before
    sought(alice)
    assert (soseki[1].pk, stays.pk) in ids(queries.waiting(alice, authors))


def test_pairs_come_page_by_page_the_most_certain_first(alice: User, authors: Resource) -> None:
    made = [author(alice, f"Author {number}") for number in range(6)]
    for number, certainty in enumerate((0.6, 0.9, 0.9, 0.7, 0.99)):
        one, other = made[number], made[number + 1]
        Pair.objects.create(resource="author", record_id=one.pk, other_id=other.pk, certainty=certainty)
    found: list[float] = []
    after = None
    while page := queries.waiting(alice, authors, after=after, size=2):
        found += [pair.certainty for pair in page]
        after = (page[-1].certainty, page[-1].pk)
    assert found == [0.99, 0.9, 0.9, 0.7, 0.6]
