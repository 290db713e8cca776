"""Orders that come back from a file that Kizuna wrote."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from kizuna.base.identity import SYSTEM
from kizuna.base.records.constraints import broken
from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import
from kizuna.customers.contacts.models import Contact
from kizuna.customers.orders.models import Order, SalesChannel
from kizuna.customers.orders.tests.conftest import Make, made, now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def brought_in(data: bytes, key: str = "order") -> Import:
    """Tried first: what the dry run foresees is what comes."""
    file = ContentFile(data, "orders.csv")
    draft = transfer.prepare_import(actor=SYSTEM, resource=registry.get(key), file=file, name="orders.csv")
    given = {"actor": SYSTEM, "imported": draft, "mapping": draft.mapping, "options": draft.options, "later": False}
    transfer.start_dry_run(**given)
    tried = transfer.run_dry_run(import_id=draft.pk)
    transfer.start_import(**given)
    done = transfer.run_import(import_id=draft.pk)
    assert {name: count for name, count in done.counts.items() if count} == tried.counts
    return done


def taken_back(imported: Import) -> tuple[int, int, int]:
    """What was removed, put back, and stays."""
    transfer.start_undo(actor=SYSTEM, imported=imported, later=False)
    done = transfer.run_undo(import_id=imported.pk)
    return done.removed_count, done.restored_count, done.kept_count


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


def test_a_sales_channel_is_known_by_its_name_and_by_its_code(web: Any) -> None:
    made("saleschannel", name="横浜店", code="yokohama", currency="JPY", country="JP")
    rows = "S-1,Web shop\nS-2,WEB\nS-3,横浜店\nS-4,Kobe\n"
    done = brought_in(f"注文番号,販売チャネル\n{rows}".encode())
    assert (done.created_count, done.rejected_count) == (3, 1)
    found = dict(Order.objects.values_list("external_id", "channel__code"))
    assert found == {"S-1": "web", "S-2": "web", "S-3": "yokohama"}


def test_a_name_means_more_than_a_code(web: Any) -> None:
    made("saleschannel", name="Web", code="w2", currency="JPY", country="JP")
    assert brought_in(b"Order number,Channel\nS-1,Web\n").created_count == 1
    assert Order.objects.get().channel.code == "w2"


def test_lines_find_their_order_by_either_of_its_numbers_and_go_again(order: Make, chair: Any, tea: Any) -> None:
    ours, theirs = order((chair, 1)), order((chair, 1), external_id="S-1")
    before = now(ours), now(theirs)
    rows = f"{ours.number},TEA,2\nS-1,TEA,1\nS-2,TEA,1\n"
    done = brought_in(f"注文番号,商品コード,数量\n{rows}".encode(), "orderline")
    assert (done.created_count, done.rejected_count) == (2, 1)
    assert (now(ours)[1], now(theirs)[1]) == ("15370 JPY", "14285 JPY")
    assert taken_back(done) == (2, 0, 0)
    assert (now(ours), now(theirs)) == before


def test_a_code_that_the_database_refuses_is_refused_in_words(web: Any) -> None:
    """Where two write at once, only the database knows of it."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        SalesChannel.objects.bulk_create([SalesChannel(name="Shop", code="web")])
    assert broken(caught.value) == "Another sales channel has this code."
