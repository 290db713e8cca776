"""`kizuna import` and `kizuna export` at the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kizuna.base.identity.models import User
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.transfer.models import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_bytes(
        "名前;ふりがな;X\n夏目 漱石;なつめ;soseki@x.example\n樋口 一葉;ひぐち;ichiyo@x.example\n".encode("cp932")
    )
    return file


def test_a_file_comes_in_with_the_rights_of_its_user(haruto: User, people: Path, capsys: Any) -> None:
    mapping = people.with_suffix(".json")
    mapping.write_text(json.dumps({"名前": "name", "ふりがな": "reading"}))
    call_command("import", "authors", str(people), user=haruto.email, mapping=str(mapping))
    said = capsys.readouterr().out
    assert "X -> emails" in said
    assert "2 of about 2 rows" in said
    assert "2 created, 0 updated, 0 unchanged, 0 rejected" in said
    assert set(Author.objects.values_list("reading", "owner_id")) == {("なつめ", haruto.pk), ("ひぐち", haruto.pk)}


def test_a_check_says_what_would_become_of_the_rows_and_changes_nothing(people: Path, capsys: Any) -> None:
    call_command("import", "authors", str(people), check=True, mapping=None)
    assert "2 create. Nothing was changed." in capsys.readouterr().out
    assert not Author.objects.exists()


def test_without_a_user_kizuna_itself_imports(people: Path) -> None:
    call_command("import", "authors", str(people), mapping=None)
    assert Import.objects.get().created_by is None


def test_rejected_rows_are_written_beside_it_and_the_exit_code_says_so(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "books.csv"
    file.write_text("title,pages\nKokoro,248\nMon,many\n")
    with pytest.raises(SystemExit) as ended:
        call_command("import", "books", str(file))
    assert ended.value.code == 2
    assert "1 rejected" in capsys.readouterr().out
    rejected = (tmp_path / "books.csv.rejected.csv").read_text("utf-8-sig")
    assert rejected.splitlines() == ["Row,Reason,title,pages", "3,pages “many”: Give a number here.,Mon,many"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense", "FILE"], "no resource"),
        (["authors", "/nowhere/at/all.csv"], "no file"),
        (["authors", "/"], "cannot be read"),
        (["authors", "FILE", "--as", "nobody@x.example"], "Nobody signs in as nobody@x.example"),
        (["authors", "FILE", "--mapping", "/nowhere.json"], "cannot be read"),
        (["users", "FILE"], "permission"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(people: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("import", *[str(people) if word == "FILE" else word for word in arguments])


def test_who_was_deactivated_imports_no_more(haruto: User, people: Path) -> None:
    User.objects.filter(pk=haruto.pk).update(is_active=False)
    with pytest.raises(CommandError, match="deactivated"):
        call_command("import", "authors", str(people), user=haruto.email)


def test_rejected_rows_that_cannot_be_written_do_not_hide_what_became_of_the_others(
    tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "books.csv"
    file.write_text("title,pages\nKokoro,248\nMon,many\n")
    with pytest.raises(CommandError, match="The page of the import has them"):
        call_command("import", "books", str(file), rejected=str(tmp_path))
    assert "1 created" in capsys.readouterr().out


@pytest.mark.parametrize("mapping", ['["name"]', '{"name": 1}', '{"nonsense": "name"}', "{"])
def test_a_mapping_that_is_none_is_refused(people: Path, mapping: str) -> None:
    file = people.with_suffix(".json")
    file.write_text(mapping)
    with pytest.raises(CommandError):
        call_command("import", "authors", str(people), mapping=str(file))
    assert not Author.objects.exists()


def test_the_same_file_goes_out_and_comes_in(kokoro: Book, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "out.csv"
    call_command("export", "books", str(file))
    assert "1 rows written" in capsys.readouterr().out
    call_command("import", "books", str(file))
    assert "0 created, 0 updated, 1 unchanged" in capsys.readouterr().out


def test_an_export_of_some_columns_and_rows(kokoro: Book, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    condition = json.dumps({"field": "title", "op": "is", "value": "Another"})
    call_command("export", "books", str(file), columns="title", without_ids=True, filter=condition)
    assert file.read_text("utf-8-sig") == "Title\n"


def test_an_export_without_the_right_is_refused(haruto: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="permission"):
        call_command("export", "books", str(tmp_path / "out.csv"), user=haruto.email)
