"""To whom the new records of an import belong, as its form says."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.testing.library.models import Author
from kizuna.base.testing.visiting import Visitor, page_of


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def start(visitor: Visitor, **chosen: str) -> Any:
    file = SimpleUploadedFile("people.csv", "name\n夏目 漱石\n".encode())
    path = visitor.post("/authors/import", file=file)["Location"]
    return visitor.client.post(f"{path}/start", {"column.0": "name", "match": "name", **chosen})


@pytest.mark.parametrize(("chosen", "whose"), [({"owner": ""}, {None}), ({}, {"Alice"}), ({"owner": "x"}, set())])
def test_whoever_empties_the_owner_gives_new_records_to_nobody(
    chosen: dict[str, str], whose: set[str | None], alice: User, visit: Any
) -> None:
    answer = start(visit(alice), **chosen)
    assert answer.status_code == (302 if whose else 422)
    run_waiting()
    assert set(Author.objects.values_list("owner__name", flat=True)) == whose


def test_whoever_makes_records_only_for_himself_says_whose_they_are(haruto: User, visit: Any) -> None:
    answer = start(visit(haruto), owner="")
    assert (answer.status_code, "This is needed." in page_of(answer)) == (422, True)
