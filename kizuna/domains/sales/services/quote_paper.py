"""The paper of a quote: what stands on it, in the customer's language, and the PDF."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kizuna.base.files import services as files
from kizuna.base.files.models import Attachment
from kizuna.base.identity import SYSTEM
from kizuna.base.printing import paper
from kizuna.base.resources.reader import Reader
from kizuna.base.types import locales, points
from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import Product, counted
from kizuna.customers.catalog.models.taxes import in_words
from kizuna.customers.catalog.reckoning import Reckoned, TaxSum
from kizuna.domains.sales.models import Quote, QuoteLine
from kizuna.domains.sales.queries.quotes import document_of

TEMPLATE = "domains/sales/templates/sales/quote.typ"
REDUCED = "※"
EACH: dict[str, Any] = {
    Product.Billing.MONTHLY: gettext_lazy("%(price)s a month"),
    Product.Billing.QUARTERLY: gettext_lazy("%(price)s a quarter"),
    Product.Billing.YEARLY: gettext_lazy("%(price)s a year"),
}


def pdf_of(quote: Quote, *, made_at: dt.datetime | None = None) -> bytes:
    """The quote as a PDF, as it is now."""
    return paper.pdf(TEMPLATE, content_of(quote), made_at=made_at or quote.sent_at or timezone.now())


def store_pdf(actor: Any, quote: Quote, name: str, *, made_at: dt.datetime) -> None:
    """Keep the PDF as a file of the quote: the bytes that the customer gets."""
    content = io.BytesIO(pdf_of(quote, made_at=made_at))
    quote.document = files.attach(actor=actor, record=quote, name=f"{name}.pdf", file=content)


def keep_acceptance(*, quote_id: int) -> bool:
    """Keep the PDF of an accepted quote, which says by whom and when; repeated it is the same file."""
    rows = Quote.objects.live().select_related("contact", "company", "seller", "owner")
    quote = rows.filter(pk=quote_id, status=Quote.Status.ACCEPTED).first()
    if quote is None or quote.accepted_at is None:
        return False
    with timezone.override(quote.owner.zone if quote.owner else None):
        store_pdf(SYSTEM, quote, f"{quote.name}-accepted", made_at=quote.accepted_at)
    return bool(Quote.objects.filter(pk=quote_id).update(document=quote.document))


def kept_paper(quote: Quote) -> Attachment | None:
    """The PDF that was kept of a quote as it is now; None as long as that of its acceptance is still to be made."""
    kept = quote.document
    if kept is None or kept.is_deleted or (quote.accepted_at and kept.uploaded_at < quote.accepted_at):
        return None
    return kept


def content_of(quote: Quote) -> dict[str, Any]:
    """What stands on the paper and on the customer's page, all in words of the customer's language."""
    with translation.override(quote.language or None):
        return Written(quote).everything()


class Written:
    """A quote in words. To be used under its language."""

    def __init__(self, quote: Quote) -> None:
        self.quote, self.language = quote, quote.language or "en"
        self.reader = Reader(None, language=self.language)
        self.lines, self.document = document_of(quote)

    def everything(self) -> dict[str, Any]:
        quote = self.quote
        return {
            "language": self.language,
            "title": pgettext("document", "Quotation"),
            "number": quote.name,
            "subject": quote.subject,
            "running": f"{pgettext('document', 'Quotation')} {quote.name} · {quote.subject}",
            "draft": "" if quote.sent_at else _("Draft"),
            "customer": self._customer(),
            "seller": self._seller(),
            "facts": self._facts(),
            "introduction": quote.introduction
            or _("Thank you for your enquiry. We are glad to offer you the following."),
            "total": {"label": self._total_label(), "value": self.money(self.document.total), "note": self._tax_note()},
            "words": self._words(),
            "lines": self._lines(optional=False),
            "options": self._lines(optional=True),
            "choices": [self._line(line, row) for line, row in self._rows() if line.is_optional],
            "sums": self._sums(),
            "notes": self._notes(),
            "accepted": self._accepted(),
        }

    def money(self, amount: Money) -> str:
        return amount.format(self.language)

    def _day(self, day: dt.date | None) -> str:
        return locales.day(day, self.language) if day else ""

    def _customer(self) -> dict[str, Any]:
        company, contact = self.quote.company, self.quote.contact
        person = contact.name.display() if contact else ""
        of_person = {"ja": f"{person} 様", "ko": f"{person} 귀하"}.get(self.language, person) if person else ""
        firm = company.name if company else ""
        of_firm = {"ja": f"{firm} 御中", "ko": f"{firm} 귀중"}.get(self.language, firm) if firm and not person else firm
        home = company or contact
        place = points.primary(home.addresses) if home else None
        return {
            "names": [one for one in (of_firm, of_person) if one],
            "lines": place.address.lines(self.language) if place and place.address else [],
        }

    def _seller(self) -> dict[str, Any]:
        seller = self.quote.seller
        if seller is None:
            return {"name": "", "lines": [], "bank": ""}
        registration = _("Registration number: %(number)s") % {"number": seller.registration}
        reached = [one for one in (seller.phone, seller.email, seller.website) if one]
        owner = self.quote.owner.name if self.quote.owner else ""
        told = [
            *seller.address.split("\n"),
            *reached,
            *([registration] if seller.registration else []),
            seller.representative,
            _("Your contact: %(name)s") % {"name": owner} if owner else "",
        ]
        return {"name": seller.name, "lines": [one for one in told if one], "bank": seller.bank}

    def _facts(self) -> list[dict[str, str]]:
        quote = self.quote
        told = [
            (_("Quote number"), quote.name),
            (pgettext("document", "Date"), self._day(quote.issued_on)),
            (_("Valid until"), self._day(quote.valid_until_on)),
            (_("Payment terms"), quote.payment_terms),
        ]
        return [{"label": label, "value": value} for label, value in told if value]

    def _words(self) -> dict[str, str]:
        return {
            "what": _("Item"),
            "quantity": _("Quantity"),
            "price": _("Unit price"),
            "amount": _("Amount"),
            "options": _("Optional items, not in the total"),
            "terms": pgettext("document", "Terms"),
            "bank": _("Bank account"),
            "discount": _("Discount"),
        }

    def _lines(self, *, optional: bool) -> list[dict[str, Any]]:
        return [self._line(line, row) for line, row in self._rows() if row.line.is_optional == optional]

    def _rows(self) -> list[tuple[QuoteLine, Reckoned]]:
        return list(zip(self.lines, self.document.lines, strict=True))

    def _line(self, line: QuoteLine, row: Reckoned) -> dict[str, Any]:
        number = self.reader.number(line.quantity.normalize())
        return {
            "id": line.pk,
            "words": line.words,
            "mark": REDUCED if line.is_reduced and self.language == "ja" else "",
            "quantity": counted(line.quantity, line.unit, number),
            "price": self._price(line),
            "discount": f"−{self.money(row.discount)}" if row.discount else "",
            "amount": self.money(row.amount),
            "optional": line.is_optional,
            "chosen": line.is_chosen,
        }

    def _price(self, line: QuoteLine) -> str:
        """What one costs, and how often."""
        if not line.unit_price:
            return ""
        each = EACH.get(line.billing)
        price = self.money(line.unit_price)
        return each % {"price": price} if each else price

    def _sums(self) -> list[dict[str, Any]]:
        document = self.document
        found = [{"label": self._subtotal_label(), "value": self.money(document.amount)}]
        if document.discount:
            found.append({"label": _("Discount"), "value": f"−{self.money(document.discount)}"})
        found += [self._tax(one) for one in document.taxes if one.rate is not None]
        found.append({"label": self._total_label(), "value": self.money(document.total)})
        return [{**one, "strong": place == len(found) - 1} for place, one in enumerate(found)]

    def _tax(self, one: TaxSum) -> dict[str, str]:
        assert one.rate is not None
        words = {
            "percent": self.reader.percent(one.rate.percent.normalize()),
            "mark": REDUCED if one.rate.is_reduced and self.language == "ja" else "",
            "base": self.money(one.net),
            "title": in_words(one.rate.title),
        }
        label = _("%(title)s %(percent)s%(mark)s of %(base)s")
        if self.quote.includes_tax:
            label = _("%(title)s %(percent)s%(mark)s included, net %(base)s")
        return {"label": label % words, "value": self.money(one.tax)}

    def _notes(self) -> dict[str, str]:
        is_marked = self.language == "ja" and any(line.is_reduced for line in self.lines)
        return {
            "reduced": _("※ marks items with the reduced tax rate.") if is_marked else "",
            "terms": self.quote.terms,
        }

    def _accepted(self) -> str:
        quote = self.quote
        if not quote.accepted_at:
            return ""
        told = {"name": quote.accepted_by, "when": _stamp(quote.accepted_at, self.language)}
        return _("Accepted by %(name)s on %(when)s") % told

    def _total_label(self) -> str:
        return pgettext("document", "Total")

    def _subtotal_label(self) -> str:
        return pgettext("document", "Subtotal")

    def _tax_note(self) -> str:
        return _("including tax") if self.document.tax else ""


def _stamp(moment: dt.datetime, language: str) -> str:
    local = timezone.localtime(moment)
    clock = locales.clock(local.time().replace(second=0, microsecond=0), language)
    return f"{locales.day(local.date(), language)} {clock} {local.tzname()}"
