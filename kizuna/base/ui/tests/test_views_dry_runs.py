"""What the check of an import shows at the screen."""

import re
from typing import Any

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kizuna.base.duplicates.models import Scan
from kizuna.base.duplicates.models import State as ScanState
from kizuna.base.duplicates.weighing import Weights
from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.testing.library.models import Author
from kizuna.base.testing.visiting import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_the_check_shows_new_rows_that_look_like_records_and_rows_that_are_there(
    haruto: User, visit: Any, soseki: Author
) -> None:
    weights = msgspec.to_builtins(Weights()) | {"prior": 0.01}  # as if many were here twice
    Scan.objects.create(resource="author", state=ScanState.DONE, weights=weights)
    visitor = visit(haruto)
    rows = "name,reading,emails\n漱石 夏目,,\n樋口 一葉,,ichiyo@x.example\n一葉 樋口,,\n"
    file = SimpleUploadedFile("people.csv", rows.encode())
    path = visitor.post("/authors/import", file=file)["Location"]
    data = {"column.0": "name", "column.1": "reading", "column.2": "emails", "match": "name", "rows": "both"}
    visitor.client.post(f"{path}/try", data)
    run_waiting()
    page = page_of(visitor.get(f"{path}/tried"))
    assert "1 new row looks like a record that is already here" in page
    assert f'href="{path}/tried?rows=alike"' in page
    rows = page_of(visitor.get(f"{path}/tried?rows=alike"))
    assert re.search(rf"漱石 夏目.*/authors/{soseki.pk}\">夏目 漱石<.*Name: the same", rows, re.S)
    assert "樋口 一葉" not in rows
    assert "1 new row looks like an earlier row of the file" in page
    rows = page_of(visitor.get(f"{path}/tried?rows=twice"))
    assert re.search(r"Row 4.*一葉 樋口.*Row 3.*樋口 一葉.*Name: the same", rows, re.S)
    assert Author.objects.count() == 1
