"""Products are found by what they are called in other languages, by those who may read that."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.search import index
from kizuna.base.search import queries as search
from kizuna.base.testing.visiting import page_of
from kizuna.customers.catalog.models import Product, ProductName
from kizuna.customers.catalog.tests.conftest import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def sofa(product):
    """The リナ sofa, and another product that nobody asks for."""
    product("ハコ オットマン", "29800 JPY")
    found = product("リナ 2人掛けソファ", "128000 JPY")
    made("productname", product=found.pk, language="en", name="LINA sofa, two seats")
    made("productname", product=found.pk, language="ko", name="리나 2인용 소파")
    return found


def found(actor, text):
    return [hit.id for hit in search.find(actor, text, resources=[registry.get("product")])]


@pytest.mark.parametrize("typed", ["lina", "two seats", "소파", "ㅅㅍ", "リナ", "lina seats"])
def test_a_product_is_found_by_each_of_its_names(alice, sofa, typed):
    assert found(alice, typed) == [sofa.pk]
    rows = Product.objects.filter(search.matching(registry.get("product"), alice, typed))
    assert list(rows) == [sofa]


def test_words_of_several_names_find_it_together(alice, sofa):
    assert found(alice, "lina 소파") == [sofa.pk]


def test_the_picker_of_lines_and_the_palette_find_it_and_say_why(alice, visit, sofa):
    options = page_of(visit(alice).get("/products/pick", q="lina sofa"))
    assert "リナ 2人掛けソファ" in options
    assert "LINA sofa, two seats" in options
    assert "리나" not in options
    palette = page_of(visit(alice).get("/palette", q="소파"))
    assert f"/products/{sofa.pk}" in palette
    assert "/productnames/" not in palette


def test_it_is_found_by_its_names_of_today(alice, sofa, product):
    other = product("ミナト", "1 JPY")
    korean = ProductName.objects.get(language="ko")
    english = ProductName.objects.get(language="en")
    records.update(actor=SYSTEM, record=english, changes={"name": "LINA settee"})
    assert (found(alice, "seats"), found(alice, "settee")) == ([], [sofa.pk])
    records.update(actor=SYSTEM, record=korean, changes={"product": other.pk})
    assert found(alice, "소파") == [other.pk]
    records.delete(actor=SYSTEM, record=korean)
    assert found(alice, "소파") == []
    records.restore(actor=SYSTEM, record=korean)
    assert found(alice, "소파") == [other.pk]
    records.update(actor=SYSTEM, record=sofa, changes={"brand": "HINODE"})
    assert found(alice, "settee") == [sofa.pk]
    list(index.rebuild(registry.get("product")))
    assert found(alice, "settee") == [sofa.pk]
    records.delete(actor=SYSTEM, record=sofa)
    assert found(alice, "settee") == []


def test_who_may_not_read_the_names_finds_nothing_by_them(haruto, sofa, hide):
    assert found(haruto, "lina") == [sofa.pk]
    hide(haruto, "productname", "name")
    assert found(haruto, "lina") == []
    assert found(haruto, "リナ") == [sofa.pk]


def test_who_sees_names_of_their_own_only_finds_nothing_by_them(nobody, sofa, grant):
    grant(nobody, product={"read": "all"}, productname={"read": "own"})
    assert found(nobody, "lina") == []
    assert found(nobody, "リナ") == [sofa.pk]


def test_many_names_ask_no_more_of_the_database_than_one(alice, product, sofa):
    with CaptureQueriesContext(connection) as one:
        assert len(found(alice, "sofa")) == 1
    for number in range(8):
        another = product(f"椅子 {number}", "1 JPY")
        for language in ("en", "de", "fr"):
            made("productname", product=another.pk, language=language, name=f"Sofa {number}")
    with CaptureQueriesContext(connection) as many:
        assert len(found(alice, "sofa")) == 9
    assert len(many) == len(one)
    rows = Product.objects.all()
    with CaptureQueriesContext(connection) as indexed:
        index.index_records(registry.get("product"), rows)
    with CaptureQueriesContext(connection) as indexed_two:
        index.index_records(registry.get("product"), rows[:2])
    assert len(indexed) <= len(indexed_two) + 2
