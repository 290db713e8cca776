"""KIZUNA_FILES_URL: where uploaded files are kept, as Django's STORAGES has it."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

OPTIONS = {"endpoint", "region", "addressing"}


def storage_of(url: str) -> dict[str, Any]:
    """`s3://key:secret@bucket/prefix?endpoint=https://…&region=…`; "" is the data folder.

    Without a key, boto3 looks for one as it always does: environment, profile, the role of the machine.
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": _PRIVATE}
    parts = urlsplit(url)
    more = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.hostname or more.keys() - OPTIONS:
        raise ImproperlyConfigured("KIZUNA_FILES_URL looks like s3://KEY:SECRET@bucket/prefix?endpoint=https://…")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("KIZUNA_FILES_URL needs two more packages: pip install 'kizuna[s3]'.")
    endpoint = more.get("endpoint")
    options = {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        "endpoint_url": endpoint,
        "region_name": more.get("region"),
        "addressing_style": more.get("addressing", "path" if endpoint else "auto"),
        "signature_version": "s3v4",
        "default_acl": None,
        "file_overwrite": False,
        "object_parameters": {"ContentType": "application/octet-stream"},
    }
    if parts.username:
        options |= {"access_key": unquote(parts.username), "secret_key": unquote(parts.password or "")}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


_PRIVATE = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
"""Only the user that Kizuna runs as reads the files."""
