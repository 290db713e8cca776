"""KIZUNA_FILES_URL: where files are kept, in one line."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kizuna.server.file_storage import storage_of


def test_without_a_url_files_lie_in_the_data_folder_for_our_own_eyes() -> None:
    found = storage_of("")
    assert found["BACKEND"].endswith("FileSystemStorage")
    assert found["OPTIONS"]["file_permissions_mode"] == 0o600


def test_a_url_names_key_bucket_prefix_and_place() -> None:
    options = storage_of("s3://AK:s%2Fcret@files/tokyo/crm?endpoint=https://s3.example.com&region=ap-1")["OPTIONS"]
    told = [options[name] for name in ("access_key", "secret_key", "bucket_name", "location", "endpoint_url")]
    assert told == ["AK", "s/cret", "files", "tokyo/crm", "https://s3.example.com"]
    assert (options["addressing_style"], options["default_acl"], options["file_overwrite"]) == ("path", None, False)


def test_without_a_key_the_machine_has_one() -> None:
    assert "access_key" not in storage_of("s3://files")["OPTIONS"]


@pytest.mark.parametrize("url", ["files", "https://s3.example.com/files", "s3://", "s3://files?endpont=x"])
def test_what_cannot_be_understood_stops_the_start_with_an_example(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="looks like s3://"):
        storage_of(url)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kizuna.server.file_storage.find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"kizuna\[s3\]"):
        storage_of("s3://files")
