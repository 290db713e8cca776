"""Products, categories, prices, taxes and exchange rates as every screen, API call and import sees them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from babel.core import get_global
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import fields
from kizuna.base.resources.lines import Total
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section
from kizuna.base.types.money import CURRENCIES
from kizuna.customers.catalog import services
from kizuna.customers.catalog.models import (
    BundleItem,
    Category,
    ExchangeRate,
    Price,
    PriceBook,
    Product,
    ProductName,
    Seller,
    TaxClass,
    TaxRate,
)
from kizuna.customers.catalog.models.taxes import BUILT_IN, in_words
from kizuna.customers.catalog.reckoning import Document
from kizuna.customers.contacts import resources as contacts  # noqa: F401 - the company has to be there


def _in_use() -> list[str]:
    """The currencies that somewhere are legal tender today."""
    territories = get_global("territory_currencies").values()
    return sorted({code for one in territories for code, _since, until, is_tender in one if is_tender and not until})


class Currency(fields.Choice):
    """A currency by its code, written in any case. Those in use are offered; those of the past stay what they were."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, choices=[(code, code) for code in _in_use()], **options)

    def understand(self, raw: Any, reader: Reader) -> Any:
        code = raw.strip().upper() if isinstance(raw, str) else raw
        return code if isinstance(code, str) and code in CURRENCIES else super().understand(code, reader)

    def json_schema(self) -> dict[str, Any]:
        return {"enum": [*sorted(CURRENCIES), self.empty]}

    def condition(self) -> ConditionField:
        return replace(super().condition(), choices=tuple((code, code) for code in sorted(CURRENCIES)))


def totals_of(document: Document, reader: Reader, *, includes_tax: bool) -> list[Total]:
    """Beneath the lines of a document: what comes off, the tax of each rate, and what it comes to."""
    found = [Total(_("Subtotal"), document.amount.format(reader.language))]
    if document.discount:
        found.append(Total(_("Discount"), (-document.discount).format(reader.language)))
    for one in document.taxes:
        if one.rate is not None:
            percent, mark = reader.percent(one.rate.percent.normalize()), " ※" if one.rate.is_reduced else ""
            told = {"tax": f"{in_words(one.rate.title)} {percent}{mark}", "base": one.net.format(reader.language)}
            label = _("%(tax)s included, of %(base)s") if includes_tax else _("%(tax)s of %(base)s")
            found.append(Total(label % told, one.tax.format(reader.language)))
    found.append(Total(_("Total"), document.total.format(reader.language), is_strong=True))
    return found


@register
class Products(Resource):
    model = Product
    purpose = _("What we sell: goods, services, subscriptions and bundles")
    icon = "package"
    group = "sales"
    rank = 70
    reading = "reading"
    composites = (
        fields.Choice("kind", _("kind"), choices=Product.Kind.choices, default=Product.Kind.GOODS),
        fields.Choice("billing", _("billing period"), choices=Product.Billing.choices,
                      help=_("Of subscriptions: how often.")),
    )  # fmt: skip
    columns = ("name", "code", "category", "brand", "size", "colour", "kind", "price", "unit", "tags", "updated_at")
    facts = ("code", "category", "kind", "size", "colour", "price", "unit", "tax_class", "sold_until_on")
    panel_labels = {"variant_of": _("Sizes and colours")}
    board_by = "kind"
    subtitle = ("code", "category")
    search = ("name", "reading", "code")
    match_keys = ("code", "name")
    import_names = {
        "name": ("product", "product name", "item", "item name", "商品名", "品名", "製品名", "상품명", "품명",
                 "제품명"),
        "reading": ("フリガナ", "商品名カナ", "よみ"),
        "code": ("sku", "item code", "item number", "product code", "article number", "商品コード", "品番", "型番",
                 "상품코드", "품번", "artikelnummer"),
        "category": ("product family", "product type", "product category", "カテゴリ", "商品カテゴリ", "분류",
                     "카테고리"),
        "variant_of.code": ("variant of", "parent sku", "item group id", "親商品コード", "상위상품코드"),
        "brand": ("brand", "vendor", "manufacturer", "ブランド", "メーカー", "브랜드", "제조사", "marke"),
        "size": ("size", "サイズ", "사이즈", "größe"),
        "colour": ("colour", "color", "カラー", "色", "색상", "farbe"),
        "unit": ("unit of measure", "単位", "단위"),
        "price": ("price", "unit price", "list price", "単価", "定価", "価格", "販売価格", "단가", "정가", "가격"),
        "cost": ("cost", "unit cost", "purchase price", "原価", "仕入単価", "仕入価格", "원가", "매입가"),
        "about": ("description", "product description", "説明", "商品説明", "설명", "상품설명", "beschreibung"),
        "tags": ("tags", "labels", "タグ", "태그"),
    }  # fmt: skip
    sections = (
        Section(_("Product"), "name", "reading", "code", "kind", "category", "brand", "tags", "about"),
        Section(_("Size and colour"), "variant_of", "size", "colour"),
        Section(_("Price"), "price", "unit", "billing", "tax_class", "cost"),
        Section(_("On sale"), "sold_from_on", "sold_until_on", "owner"),
    )
    actions = (services.discontinue_product, services.offer_product_again)

    def complete(self, record: Any) -> None:
        if record._state.adding and record.variant_of_id:
            record.take_over(record.variant_of)


@register
class Categories(Resource):
    model = Category
    plural = "categories"
    purpose = _("The shelves of the catalogue")
    icon = "stack"
    columns = ("name", "parent", "updated_at")
    facts = ("parent",)
    panel_labels = {"parent": _("Categories within this one")}
    search = ("name",)
    match_keys = ("name",)
    sections = (Section(_("Category"), "name", "parent", "about", "owner"),)


@register
class ProductNames(Resource):
    model = ProductName
    plural = "productnames"
    purpose = _("What products are called on the papers of customers who speak another language")
    icon = "language"
    columns = ("name", "product", "language", "updated_at")
    facts = ("product", "language", "name")
    sort = "-created_at"
    import_names = {
        "product.code": ("sku", "product code", "商品コード", "상품코드"),
        "language": ("locale", "言語", "언어"),
    }
    sections = (Section(_("Name in another language"), "product", "language", "name", "owner"),)


def contained(product: str, quantity: str) -> str:
    """Chair LINA × 4."""
    return f"{product} × {_plain(quantity)}"


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


@register
class BundleItems(Resource):
    model = BundleItem
    purpose = _("What bundles contain")
    icon = "package"
    title = "contained"
    composites = (fields.InWords("contained", _("content"), of=("product__name", "quantity"), words=contained),)
    columns = ("contained", "bundle")
    facts = ("bundle", "product", "quantity")
    sort = "-created_at"
    sections = (Section(_("Bundle item"), "bundle", "product", "quantity", "owner"),)


@register
class PriceBooks(Resource):
    model = PriceBook
    purpose = _("What some customers pay instead of the list price, and when")
    icon = "receipt"
    group = "sales"
    rank = 70
    composites = (fields.Tags("tags", _("customer tags")),)
    columns = ("name", "company", "tags", "since_on", "until_on", "rank", "includes_tax")
    facts = ("company", "tags", "since_on", "until_on", "rank", "includes_tax")
    search = ("name",)
    match_keys = ("name",)
    sections = (
        Section(_("Price book"), "name", "about", "includes_tax"),
        Section(_("For whom"), "company", "tags", "rank"),
        Section(_("When"), "since_on", "until_on", "owner"),
    )
    actions = (services.adjust_prices, services.copy_price_book)


def tiered(product: str, quantity: str) -> str:
    """Chair LINA; Chair LINA, from 10."""
    plain = _plain(quantity)
    if plain == "1":
        return product
    return str(_("%(product)s, from %(quantity)s") % {"product": product, "quantity": plain})


@register
class Prices(Resource):
    model = Price
    purpose = _("What a product costs in a price book, from a quantity on")
    icon = "coin"
    title = "tier"
    composites = (
        fields.InWords("tier", _("product and quantity"), of=("product__name", "from_quantity"), words=tiered),
    )
    columns = ("tier", "book", "price")
    facts = ("book", "product", "from_quantity", "price")
    sort = "-created_at"
    import_names = {
        "product.code": ("sku", "item code", "商品コード", "品番", "상품코드", "품번"),
        "book": ("price book", "price list", "価格表", "가격표"),
    }
    sections = (Section(_("Price"), "book", "product", "from_quantity", "price", "owner"),)


@register
class TaxClasses(Resource):
    model = TaxClass
    plural = "taxclasses"
    purpose = _("Products that are taxed alike")
    icon = "receipt"
    composites = (fields.Brought("name", _("name"), known=BUILT_IN, max_length=120, key=True),)
    columns = ("name", "is_reduced", "updated_at")
    facts = ("is_reduced",)
    match_keys = ("name",)
    sections = (Section(_("Tax class"), "name", "is_reduced", "owner"),)


def taxed(title: str, country: str, percent: str) -> str:
    """消費税 JP 10%."""
    return f"{title} {country} {_plain(percent)}%".strip()


@register
class TaxRates(Resource):
    model = TaxRate
    purpose = _("What tax is due in a country, from a day on")
    icon = "receipt"
    title = "taxed"
    composites = (fields.InWords("taxed", _("tax"), of=("title", "country", "percent"), words=taxed),)
    columns = ("taxed", "tax_class", "country", "percent", "since_on")
    facts = ("tax_class", "country", "percent", "since_on")
    percents = ("percent",)
    search = ("title",)
    sort = "-since_on"
    sections = (Section(_("Tax rate"), "tax_class", "country", "percent", "since_on", "title", "owner"),)


def worth(currency: str, into: str, rate: str) -> str:
    """EUR → JPY 163.25."""
    return f"{currency} → {into} {_plain(rate)}"


@register
class ExchangeRates(Resource):
    model = ExchangeRate
    purpose = _("What a currency was worth in another, from a day on")
    icon = "arrows-left-right"
    title = "worth"
    composites = (
        fields.InWords("worth", _("exchange rate"), of=("currency", "into", "rate"), words=worth),
        Currency("currency", _("currency"), required=True),
        Currency("into", _("into currency"), required=True),
    )
    columns = ("worth", "currency", "into", "rate", "since_on", "source")
    facts = ("currency", "into", "rate", "since_on", "source")
    sort = "-since_on"
    sections = (Section(_("Exchange rate"), "currency", "into", "rate", "since_on", "source", "owner"),)


@register
class Sellers(Resource):
    model = Seller
    purpose = _("In whose name you sell: your firm as it stands on quotes, with its tax number and bank account")
    icon = "building-bank"
    composites = (Currency("currency", _("currency"), required=True),)
    columns = ("name", "language", "currency", "registration", "rank", "updated_at")
    facts = ("language", "currency", "country", "registration")
    search = ("name",)
    match_keys = ("name",)
    sections = (
        Section(_("Seller"), "name", "representative", "address", "phone", "email", "website", "registration", "bank"),
        Section(_("When it is used"), "language", "rank", "owner"),
        Section(_("How papers are calculated"), "currency", "country", "includes_tax", "rounding", "is_tax_per_line"),
        Section(_("What quotes begin with"), "valid_days", "payment_terms", "terms"),
    )
