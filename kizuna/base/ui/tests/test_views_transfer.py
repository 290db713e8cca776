"""Bringing a list in and taking one out, at the screen."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kizuna.base.events.models import EventRow
from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Author
from kizuna.base.testing.visiting import Visitor, page_of
from kizuna.base.transfer.models import Import, Rejection, State
from kizuna.base.ui.tests.conftest import ATTACKS, MARKUP

AUTHORS = "name,reading,emails\n夏目 漱石,なつめ そうせき,soseki@x.example\n樋口 一葉,,nonsense\n"


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def upload(haruto: User, visit: Any) -> Callable[..., str]:
    """Give a file; answers the path of the page it leads to."""

    def give(data: str | bytes = AUTHORS, *, name: str = "people.csv", plural: str = "authors") -> str:
        raw = data.encode() if isinstance(data, str) else data
        answer = visit(haruto).post(f"/{plural}/import", file=SimpleUploadedFile(name, raw))
        assert answer.status_code == 302, page_of(answer)
        return str(answer["Location"])

    return give


def chosen(page: str, number: int) -> str:
    """The target that is selected for a column."""
    select = re.search(rf'name="column.{number}".*?</select>', page, re.S)
    assert select is not None
    found = re.search(r'<option value="([^"]*)" selected>', select[0])
    return found[1] if found else ""


def start(visitor: Visitor, path: str, *targets: str, **options: Any) -> Any:
    data: dict[str, Any] = {f"column.{number}": target for number, target in enumerate(targets)}
    data |= {"match": "name", "owner": visitor.user.pk, "region": "JP", "dates": "ymd"} | options
    return visitor.client.post(f"{path}/start", data)


# ── look ──


def test_what_was_found_out_is_shown_beside_the_first_values(haruto: User, visit: Any, upload: Any) -> None:
    page = page_of(visit(haruto).get(upload(AUTHORS.encode("cp932"))))
    assert re.search(r'<option value="cp932" selected>', page)
    assert [chosen(page, number) for number in range(3)] == ["name", "reading", "emails"]
    assert "夏目 漱石" in page
    assert "Columns used: 3 of 3." in page
    assert not Author.objects.exists()


def test_another_encoding_is_looked_at_as_soon_as_it_is_chosen(haruto: User, visit: Any, upload: Any) -> None:
    path = upload(AUTHORS.encode("euc_jp"))
    wrong = page_of(visit(haruto).send(path, encoding="cp932", delimiter=","))
    assert "夏目" not in wrong
    assert "<html" not in wrong
    right = page_of(visit(haruto).send(path, encoding="euc_jp", delimiter=","))
    assert "夏目" in right


def test_what_cannot_be_read_is_said(haruto: User, visit: Any, upload: Any) -> None:
    page = page_of(visit(haruto).send(upload(AUTHORS.encode("cp932")), encoding="utf-8", delimiter=","))
    assert "cannot be read in this encoding" in page


def test_without_script_the_choice_is_a_plain_form(haruto: User, visit: Any, upload: Any) -> None:
    path = upload("name;reading\nA;b\n")
    answer = visit(haruto).post(path, encoding="utf-8", delimiter=",")
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert "name;reading" in page_of(visit(haruto).get(path))


def test_a_nonsense_encoding_is_refused(haruto: User, visit: Any, upload: Any) -> None:
    assert visit(haruto).send(upload(), encoding="rot13", delimiter=",").status_code == 422


@pytest.mark.parametrize("data", [b"", b"name\n", b"PK\x03\x04rest", b"\x89PNG\r\n\x1a\n\0\0\0"])
def test_a_file_that_is_none_is_refused_beside_the_form(haruto: User, visit: Any, data: bytes) -> None:
    answer = visit(haruto).post("/authors/import", file=SimpleUploadedFile("x.csv", data))
    assert answer.status_code == 422
    assert 'role="alert"' in page_of(answer)
    assert not Import.objects.exists()


def test_no_file_is_said(haruto: User, visit: Any) -> None:
    assert "Choose a file first." in page_of(visit(haruto).post("/authors/import"))


def test_a_file_without_any_key_warns_of_doubles(haruto: User, visit: Any, upload: Any) -> None:
    warning = "would make every record twice"
    assert warning in page_of(visit(haruto).get(upload("title,pages\nMon,1\n", plural="books")))
    assert warning not in page_of(visit(haruto).get(upload()))


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_words_are_words(haruto: User, visit: Any, upload: Any, attack: str) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["name", attack], [attack, attack], ["ok", "x"]])
    path = upload(text.getvalue(), name=f"{attack[:60]}.csv")
    start(visit(haruto), path, "name", "emails")
    run_waiting()
    for page in (visit(haruto).get(path), visit(haruto).get("/authors/import")):
        assert not [word for word in MARKUP if word in page_of(page)]


# ── start and follow ──


def test_it_runs_as_a_job_and_shows_what_became_of_the_rows(haruto: User, visit: Any, upload: Any) -> None:
    his, path = visit(haruto), upload()
    assert start(his, path, "name", "reading", "emails")["Location"] == path
    waiting = page_of(his.get(path))
    assert "Waiting for its turn" in waiting
    assert f'hx-get="{path}"' in waiting
    run_waiting()
    done = page_of(his.ask(path))
    assert "<html" not in done
    assert "hx-get" not in done
    assert re.findall(r'<dd class="k-num">(\d+)</dd>', done) == ["2", "0", "0", "0"]
    assert "1 of them without a value" in done
    assert "An e-mail address has an @ in the middle." in done
    assert {author.owner for author in Author.objects.all()} == {haruto}
    assert path in page_of(his.get("/authors/import"))


def test_the_rejected_rows_come_back_as_a_file(haruto: User, visit: Any, upload: Any) -> None:
    his, path = visit(haruto), upload()
    start(his, path, "name", "reading", "emails")
    run_waiting()
    answer = his.get(f"{path}/rejected.csv")
    assert "attachment" in answer["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert lines[0] == ["Row", "Reason", "name", "reading", "emails"]
    assert (lines[1][0], lines[1][2:]) == ("3", ["樋口 一葉", "", "nonsense"])


def test_a_column_can_be_left_out(haruto: User, visit: Any, upload: Any) -> None:
    start(visit(haruto), upload(), "name", "", "")
    run_waiting()
    assert set(Author.objects.values_list("name", "reading")) == {("夏目 漱石", ""), ("樋口 一葉", "")}


def test_what_was_settled_survives_a_refusal(haruto: User, visit: Any, upload: Any) -> None:
    path = upload()
    rules = {"policy.2": "overwrite", "default.2": "a@x.example", "further.target": "reading", "further.value": "よみ"}
    answer = start(visit(haruto), path, "owner", "owner", "emails:home", region="KR", dates="mdy", **rules)
    page = page_of(answer)
    assert answer.status_code == 422
    assert "Two columns go into" in page
    assert [chosen(page, number) for number in range(3)] == ["owner", "owner", "emails:home"]
    assert re.search(r'name="policy.2">.*?<option value="overwrite" selected>', page, re.S)
    assert 'name="default.2" value="a@x.example"' in page
    assert 'name="further.value" value="よみ"' in page
    assert 'name="region" value="KR"' in page
    assert re.search(r'<option value="mdy" selected>', page)
    assert Import.objects.get().state == State.DRAFT


def test_it_is_started_once(haruto: User, visit: Any, upload: Any) -> None:
    his, path = visit(haruto), upload()
    start(his, path, "name", "", "")
    assert start(his, path, "name", "", "").status_code == 422
    run_waiting()
    assert Author.objects.count() == 2


def test_it_can_be_stopped(haruto: User, visit: Any, upload: Any) -> None:
    his, path = visit(haruto), upload()
    start(his, path, "name", "", "")
    his.post(f"{path}/cancel")
    run_waiting()
    assert "Stopped." in page_of(his.get(path))
    assert not Author.objects.exists()


def test_somebody_elses_import_is_not_there(sora: User, visit: Any, upload: Any) -> None:
    path = upload()
    hers = visit(sora)
    answers = [hers.get(path), hers.get(f"{path}/rejected.csv"), hers.post(f"{path}/cancel"), start(hers, path, "name")]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_a_viewer_finds_neither_the_button_nor_the_page(victor: User, visit: Any) -> None:
    his = visit(victor)
    assert "/authors/import" not in page_of(his.get("/authors"))
    assert his.get("/authors/import").status_code == 403
    assert his.post("/authors/import", file=SimpleUploadedFile("x.csv", b"name\nA\n")).status_code == 403


# ── export ──


@pytest.fixture
def shelf(mika: User) -> list[Any]:
    books = registry.get("book")
    kept = (("Kokoro", 248), ("Mon", 100), ("=1+1", 5))
    return [records.create(actor=mika, resource=books, values={"title": title, "pages": n}) for title, n in kept]


def exported(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="books.csv"'
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_dialog_keeps_the_list_as_it_is(mika: User, visit: Any, shelf: list[Any]) -> None:
    page = page_of(visit(mika).ask("/books/export", search="Kokoro", sort="-pages", ids=[shelf[0].pk]))
    assert 'name="search" value="Kokoro"' in page
    assert 'name="sort" value="-pages"' in page
    assert f'name="ids" value="{shelf[0].pk}"' in page
    assert "The rows you selected" in page
    assert 'value="cp932"' in page


def test_everything_that_the_list_shows_goes_out(mika: User, visit: Any, shelf: list[Any]) -> None:
    answer = visit(mika).post("/books/export", sort="-pages", which="all")
    assert [row["Title"] for row in exported(answer)] == ["Kokoro", "Mon", "'=1+1"]


def test_a_filter_and_ticked_rows_and_shown_columns_count(mika: User, visit: Any, shelf: list[Any]) -> None:
    condition = '{"field": "pages", "op": "gt", "value": 50}'
    rows = exported(visit(mika).post("/books/export", filter=condition, columns="title,pages", which="shown"))
    assert rows == [{"Title": "Kokoro", "Pages": "248"}, {"Title": "Mon", "Pages": "100"}]
    ticked = exported(visit(mika).post("/books/export", ids=[shelf[1].pk]))
    assert [row["Title"] for row in ticked] == ["Mon"]
    told = EventRow.objects.filter(name="transfer.RecordsExported").order_by("id")
    assert [(row.data["count"], row.data["condition"], row.data["is_ticked"], row.via) for row in told] == [
        (2, condition, False, "web"),
        (1, "", True, "web"),
    ]


def test_an_encoding_nobody_knows_is_refused(mika: User, visit: Any, shelf: list[Any]) -> None:
    assert visit(mika).post("/books/export", encoding="rot13").status_code == 422


def test_export_is_a_right_of_its_own(haruto: User, visit: Any, shelf: list[Any]) -> None:
    his = visit(haruto)
    assert "/books/export" not in page_of(his.get("/books"))
    assert his.get("/books/export").status_code == 403
    assert his.post("/books/export").status_code == 403


def test_several_columns_together_are_chosen_as_a_key(haruto: User, visit: Any, upload: Any, soseki: Author) -> None:
    path, visitor = upload("name,reading,emails\n夏目 漱石,なつめ,new@x.example\n"), visit(haruto)
    data = {"column.0": "name", "column.2": "emails", "rows": "both"}
    refused = page_of(visitor.client.post(f"{path}/start", data | {"match": "reading", "match.2": "name"}))
    assert "goes into “Reading”, which is a part of a key" in refused
    assert re.search(r'name="match.2".*?<option value="name" selected>', refused, re.S)
    visitor.client.post(f"{path}/start", data | {"column.1": "reading", "match": "reading", "match.2": "name"})
    run_waiting()
    assert Import.objects.get().options["match"] == ["reading+name"]
    assert Author.objects.count() == 2, "whose name is read otherwise is somebody else"


# ── check every row ──


def test_every_row_is_checked_before_anything_is_done(
    haruto: User, visit: Any, upload: Any, soseki: Author, django_assert_max_num_queries: Any
) -> None:
    path = upload(
        "name,reading,emails\n夏目 漱石,ソーセキ,\n樋口 一葉,,ichiyo@x.example\n,,x@x.example\n森 鴎外,,nonsense\n"
    )
    visitor = visit(haruto)
    data = {"column.0": "name", "column.1": "reading", "column.2": "emails", "match": "name", "rows": "both"}
    answer = visitor.client.post(f"{path}/try", data)
    assert answer["Location"] == f"{path}/tried"
    assert "Waiting for its turn" in page_of(visitor.get(f"{path}/tried"))
    assert "are being checked" in page_of(visitor.client.post(f"{path}/start", {"tried": "1"}))
    run_waiting()
    with django_assert_max_num_queries(30):
        page = page_of(visitor.get(f"{path}/tried"))
    assert "Nothing was changed" in page
    assert re.search(r"<del>なつめ そうせき</del>.*<ins>ソーセキ</ins>", page, re.S)
    assert "樋口 一葉" not in page
    assert "樋口 一葉" in page_of(visitor.get(f"{path}/tried?rows=create"))
    assert "1 of them without a value" in page
    assert "This is needed." in page_of(visitor.get(f"{path}/tried?rows=rejected"))
    assert "An e-mail address has an @ in the middle." in page_of(visitor.get(f"{path}/tried?rows=partly"))
    assert Author.objects.count() == 1
    visitor.client.post(f"{path}/start", {"tried": "1"})
    run_waiting()
    assert (Author.objects.count(), Import.objects.get().rejected_count) == (3, 1)
    assert visitor.get(f"{path}/tried")["Location"] == path
    Rejection.objects.all().delete()  # as after thirty days
    assert "1 of them without a value" in page_of(visitor.get(path))


def test_a_check_is_stopped_and_leads_back_to_the_columns(haruto: User, visit: Any, upload: Any) -> None:
    path = upload()
    visitor = visit(haruto)
    assert visitor.get(f"{path}/tried")["Location"] == path
    visitor.client.post(f"{path}/try", {"column.0": "name"})
    assert visitor.client.post(f"{path}/try/stop")["Location"] == path
    assert "Stopped before" in page_of(visitor.get(f"{path}/tried"))


def test_what_may_not_be_read_is_not_shown_by_a_check(
    haruto: User, visit: Any, upload: Any, soseki: Author, hide: Any
) -> None:
    path = upload("name,reading\n夏目 漱石,ソーセキ\n")
    visitor = visit(haruto)
    visitor.client.post(f"{path}/try", {"column.0": "name", "column.1": "reading", "match": "name"})
    run_waiting()
    hide(haruto, "author", "reading")
    assert "なつめ" not in page_of(visit(haruto).get(f"{path}/tried"))


def test_rows_that_are_new_are_left_out_where_that_is_chosen(haruto: User, visit: Any, upload: Any) -> None:
    start(visit(haruto), upload(), "name", "reading", "emails", rows="known")
    run_waiting()
    assert not Author.objects.exists()
    assert Import.objects.get().skipped_count == 2


# ── take it back ──


def test_an_import_is_taken_back_and_what_stayed_is_told(
    haruto: User, visit: Any, upload: Any, soseki: Author, django_assert_max_num_queries: Any
) -> None:
    path = upload("name,reading\n夏目 漱石,ソーセキ\n樋口 一葉,ひぐち\n樋口 一葉,いちよう\n")
    visitor = visit(haruto)
    start(visitor, path, "name", "reading")
    run_waiting()
    soseki.refresh_from_db()
    records.update(actor=haruto, record=soseki, changes={"reading": "なつめ"})
    assert f"{path}/undo" in page_of(visitor.get(path))
    asked = page_of(visitor.get(f"{path}/undo"))
    assert "1 record that it made goes to the trash" in asked
    assert "What 2 rows changed in records is put back" in asked
    assert visitor.client.post(f"{path}/undo")["Location"] == f"{path}/undo"
    assert visitor.client.post(f"{path}/undo").status_code == 422
    run_waiting()
    with django_assert_max_num_queries(30):
        page = page_of(visitor.get(f"{path}/undo"))
    assert "The import was taken back." in page
    assert "It was changed since." in page
    assert "Rows of the file that changed something: 2." in page
    assert re.search(r"imported: ソーセキ · now: なつめ", page)
    assert not Author.objects.live().filter(name="樋口 一葉").exists()
    assert "It was taken back" in page_of(visitor.get(path))
    assert "would change nothing" not in page_of(visitor.get(path))
    assert "It was taken back" in page_of(visitor.get("/authors/import"))


def test_somebody_elses_import_is_not_taken_back(haruto: User, sora: User, visit: Any, upload: Any) -> None:
    path = upload()
    start(visit(haruto), path, "name", "reading", "")
    run_waiting()
    assert visit(sora).client.post(f"{path}/undo").status_code == 404


def test_an_import_is_paused_and_gone_on_with(haruto: User, visit: Any, upload: Any) -> None:
    path, visitor = upload(), visit(haruto)
    start(visitor, path, "name", "reading", "")
    assert f"{path}/pause" in page_of(visitor.get(path))
    visitor.client.post(f"{path}/pause")
    page = page_of(visitor.get(path))
    assert "Paused." in page
    assert "every 1s" not in page
    visitor.client.post(f"{path}/go-on")
    run_waiting()
    assert Author.objects.count() == 2


def test_a_mapping_is_kept_used_shared_and_deleted(haruto: User, sora: User, visit: Any, upload: Any) -> None:
    path, visitor = upload(), visit(haruto)
    data = {"column.0": "name", "column.1": "", "column.2": "", "mapping.name": "Fair", "mapping.shared": "1"}
    assert visitor.client.post(f"{path}/mapping/save", data)["Location"] == path
    other = upload("Name,reading\nA,b\n")
    page = page_of(visitor.get(other))
    number = re.search(r'<option value="(\d+)">Fair', page)
    assert number is not None
    given = {"mapping": number[1]}
    visitor.client.post(f"{other}/mapping/use", given)
    assert chosen(page_of(visitor.get(other)), 1) == ""
    assert visit(sora).client.post(f"{other}/mapping/use", given).status_code == 404
    visitor.client.post(f"{other}/mapping/change", given | {"name": "The fair"})
    assert "The fair" in page_of(visitor.get(other))
    visitor.client.post(f"{other}/mapping/change", given | {"delete": "1"})
    assert "The fair" not in page_of(visitor.get(other))
