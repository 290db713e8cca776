"""The sample company's quotes: three firms that sell, and forty quotes in all states and three languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.lines import GAP
from kizuna.base.types.errors import Invalid
from kizuna.customers.catalog.models import Product, Seller
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.domains.sales import services
from kizuna.domains.sales.models import ApprovalRule, Opportunity, Quote, QuoteLine

MOST = 40
SELLERS = (
    {"name": "ひなたリビング株式会社", "language": "", "rank": 1, "currency": "JPY", "country": "JP",
     "rounding": "ROUND_DOWN", "registration": "T7010001123459", "representative": "代表取締役 日向 直子",
     "address": "〒231-0002\n神奈川県横浜市中区海岸通1-1", "phone": "045-555-0100", "email": "sales@hinata.example",
     "bank": "みなと銀行 横浜支店 普通 0012345\nヒナタリビング（カ", "payment_terms": "月末締め翌月末払い",
     "terms": "納期はご発注後約30日です。\n組立・設置は別途お見積りいたします。"},
    {"name": "히나타리빙코리아 주식회사", "language": "ko", "rank": 2, "currency": "KRW", "country": "KR",
     "registration": "120-81-00001", "representative": "대표이사 한지우", "address": "서울특별시 성동구 왕십리로 1",
     "phone": "02-555-0100", "email": "korea@hinata.example", "bank": "한빛은행 123-456-789012",
     "payment_terms": "납품 후 30일 이내", "terms": "납기는 발주 후 약 30일입니다."},
    {"name": "Hinata Living Europe GmbH", "language": "en", "rank": 3, "currency": "EUR", "country": "DE",
     "registration": "DE000000001", "representative": "Jonas Weber, Managing Director",
     "address": "Torstraße 1\n10119 Berlin\nGermany", "phone": "+49 30 5550100", "email": "europe@hinata.example",
     "bank": "IBAN DE00 0000 0000 0000 0000 00", "payment_terms": "30 days net",
     "terms": "Delivery about six weeks after your order, free to the door."},
)  # fmt: skip
SUBJECTS = {
    "ja": (
        "ラウンジ家具一式",
        "客室の椅子とテーブル",
        "会議室の入れ替え",
        "カフェスペースの家具",
        "ショールームの什器",
    ),
    "ko": ("라운지 가구 일체", "객실 의자와 테이블", "회의실 교체", "카페 공간 가구"),
    "en": ("Lounge furniture", "Chairs and tables for the rooms", "New meeting rooms", "Furniture for the café"),
}
OPTIONS = {"ja": "組立・設置", "ko": "조립 및 설치", "en": "Assembly and installation"}
QUESTIONS = {
    "ja": "納期を一週間早めることはできますか。", "ko": "납기를 일주일 앞당길 수 있을까요?",
    "en": "Could you deliver a week earlier?",
}  # fmt: skip
PATHS = (
    "draft", "sent", "accepted", "sent", "expired", "sent", "declined", "revised", "waiting", "accepted",
    "asked", "draft", "sent", "approved", "accepted", "sent",
)  # fmt: skip
WHY_NOT = {"ja": "予算が合いませんでした。", "ko": "예산이 맞지 않았습니다.", "en": "It does not fit our budget."}


def load(actor: Any, today: dt.date) -> None:
    """Say in whose name Hinata sells, what needs approval, and write the quotes of its deals."""
    for values in SELLERS:
        records.create_many(actor=actor, resource=registry.get("seller"), records=[Seller(**values)])
    rule = ApprovalRule(name="More than 15 % off", above_percent=Decimal(15))
    records.create_many(actor=actor, resource=registry.get("approvalrule"), records=[rule])
    Quotes(actor, today).tell()


class Quotes:
    def __init__(self, actor: Any, today: dt.date) -> None:
        self.actor, self.today, self.draw = actor, today, Draw("hinata quotes")
        self.products = list(Product.objects.live().filter(price__isnull=False).order_by("pk")[:40])

    def tell(self) -> None:
        deals = Opportunity.objects.live().exclude(status="lost").filter(contact__isnull=False, owner__isnull=False)
        quotes = [self._begun(deal, number) for number, deal in enumerate(deals.order_by("-pk")[:MOST])]
        records.create_many(actor=self.actor, resource=registry.get("quote"), records=quotes)
        lines = [line for quote in quotes for line in self._lines(quote)]
        records.create_many(actor=self.actor, resource=registry.get("quoteline"), records=lines)
        for number, quote in enumerate(quotes):
            quote.refresh_from_db()
            if quote.total:
                self._go(quote, PATHS[number % len(PATHS)])

    def _begun(self, deal: Opportunity, number: int) -> Quote:
        quote = Quote(opportunity=deal, owner_id=deal.owner_id, issued_on=self.today - dt.timedelta(days=number % 12))
        services.complete_quote(quote)
        quote.subject = self.draw.choice(SUBJECTS.get(quote.language, SUBJECTS["en"]))
        if PATHS[number % len(PATHS)] in ("waiting", "approved"):
            quote.discount_percent = Decimal(20)
        return quote

    def _lines(self, quote: Quote) -> list[QuoteLine]:
        found = []
        for place in range(1, 4):
            product = self.draw.choice(self.products)
            line = QuoteLine(
                quote=quote, product=product, quantity=Decimal(self.draw.randint(1, 24)), position=place * GAP
            )
            if self._can_be_sold(line):
                found.append(line)
        price = next((line.unit_price for line in found if line.unit_price), None)
        if price is not None:
            option = QuoteLine(
                quote=quote, words=OPTIONS.get(quote.language, OPTIONS["en"]), quantity=Decimal(1), unit_price=price,
                unit="flat", is_optional=True, position=9 * GAP,
            )  # fmt: skip
            services.complete_quote_line(option)
            found.append(option)
        for line in found:
            line.owner_id = quote.owner_id
        return found

    def _can_be_sold(self, line: QuoteLine) -> bool:
        try:
            services.complete_quote_line(line)
        except Invalid:  # nobody knows its price in this currency
            return False
        return True

    def _go(self, quote: Quote, path: str) -> None:
        """As far as its path leads."""
        if path in ("waiting", "approved"):
            services.request_approval(actor=self.actor, quote=quote)
            if path == "approved":
                services.approve_quote(actor=self.actor, quote=quote)
        elif path != "draft":
            services.send_quote(actor=self.actor, quote=quote, by_hand=True)
            self._answer(quote, path)

    def _answer(self, quote: Quote, path: str) -> None:
        name = quote.contact.name.display() if quote.contact else ""
        if path == "accepted":
            services.accept(by=self.actor, quote=quote, name=name)
        elif path == "declined":
            services.decline(by=self.actor, quote=quote, why=WHY_NOT.get(quote.language, ""))
        elif path == "revised":
            newer = services.revise_quote(actor=self.actor, quote=quote)
            services.send_quote(actor=self.actor, quote=newer, by_hand=True)
        elif path == "asked":
            services.say(quote=quote, author=name, words=QUESTIONS.get(quote.language, QUESTIONS["en"]))
        elif path == "expired":
            past = self.today - dt.timedelta(days=3)
            Quote.objects.filter(pk=quote.pk).update(issued_on=past - dt.timedelta(days=30), valid_until_on=past)
        if path in ("sent", "asked"):
            days = self.draw.randint(1, 20)
            Quote.objects.filter(pk=quote.pk).update(opened=self.draw.randint(0, 4), opened_at=timezone.now(),
                                                     sent_at=timezone.now() - dt.timedelta(days=days))  # fmt: skip
