"""Quotes, their lines, what is said about them, and who has to approve them, as every screen and API call sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import fields
from kizuna.base.resources.fields.shares import PerCentOrAmount
from kizuna.base.resources.lines import Lines, Total
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section, TimelineEntry
from kizuna.base.types.days import server_day
from kizuna.customers.catalog.resources import Currency, totals_of
from kizuna.domains.sales import services
from kizuna.domains.sales.models import ApprovalRule, Quote, QuoteLine, QuoteMessage
from kizuna.domains.sales.queries.quotes import document_of
from kizuna.domains.sales.resources import deals  # noqa: F401 - deals have to be there

TONES = {
    Quote.Status.DRAFT: "",
    Quote.Status.WAITING: "warn",
    Quote.Status.APPROVED: "info",
    Quote.Status.SENT: "info",
    Quote.Status.ACCEPTED: "good",
    Quote.Status.DECLINED: "bad",
    Quote.Status.SUPERSEDED: "",
}
KEPT = ("read", "create", "update", "delete", "bulk", "export", "share")


class Standing(fields.Field):
    """How far a quote has come; "expired" where it was sent and its time is over, which no stored value says."""

    kind = "choice"
    LABELS = {**dict(Quote.Status.choices), "expired": _("Expired")}

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, editable=False, sortable=False)

    @property
    def paths(self) -> tuple[str, ...]:
        return ("status", "valid_until_on")

    def value(self, columns: Sequence[Any]) -> str:
        status, until = columns
        is_over = status == Quote.Status.SENT and isinstance(until, dt.date) and until < server_day()
        return "expired" if is_over else str(status)

    def read(self, record: Any) -> str:
        return self.value((record.status, record.valid_until_on))

    def json_schema(self) -> dict[str, Any]:
        return {"enum": list(self.LABELS)}

    def to_text(self, value: str, reader: Reader) -> str:
        return str(self.LABELS.get(value, value))

    def cell(self, value: str, reader: Reader) -> fields.Cell:
        tone = "bad" if value == "expired" else TONES.get(Quote.Status(value), "")
        return {"kind": "choice", "text": self.to_text(value, reader), "tone": tone}

    def condition(self) -> ConditionField:
        def lookup(op: str, values: Sequence[Any]) -> Q:
            is_over = Q(status=Quote.Status.SENT, valid_until_on__lt=server_day())
            found = Q(status__in=[one for one in values if one != "expired"]) & ~is_over if values else Q()
            return found | is_over if "expired" in values else found

        choices = tuple(self.LABELS.items())
        return ConditionField(
            name=self.name, label=self.label, kind="choice", path="status", choices=choices, lookup=lookup
        )


def totals(quote: Quote, reader: Reader) -> Sequence[Total]:
    """Beneath the lines: what comes off, the tax of each rate, what it comes to, and what could be added."""
    _lines, document = document_of(quote)
    return totals_of(document, reader, includes_tax=quote.includes_tax)


@register
class Quotes(Resource):
    model = Quote
    purpose = _("What you offer customers, version by version, until they answer")
    icon = "file-invoice"
    group = "sales"
    rank = 30
    composites = (
        Standing("standing", _("standing")),
        fields.Choice("status", _("status"), choices=Quote.Status.choices, tones=TONES, editable=False),
        Currency("currency", _("currency"), help=_("Empty: that of the deal, or of the seller.")),
        PerCentOrAmount("discount", _("discount on the quote"), help=_("A percentage, such as 10 %, or an amount.")),
    )
    exclude = ("discount_percent", "discount_amount", "key", "document", "asked_by", "accepted_from")
    columns = ("name", "subject", "company", "contact", "standing", "total", "valid_until_on", "owner")
    facts = ("standing", "total", "valid_until_on", "company", "contact", "opportunity", "opened", "opened_at")
    subtitle = ("subject", "company")
    search = ("name", "subject")
    sort = "-updated_at"
    board_by = "status"
    calendar_by = "valid_until_on"
    operations = KEPT
    sections = (
        Section(_("Quote"), "subject", "opportunity", "company", "contact", "language"),
        Section(_("When"), "issued_on", "valid_until_on", "owner"),
        Section(
            _("Calculation"), "seller", "currency", "country", "discount", "includes_tax", "is_tax_per_line", "rounding"
        ),
        Section(_("Words"), "introduction", "payment_terms", "terms"),
    )
    lines = Lines(
        "quoteline.quote",
        columns=("words", "quantity", "unit_price", "discount", "tax_percent", "is_optional", "total"),
        asks=("product", "words", "quantity", "unit_price"),
        totals=totals,
        when=lambda quote: quote.is_draft,
    )
    actions = (
        services.send_quote,
        services.order_quote,
        services.request_approval,
        services.approve_quote,
        services.return_quote,
        services.answer_customer,
        services.accept_quote,
        services.decline_quote,
        services.revise_quote,
        services.withdraw_quote,
        services.copy_quote,
        services.take_deal_lines,
    )

    def complete(self, record: Any) -> None:
        services.complete_quote(record)


@register
class QuoteLines(Resource):
    model = QuoteLine
    purpose = _("What was offered in each quote")
    icon = "list-details"
    title = "words"
    composites = (PerCentOrAmount("discount", _("discount"), help=_("A percentage, such as 10 %, or an amount.")),)
    exclude = ("discount_percent", "discount_amount")
    columns = ("words", "quote", "product", "quantity", "unit_price", "discount", "is_optional", "total")
    facts = ("quote", "product", "quantity", "unit_price", "list_price", "price_book", "total")
    percents = ("tax_percent",)
    sort = "-created_at"
    operations = KEPT
    sections = (
        Section(_("Quote line"), "quote", "product", "words", "quantity", "unit", "unit_price", "billing", "discount"),
        Section(_("Calculation"), "tax_percent", "is_optional", "position", "owner"),
    )

    def complete(self, record: Any) -> None:
        services.complete_quote_line(record)


def phrase_of(message: QuoteMessage) -> str:
    """The author is a customer, or a colleague as the customer knows them: told as they wrote it, per cents and all."""
    words = _("%(who)s wrote about quote %(number)s")
    return (str(words) % {"who": message.author, "number": message.quote.name}).replace("%", "%%")


@register
class QuoteMessages(Resource):
    model = QuoteMessage
    purpose = _("What was said between customers and you about quotes")
    icon = "message"
    title = "author"
    columns = ("author", "text", "quote", "said_at")
    facts = ("quote", "said_at")
    sort = "-said_at"
    read_only = ("opportunity", "company", "contact", "is_ours", "author", "said_at")
    operations = KEPT
    sections = (Section(_("Words"), "quote", "text"),)
    timeline = TimelineEntry(
        body="text", phrase=phrase_of, at="said_at", by="owner", needs=("quote",), is_written=False
    )

    def complete(self, record: Any) -> None:
        services.complete_message(record)


@register
class ApprovalRules(Resource):
    model = ApprovalRule
    purpose = _("Which quotes somebody else has to see before they are sent")
    icon = "user-check"
    columns = ("name", "above_percent", "above_amount", "updated_at")
    facts = ("above_percent", "above_amount")
    percents = ("above_percent",)
    match_keys = ("name",)
    sections = (Section(_("Approval rule"), "name", "above_percent", "above_amount", "owner"),)
