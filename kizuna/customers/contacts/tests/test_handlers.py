"""Ownership of companies stays a tree."""

import threading

import pytest
from django.db import connection, transaction

from kizuna.base.identity import SYSTEM
from kizuna.base.merging.services import merge_records
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Refused
from kizuna.customers.contacts import services


def test_a_company_cannot_belong_to_what_belongs_to_it(firm) -> None:
    group, hotel, annex = firm("Hafenlicht"), firm("Hafenlicht Kiel"), firm("Hafenlicht Kiel Garage")
    records.update(actor=SYSTEM, record=hotel, changes={"parent": group.pk})
    records.update(actor=SYSTEM, record=annex, changes={"parent": hotel.pk})
    with pytest.raises(Refused) as problem, transaction.atomic():
        records.update(actor=SYSTEM, record=group, changes={"parent": annex.pk})
    assert list(problem.value.errors) == ["parent"]
    group.refresh_from_db()
    assert group.parent_id is None


@pytest.mark.django_db(transaction=True)
def test_of_two_groups_that_are_put_beneath_each_other_at_once_one_stays(firm) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection; its writers wait for each other anyway.")
    one, other = firm("Hafenlicht"), firm("Aoba Group")
    below_one, below_other = firm("Hafenlicht Kiel", parent=one.pk), firm("Aoba Hotel", parent=other.pk)
    said = []

    def move_back() -> None:
        try:
            records.update(actor=SYSTEM, record=other, changes={"parent": below_one.pk})
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    with transaction.atomic():
        records.update(actor=SYSTEM, record=one, changes={"parent": below_other.pk})
        colleague = threading.Thread(target=move_back)
        colleague.start()
        colleague.join(timeout=0.5)  # it waits for the end of this transaction, or has seen it
    colleague.join(timeout=60)
    other.refresh_from_db()
    assert (said, other.parent_id) == (["refused"], None)


def test_many_moved_companies_are_looked_at_storey_by_storey(firm, django_assert_num_queries) -> None:
    group = firm("Hafenlicht")
    hotel = firm("Hafenlicht Kiel", parent=group.pk)
    rooms = [firm(f"Zimmer {number}", parent=hotel.pk) for number in range(20)]
    with django_assert_num_queries(4 if connection.vendor == "postgresql" else 3):  # there they wait for their turn
        services.refuse_circular_ownership(company_ids=[one.pk for one in rooms])


def test_other_changes_are_not_looked_at(firm, person, monkeypatch) -> None:
    group, yoko = firm("Hafenlicht"), person("山本")
    monkeypatch.delattr(services, "refuse_circular_ownership")
    records.update(actor=SYSTEM, record=group, changes={"employees": 12})
    records.update(actor=SYSTEM, record=yoko, changes={"company": group.pk})


def test_a_merge_never_leaves_a_company_above_itself(firm) -> None:
    """A group, its hotel and the hotel's annex: as one, group and annex would have the hotel on both sides."""
    group, companies = firm("Aoba Group"), registry.get("company")
    hotel = firm("Aoba Hotel", parent=group)
    annex = firm("Aoba Annex", parent=hotel)
    with pytest.raises(Refused) as problem:
        merge_records(actor=SYSTEM, resource=companies, survivor=group, others=[annex])
    assert list(problem.value.errors) == ["parent"]
    kept = {"parent": group.pk}
    merge_records(actor=SYSTEM, resource=companies, survivor=group, others=[annex], choices=kept)
    hotel.refresh_from_db()
    group.refresh_from_db()
    assert (hotel.parent_id, group.parent_id) == (group.pk, None)
