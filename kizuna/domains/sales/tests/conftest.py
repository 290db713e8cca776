"""Deals in a pipeline, and those who work on them."""

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.territories.models import Territory
from kizuna.customers.catalog.models import Product, Seller, TaxClass
from kizuna.customers.contacts.models import Contact
from kizuna.domains.sales.models import CloseReason, Opportunity, Pipeline, Quote, Stage

Make = Callable[..., Any]


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


@pytest.fixture
def sales(db: None) -> Pipeline:
    """The pipeline that Kizuna brings: Enquiry, Qualified, Quote sent, Negotiation, Won, Lost."""
    return Pipeline.objects.get(name="Sales")


@pytest.fixture
def stage(sales: Pipeline) -> Make:
    """`stage("Negotiation")`"""
    return lambda name: Stage.objects.get(pipeline=sales, name=name)


@pytest.fixture
def deal(sales: Pipeline) -> Make:
    """`deal("Roof garden", "3960000 JPY", owner=haruto)`"""

    def make(name: str, amount: str | None = None, *, stage: Stage | None = None, **values: Any) -> Opportunity:
        if owner := values.pop("owner", None):
            values["owner"] = owner.pk
        found = made("opportunity", name=name, amount=amount, stage=stage and stage.pk, **values)
        found.refresh_from_db()
        return found

    return make


@pytest.fixture
def too_expensive(db: None) -> CloseReason:
    return CloseReason.objects.get(name="Too expensive")


@pytest.fixture
def rate(db: None) -> Make:
    """`rate("EUR", "JPY", "160", dt.date(2026, 11, 1))`"""

    def make(currency: str, into: str, value: str, since_on: Any) -> Any:
        return made("exchangerate", currency=currency, into=into, rate=value, since_on=since_on.isoformat())

    return make


@pytest.fixture
def seller(db: None) -> Seller:
    """Hinata Living of Yokohama, who rounds tax down once for each rate."""
    return made(
        "seller", name="ひなたリビング株式会社", currency="JPY", country="JP", rounding="ROUND_DOWN",
        registration="T1234567890123", address="〒231-0001\n横浜市中区1-2-3", bank="横浜銀行 本店 普通 1234567",
        payment_terms="月末締め翌月末払い",
    )  # fmt: skip


@pytest.fixture
def yoko(db: None) -> Contact:
    company = made("company", name="青葉ホテル")
    emails = [{"value": "yoko@aoba.example"}]
    name = {"family_name": "青葉", "given_name": "葉子"}
    return made("contact", **name, emails=emails, language="ja", company=company.pk)


@pytest.fixture
def chair(db: None) -> Product:
    return made("product", name="LINA 椅子", price="12000 JPY", unit="set", tax_class=_class("Standard rate"))


@pytest.fixture
def tea(db: None) -> Product:
    return made("product", name="八女茶", price="1500 JPY", tax_class=_class("Reduced rate"))


def _class(name: str) -> int:
    """Of those that Kizuna brings; tests that commit find none."""
    found = TaxClass.objects.filter(name=name).first()
    return (found or made("taxclass", name=name)).pk


@pytest.fixture
def quote(seller: Seller, yoko: Contact, chair: Product, tea: Product, haruto: Any) -> Make:
    """A draft of Haruto's for Yoko: four chairs, ten tins of tea. `quote(opportunity=deal)`"""

    def make(**values: Any) -> Quote:
        given = {"subject": "ラウンジの椅子", "contact": yoko.pk, "company": yoko.company_id, "owner": haruto.pk}
        found = made("quote", **given | values)
        made("quoteline", quote=found.pk, product=chair.pk, quantity="4")
        made("quoteline", quote=found.pk, product=tea.pk, quantity="10")
        found.refresh_from_db()
        return found

    return make


@pytest.fixture
def japan(db: None) -> Territory:
    """It takes the companies of Japan."""
    country = {"field": "country", "op": "is", "value": "JP"}
    return made("territory", name="Japan", takes_company=country)


@pytest.fixture
def kanto(japan: Territory) -> Territory:
    """It lies in Japan and takes the companies of Yokohama."""
    city = {"field": "city", "op": "is", "value": "横浜市"}
    return made("territory", name="Kanto", parent=japan.pk, takes_company=city)
