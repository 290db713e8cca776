"""Orders that come back from a file that Kizuna wrote."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import
from kizuna.customers.contacts.models import Contact
from kizuna.customers.orders.models import Order
from kizuna.customers.orders.tests.conftest import Make, made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def brought_in(data: bytes) -> Import:
    file = ContentFile(data, "orders.csv")
    draft = transfer.prepare_import(actor=SYSTEM, resource=registry.get("order"), file=file, name="orders.csv")
    transfer.start_import(actor=SYSTEM, imported=draft, mapping=draft.mapping, options=draft.options, later=False)
    return transfer.run_import(import_id=draft.pk)


def test_an_order_is_known_by_its_id_and_the_number_that_it_was_given(order: Make, chair: Any) -> None:
    """No import writes the number, and yet it says that the order with this ID is meant, and no other system's."""
    found = order((chair, 1))
    data = b"".join(transfer.export(actor=SYSTEM, resource=registry.get("order")).chunks())
    assert brought_in(data).unchanged_count == 1
    assert brought_in(data.replace(found.number.encode(), b"1")).conflict_count == 1


def test_a_customer_whose_name_a_file_cuts_otherwise_stays_the_customer_of_the_order(order: Make, chair: Any) -> None:
    huy = made("contact", family_name="Phạm", given_name="Quang Huy")
    Order.objects.filter(pk=order((chair, 1)).pk).update(contact=huy)
    data = b"".join(transfer.export(actor=SYSTEM, resource=registry.get("order")).chunks())
    assert brought_in(data).unchanged_count == 1
    assert brought_in(data.replace("Quang Huy Phạm".encode(), "Quang Minh Phạm".encode())).updated_count == 1
    assert {one.given_name for one in Contact.objects.filter(family_name="Phạm")} == {"Quang Huy", "Quang"}
