"""The same work on a storage that speaks S3: a real server of that protocol, on this machine, without a network."""

from __future__ import annotations

import datetime as dt
import io
import logging
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.utils import timezone
from moto.server import ThreadedMotoServer

from kizuna.base.files import services as files
from kizuna.base.files.models import Attachment, Preview
from kizuna.base.files.services import storage
from kizuna.base.files.tests.conftest import Attach, image
from kizuna.base.identity.models import User
from kizuna.base.jobs import run_waiting
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book
from kizuna.base.transfer import services as transfer
from kizuna.base.types.errors import Refused
from kizuna.server.file_storage import storage_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _host, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, settings: Any) -> Iterator[Any]:
    """An empty bucket, with Kizuna keeping its files in it."""
    url = f"s3://key:sec%2Fret@kizuna/office?endpoint={endpoint}&region=us-east-1"
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "sec/ret"}
    s3 = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)
    made = s3.create_bucket(Bucket="kizuna")
    settings.STORAGES = settings.STORAGES | {"default": storage_of(url)}
    yield made
    made.objects.all().delete()
    made.delete()


@pytest.fixture
def attach(haruto: User, kokoro: Book) -> Attach:
    def put(content: bytes = b"Read until page 12.", name: str = "notes.txt") -> Attachment:
        return files.attach(actor=haruto, record=kokoro, name=name, file=io.BytesIO(content))

    return put


def names(bucket: Any) -> list[str]:
    return sorted(found.key for found in bucket.objects.all())


def test_a_file_lies_in_the_bucket_below_its_prefix_with_its_pictures(bucket: Any, attach: Attach) -> None:
    content = image("PNG", (640, 480))
    file = attach(content, "photo.png")
    run_waiting()
    file.refresh_from_db()
    assert file.preview == Preview.MADE
    place = f"office/{file.key}"
    assert names(bucket) == [place, f"{place}.0.webp", f"{place}.1.webp"]
    assert bucket.Object(place).get()["Body"].read() == content
    assert b"".join(storage.pieces(file.key, 8, 20)) == content[8:20]
    with storage.open_file(file.key) as opened:
        assert opened.read() == content


def test_nobody_reads_the_bucket_without_the_key(bucket: Any, attach: Attach) -> None:
    attach()
    grants = [grant["Permission"] for grant in bucket.Object(names(bucket)[0]).Acl().grants]
    assert grants == ["FULL_CONTROL"]


def test_when_the_row_cannot_be_written_the_object_goes(bucket: Any, attach: Attach, settings: Any) -> None:
    settings.FILES_QUOTA = 5
    with pytest.raises(Refused, match="no room"):
        attach()
    assert names(bucket) == []


def test_by_night_the_bucket_is_tidied(
    bucket: Any, attach: Attach, haruto: User, django_capture_on_commit_callbacks: Any
) -> None:
    kept, gone = attach(), attach(image(), "photo.png")
    run_waiting()
    files.delete(actor=haruto, file=gone)
    bucket.put_object(Key="office/attachments/2026-01/lost", Body=b"lost")
    later = timezone.now() + dt.timedelta(days=31)
    with django_capture_on_commit_callbacks(execute=True):
        assert files.purge(now=later) == 1
    assert files.remove_strays(now=later) == 1
    assert names(bucket) == [f"office/{kept.key}"]


def test_files_of_imports_go_to_the_same_place(bucket: Any, haruto: User) -> None:
    from django.core.files import File

    table = File(io.BytesIO(b"title\nKokoro\n"), name="books.csv")
    books = registry.get("book")
    imported = transfer.prepare_import(actor=haruto, resource=books, file=table, name="books.csv")
    assert names(bucket) == [f"office/{imported.file.name}"]
    transfer.start_import(actor=haruto, imported=imported, mapping=["title"], options={})
    run_waiting()
    imported.refresh_from_db()
    assert (imported.state, imported.created_count) == ("done", 1)
