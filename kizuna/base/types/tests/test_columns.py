"""Values in the database: what goes in comes out, on SQLite and on PostgreSQL."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Value
from django.test.utils import CaptureQueriesContext, isolate_apps
from hypothesis import example, given
from hypothesis import strategies as st

from kizuna.base.types import names
from kizuna.base.types.columns import (
    FoldedNamesField,
    MoneyField,
    PointsField,
    SortKeyField,
    TagsField,
    normalise_points,
)
from kizuna.base.types.errors import Invalid
from kizuna.base.types.money import Money
from kizuna.base.types.text import sort_key

with isolate_apps("kizuna.base.types"):

    class Priced(models.Model):
        price = MoneyField()

        class Meta:
            app_label = "types"
            abstract = True

    class Deal(Priced):
        name = models.CharField(max_length=60, blank=True)
        sort_key = SortKeyField(default="")
        folded_names = FoldedNamesField()
        amount = MoneyField()
        tags = TagsField()
        emails = PointsField(kind="email")

        class Meta:
            app_label = "types"

        def __str__(self) -> str:
            return self.name


@pytest.fixture
def deals(transactional_db: None) -> Iterator[Any]:
    with connection.schema_editor() as editor:
        editor.create_model(Deal)
    yield Deal._default_manager
    with connection.schema_editor() as editor:
        editor.delete_model(Deal)


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def column(name: str) -> Any:
    return Deal._meta.get_field(name)


def reread(deal: Deal) -> Any:
    return Deal._default_manager.get(pk=deal.pk)


# Money ------------------------------------------------------------------------------------------------------------


def test_money_comes_out_as_it_went_in(deals: Any) -> None:
    deal = deals.create(name="Roof", amount=euro("1234.50"), price=Money(9_999_999_999, "JPY"))
    assert deal.amount == euro("1234.50")
    assert reread(deal).amount == euro("1234.50")
    assert reread(deal).price == Money(9_999_999_999, "JPY")
    assert reread(deal).amount_currency == "EUR"


def test_a_deal_may_have_no_amount_yet(deals: Any) -> None:
    deal = deals.create(name="Roof")
    assert reread(deal).amount is None
    deal.amount = euro("5")
    deal.save()
    assert reread(deal).amount == euro("5")
    deal.amount = None
    deal.save()
    assert reread(deal).amount is None
    assert deals.filter(amount=None, amount_currency="").exists()


def test_money_is_read_once_even_if_it_was_put_off(deals: Any) -> None:
    deals.create(name="Roof", amount=euro("5"))
    deal = deals.only("name").get()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert deal.amount == euro("5")
    assert len(queries) == 1


def test_money_in_bulk(deals: Any) -> None:
    found = deals.bulk_create([Deal(amount=euro("1")), Deal(amount=Money(2, "JPY")), Deal()])
    assert [deal.amount for deal in deals.order_by("pk")] == [euro("1"), Money(2, "JPY"), None]
    for deal in found:
        deal.amount = Money(7, "KRW")
    deals.bulk_update(found, ["amount", "amount_currency"])
    assert {deal.amount for deal in deals.all()} == {Money(7, "KRW")}


def test_questions_are_about_the_bare_amount(deals: Any) -> None:
    deals.create(name="small", amount=euro("5"))
    deals.create(name="large", amount=euro("50.5"))
    large = deals.filter(amount__gt=Decimal("10"), amount_currency="EUR")
    assert [deal.name for deal in large] == ["large"]
    assert deals.filter(amount=euro("5")).count() == 1
    assert deals.order_by("-amount").values_list("amount", "amount_currency")[0] == (Decimal("50.5"), "EUR")
    deals.update(amount=F("amount") * 2)
    assert reread(deals.get(name="small")).amount == euro("10")
    deals.update(amount=euro("3"), amount_currency="EUR")
    assert reread(deals.get(name="small")).amount == euro("3")


def test_a_record_can_be_saved_with_an_expression(deals: Any) -> None:
    deal = deals.create(amount=euro("5"))
    deal.amount = F("amount") + 1
    deal.save()
    deal.refresh_from_db()
    assert deal.amount == euro("6")


@pytest.mark.parametrize("wrong", [5, 5.0, "5"])
def test_a_number_without_a_currency_is_no_money(wrong: Any) -> None:
    with pytest.raises(TypeError, match="Money"):
        Deal(amount=wrong)


def test_an_amount_that_lost_its_currency_is_not_lost_itself(deals: Any) -> None:
    deal = deals.create(amount=euro("5"))
    deals.update(amount_currency="")
    found = reread(deal)
    assert found.amount is None
    found.save()
    assert deals.filter(amount=Decimal("5")).exists()


def test_full_clean_keeps_money() -> None:
    deal: Any = Deal(amount=euro("5"), name="Roof")
    deal.clean_fields()
    assert deal.amount == euro("5")
    with pytest.raises(ValidationError):
        column("amount").clean(Decimal(10) ** 30, deal)


def test_the_columns_of_money_stand_side_by_side_and_come_once() -> None:
    columns = [field.column for field in Deal._meta.concrete_fields]
    assert columns[:3] == ["id", "price_currency", "price"]
    assert columns[3:] == ["name", "sort_key", "folded_names", "amount_currency", "amount", "tags", "emails"]
    assert len({field.creation_counter for field in Deal._meta.concrete_fields}) == len(columns)


# Migrations -------------------------------------------------------------------------------------------------------


def test_a_migration_is_written_once() -> None:
    state = ProjectState()
    state.add_model(ModelState.from_model(Deal))
    rendered = state.apps.get_model("types", "Deal")
    assert [field.column for field in rendered._meta.concrete_fields] == [
        field.column for field in Deal._meta.concrete_fields
    ]
    again = ProjectState()
    again.add_model(ModelState.from_model(rendered))
    assert not MigrationAutodetector(state, again).changes(graph=type("Graph", (), {"leaf_nodes": list})())


@pytest.mark.parametrize("name", ["price", "sort_key", "folded_names", "amount", "tags", "emails"])
def test_a_field_is_rebuilt_from_what_a_migration_says(name: str) -> None:
    field = column(name)
    _name, _path, args, options = field.deconstruct()
    rebuilt = type(field)(*args, **options)
    assert rebuilt.deconstruct()[2:] == (args, options)
    MigrationWriter.serialize(field)


def test_a_migration_says_nothing_that_goes_without_saying() -> None:
    assert column("tags").deconstruct()[3] == {"default": list, "blank": True}
    assert column("emails").deconstruct()[3] == {"default": list, "blank": True, "kind": "email"}
    assert SortKeyField().deconstruct()[3] == {}
    assert SortKeyField(editable=True, max_length=20).deconstruct()[3] == {"editable": True, "max_length": 20}
    with pytest.raises(ValueError, match="email"):
        PointsField(kind="boat")


# Sorting and searching --------------------------------------------------------------------------------------------


def test_names_sort_by_their_key_in_the_same_order_everywhere(deals: Any) -> None:
    for name in ["Zoë", "adam", "Émile", "ヤマダ", "あべ", "김민수", "_", "Ada"]:
        deals.create(name=name, sort_key=sort_key(name))
    found = list(deals.order_by("sort_key").values_list("name", flat=True))
    assert found == ["_", "Ada", "adam", "Émile", "Zoë", "あべ", "ヤマダ", "김민수"]
    assert list(deals.filter(sort_key__gt="z").order_by("sort_key").values_list("name", flat=True)) == found[4:]


@pytest.mark.usefixtures("deals")
def test_the_order_is_a_property_of_the_column() -> None:
    collation = column("sort_key").db_parameters(connection)["collation"]
    assert collation == ("C" if connection.vendor == "postgresql" else None)


def test_all_spellings_of_a_name_are_found_by_one_search(deals: Any) -> None:
    deals.create(name="田中", folded_names=names.folded("田中 太郎", "タナカ タロウ", "", "Tanaka Taro"))
    for typed in ("たなか", "\n田中", "taro\n"):
        assert deals.filter(folded_names__contains=typed).exists()
    assert not deals.filter(folded_names__contains="\n太郎").exists()
    assert names.folded("", "") == ""


# Lists ------------------------------------------------------------------------------------------------------------


def test_tags_are_clean_when_they_are_saved(deals: Any) -> None:
    deal = deals.create(tags=["  展示会　2026 ", "VIP", "vip"])
    assert deal.tags == reread(deal).tags == ["展示会 2026", "VIP"]
    assert reread(deals.create()).tags == []
    with pytest.raises(Invalid):
        deals.create(tags=["x" * 61])
    deals.bulk_create([Deal(tags=["a", "A"])])
    assert deals.order_by("-pk")[0].tags == ["a"]


def test_points_come_out_as_they_went_in(deals: Any) -> None:
    points = normalise_points("email", ["Taro@Example.jp", "花子@example.jp"], region="JP")
    assert reread(deals.create(emails=points)).emails == points


def test_letters_are_kept_as_letters(deals: Any) -> None:
    deal = deals.create(tags=["山"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(tags AS text) FROM types_deal WHERE id = %s", [deal.pk])
        assert "山" in cursor.fetchone()[0]
    assert deals.filter(tags=["山"]).exists()


_PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(st.lists(_PLAIN | st.dictionaries(st.text(), _PLAIN)))
@example([2**70, "\ud800", 1e-320])
def test_a_list_is_read_as_any_json_is(kept: list[Any]) -> None:
    for written in (json.dumps(kept), json.dumps(kept, ensure_ascii=False)):
        as_any = models.JSONField.from_db_value(column("tags"), written, Value(None), connection)
        assert column("tags").from_db_value(written, Value(None), connection) == as_any == kept


def test_what_is_no_json_is_read_as_it_stands() -> None:
    assert [column("tags").from_db_value(stored, None, connection) for stored in ("[oh", "[]", None)] == [
        "[oh",
        [],
        None,
    ]
