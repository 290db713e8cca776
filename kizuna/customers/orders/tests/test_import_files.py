"""Orders that come back from a file that Kizuna wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def brought_in(data: bytes) -> Import:
    file = ContentFile(data, "orders.csv")
    draft = transfer.prepare_import(actor=SYSTEM, resource=registry.get("order"), file=file, name="orders.csv")
    transfer.start_import(actor=SYSTEM, imported=draft, mapping=draft.mapping, options=draft.options, later=False)
    return transfer.run_import(import_id=draft.pk)


def test_an_order_is_known_by_its_id_and_the_number_that_it_was_given(order: Callable[..., Any], chair: Any) -> None:
    """No import writes the number, and yet it says that the order with this ID is meant, and no other system's."""
    found = order((chair, 1))
    data = b"".join(transfer.export(actor=SYSTEM, resource=registry.get("order")).chunks())
    assert brought_in(data).unchanged_count == 1
    assert brought_in(data.replace(found.number.encode(), b"1")).conflict_count == 1
