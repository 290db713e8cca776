"""What the API says about itself, to programs and to people."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book
from kizuna.base.types import errors
from kizuna.interfaces.api import problems

pytestmark = pytest.mark.django_db


def test_a_program_learns_whose_token_it_has(program, haruto: User) -> None:
    assert program(haruto).get("/me").json() == {
        "id": haruto.pk, "name": "Haruto", "email": "haruto@kizuna.example", "language": "en", "time_zone": "UTC",
        "is_admin": False, "team": {"id": haruto.team_id, "title": "Tokyo"}, "roles": ["Salesperson"],
    }  # fmt: skip


def test_a_program_learns_what_it_may_do(program, haruto: User, alice: User, nobody: User) -> None:
    def operations(user: User) -> dict[str, dict[str, str]]:
        return {item["plural"]: item["operations"] for item in program(user).get("/resources").json()["items"]}

    own = operations(haruto)["books"]
    assert (own["read"], own["delete"], own["lend_book"]) == ("team", "own", "team")
    assert "export" not in own
    assert operations(nobody) == {"users": {"read": "all"}}
    assert set(operations(alice)) == {resource.plural for resource in registry.all_resources()}


def test_a_program_learns_the_fields_and_their_operators(program, haruto: User) -> None:
    described = program(haruto).get("/resources/books").json()
    fields = {field["name"]: field for field in described["fields"]}
    assert fields["status"]["choices"][0] == {"value": "wanted", "label": "Wanted"}
    assert fields["author"]["target"] == "author"
    assert "gte" in {operator["name"] for operator in fields["pages"]["operators"]}
    assert (fields["created_at"]["writable"], fields["title"]["required"]) == (False, True)
    assert [related["name"] for related in described["related"]] == ["reviews"]
    assert [argument["name"] for argument in described["actions"][0]["arguments"]] == ["to", "until"]


def test_an_argument_says_which_records_come_into_question(program, haruto: User) -> None:
    actions = program(haruto).get("/resources/opportunities").json()["actions"]
    (reason,) = (
        argument
        for action in actions
        for argument in action["arguments"]
        if action["name"] == "lose_opportunity" and argument["name"] == "reason"
    )
    assert (reason["target"], reason["filter"]["value"]) == ("closereason", ["lost"])


def test_what_may_not_be_used_is_not_described(program, nobody: User) -> None:
    assert program(nobody).get("/resources/books").status_code == 404


def test_the_start_leads_to_everything_else(program, haruto: User) -> None:
    for path in program(haruto).get("/").json().values():
        if not path.endswith("docs"):
            assert program(haruto)._client.get(path).status_code == 200


def test_the_document_is_the_same_for_every_reader_and_for_the_command(program, haruto: User, make_user) -> None:
    yoko = make_user("Yoko", role="viewer", language="ja")
    document = program(haruto).get("/openapi.json").json()
    assert program(yoko).get("/openapi.json").json() == document
    printed = io.StringIO()
    call_command("openapi", stdout=printed)
    assert json.loads(printed.getvalue()) == document
    assert document["openapi"] == "3.1.0"


def test_pages_explain_every_resource_and_load_nothing_from_elsewhere(client: Client, haruto: User) -> None:
    client.force_login(haruto)
    first = client.get("/api/v1/docs").content.decode()
    links = re.findall(r'href="(/api/v1/docs/[^"]+)"', first)
    assert {link.rpartition("/")[2] for link in links} == {resource.plural for resource in registry.all_resources()}
    for page in [first, *(client.get(link).content.decode() for link in links)]:
        shown = re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)
        assert not re.search(r"""(src|href|action)=["'](https?:)?//""", shown)
        assert "<style" not in shown
        assert " style=" not in shown


def test_a_page_shows_a_command_that_works(client: Client, program, haruto: User, kokoro: Book) -> None:
    client.force_login(haruto)
    page = client.get("/api/v1/docs/books").content.decode()
    assert "POST</b> /books" in page
    assert "http://testserver/api/v1/books/42/actions/lend_book" in page


def test_the_conditions_of_the_guide_can_be_asked(program, haruto: User) -> None:
    guide = (Path(__file__).parents[4] / "docs" / "guide" / "api.md").read_text()
    (block,) = re.findall(r"### Conditions.*?```json\n(.*?)```", guide, flags=re.DOTALL)
    for line in block.splitlines():
        answer = program(haruto).get("/contacts", filter=line)
        assert answer.status_code == 200, (line, answer.content)


def test_every_problem_of_the_guide_has_its_code_and_status(program) -> None:
    guide = (Path(__file__).parents[4] / "docs" / "guide" / "api.md").read_text()
    told = {
        code: int(row[0])
        for row in re.findall(r"^\| (\d{3}) \| (.*?) \|", guide, re.MULTILINE)
        for code in re.findall("`(.*?)`", row[1])
    }
    kinds = [kind for module in (errors, problems) for kind in vars(module).values() if isinstance(kind, type)]
    meant = {
        kind.code: kind.status for kind in kinds if issubclass(kind, errors.Problem) and kind is not errors.Problem
    }
    assert told == meant


def test_pages_are_for_people_who_are_signed_in(client: Client, nobody: User) -> None:
    assert client.get("/api/v1/docs").status_code == 302
    client.force_login(nobody)
    assert client.get("/api/v1/docs").status_code == 200
    assert client.get("/api/v1/docs/books").status_code == 404
    assert client.get("/api/v1/docs/nope").status_code == 404
