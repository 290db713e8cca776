"""Files for the library, and the way they come in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def take_in(db: None) -> Callable[..., Import]:
    """A draft: `take_in(haruto, "author", "name\\nSōseki\\n")`."""

    def take(actor: Any, key: str, data: str | bytes, **given: Any) -> Import:
        raw = data.encode() if isinstance(data, str) else data
        file = ContentFile(raw, "list.csv")
        return transfer.prepare_import(actor=actor, resource=registry.get(key), file=file, name="list.csv", **given)

    return take


@pytest.fixture
def start(take_in: Callable[..., Import]) -> Callable[..., Import]:
    """A started import that nobody carries out yet; `mapping` and options differ from the proposal where given."""

    def begin(actor: Any, key: str, data: str | bytes, *, mapping: Any = None, **options: Any) -> Import:
        draft = take_in(actor, key, data)
        return transfer.start_import(
            actor=actor,
            imported=draft,
            mapping=mapping or draft.mapping,
            options=draft.options | options,
            later=False,
        )

    return begin


@pytest.fixture
def bring_in(start: Callable[..., Import]) -> Callable[..., Import]:
    """From the file to the end: `bring_in(haruto, "book", "title\\nKokoro\\n", match=[])`."""

    def bring(actor: Any, key: str, data: str | bytes, **given: Any) -> Import:
        return transfer.run_import(import_id=start(actor, key, data, **given).pk)

    return bring


def counts(imported: Import) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected (conflicts among them)."""
    return (
        imported.created_count,
        imported.updated_count,
        imported.unchanged_count,
        imported.unused_count,
    )
