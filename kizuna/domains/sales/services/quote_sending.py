"""A quote goes to the customer: kept as a PDF, a link to its page, a letter with it, and answers to what they ask."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import current_origin
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types import locales
from kizuna.base.types.days import server_day
from kizuna.base.types.errors import Invalid, Refused
from kizuna.customers.consent import services as consent
from kizuna.domains.sales.events import QuoteSent
from kizuna.domains.sales.models import Quote, QuoteMessage
from kizuna.domains.sales.queries.quotes import rules_for, token_of
from kizuna.domains.sales.services.quote_paper import store_pdf
from kizuna.domains.sales.services.quote_steps import check_complete, keep

Status = Quote.Status


def quote_url(quote: Quote) -> str:
    """The customer's page."""
    return f"{settings.PUBLIC_URL}/quote/{token_of(quote)}"


@action(
    label=_("Send"),
    done=_("Quote sent."),
    icon="send",
    when=lambda quote: quote.status in (Status.DRAFT, Status.APPROVED),
    asks={"by_hand": _("No e-mail: I hand over the link myself")},
)
def send_quote(*, actor: Any, quote: Quote, by_hand: bool = False) -> Quote:
    """Let the customer read and answer it, by a link that they get by e-mail. Refused for what somebody has to
    approve first, what is out of date, and where no e-mail may go."""
    if quote.status not in (Status.DRAFT, Status.APPROVED):
        raise Refused(_("This quote was sent already."))
    check_complete(quote)
    if quote.seller is None:
        raise Refused(
            _("Say first in whose name you sell: choose a seller, or add one in the settings."), field="seller"
        )
    if quote.valid_until_on and quote.valid_until_on < server_day():
        raise Refused(_("This quote is valid until a day that is past."), field="valid_until_on")
    if quote.status == Status.DRAFT and (rules := rules_for(quote)):
        names = ", ".join(rule.name for rule in rules)
        raise Refused(_("Somebody has to approve this quote first (%(rules)s).") % {"rules": names})
    address = "" if by_hand else _address_of(quote)
    now = timezone.now()
    quote.sent_at = now
    store_pdf(actor, quote, quote.name, made_at=now)
    told = QuoteSent(quote_id=quote.pk, number=quote.name, is_mailed=bool(address))
    return keep(actor, quote, told, sent_at=now, sent_to=address, document=quote.document)


def _address_of(quote: Quote) -> str:
    contact = quote.contact
    if contact is None or not contact.email:
        raise Refused(
            _("Nobody with an e-mail address is named: add one, or hand over the link yourself."), field="by_hand"
        )
    answer = consent.may_contact(person=contact, channel="email", purpose="service")
    if not answer.allowed:
        why = " ".join(str(reason.label) for reason in answer.reasons)
        raise Refused(_("No e-mail may go to them: %(why)s") % {"why": why}, field="by_hand")
    return contact.email


def deliver_quote(*, quote_id: int) -> bool:
    """Send the letter with the link; not any more when the quote was withdrawn meanwhile."""
    quote = Quote.objects.live().select_related("contact", "seller", "owner").filter(pk=quote_id).first()
    if quote is None or quote.status != Status.SENT or not quote.sent_to:
        return False
    with translation.override(quote.language):
        subject = gettext("Quotation %(number)s: %(subject)s") % {"number": quote.name, "subject": quote.subject}
        _letter(quote, "sales/quote_letter.txt", subject, {}).send()
    return True


def deliver_message(*, message_id: int) -> bool:
    """Tell the customer that we answered."""
    found = QuoteMessage.objects.live().select_related("quote__contact", "quote__seller", "quote__owner")
    message = found.filter(pk=message_id, is_ours=True).first()
    if message is None or not message.quote.sent_to:
        return False
    quote = message.quote
    with translation.override(quote.language):
        subject = gettext("About quotation %(number)s") % {"number": quote.name}
        _letter(quote, "sales/quote_answer.txt", subject, {"text": message.text}).send()
    return True


def _letter(quote: Quote, template: str, subject: str, words: dict[str, Any]) -> EmailMessage:
    owner = quote.owner
    context = {
        "name": quote.contact.name.display() if quote.contact else "",
        "url": quote_url(quote),
        "until": locales.day(quote.valid_until_on, quote.language) if quote.valid_until_on else "",
        "owner": owner.name if owner else "",
        "seller": quote.seller.name if quote.seller else "",
        **words,
    }
    body = render_to_string(template, context).strip() + "\n"
    reply_to = [owner.email] if owner and owner.email else None
    return EmailMessage(" ".join(subject.split()), body, to=[quote.sent_to], reply_to=reply_to)


@action(
    label=_("Write to the customer"),
    done=_("Sent to the customer."),
    icon="message",
    when=lambda quote: quote.sent_at is not None,
    asks={"text": _("What do you want to say?")},
)
def answer_customer(*, actor: Any, quote: Quote, text: str) -> QuoteMessage:
    """Words that stand on the customer's page; they get a letter if the quote was mailed to them."""
    values = {"quote": quote.pk, "text": text}
    return records.create(actor=actor, resource=registry.get("quotemessage"), values=values)  # type: ignore[return-value]


def complete_message(message: QuoteMessage) -> None:
    """Who says it, and whom it is about, on a new one."""
    if not message._state.adding or not message.quote_id:
        return
    quote, actor = message.quote, current_origin().actor
    if quote.sent_at is None and message.is_ours:
        raise Invalid({"quote": [_("Send the quote first: until then the customer reads nothing of it.")]})
    message.opportunity_id, message.company_id = quote.opportunity_id, quote.company_id
    message.contact_id = quote.contact_id
    message.said_at = timezone.now()
    message.author = message.author or (actor.name if actor is not None else "")
