"""A quote goes its way inside the house: approved, given back, withdrawn, a new version, a copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event, Touched, publish
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.domains.sales.events import (
    QuoteApprovalAsked,
    QuoteApproved,
    QuoteReturned,
    QuoteRevised,
    QuoteWithdrawn,
)
from kizuna.domains.sales.models import Quote, QuoteLine
from kizuna.domains.sales.queries.quotes import lines_of
from kizuna.domains.sales.services.quote_figures import later, reckon_quotes, take_number

Status = Quote.Status
COPIED = (
    "subject", "opportunity_id", "company_id", "contact_id", "seller_id", "language", "currency", "country",
    "includes_tax", "is_tax_per_line", "rounding", "discount_percent", "discount_amount", "introduction",
    "payment_terms", "terms",
)  # fmt: skip
COPIED_LINE = (
    "product_id", "words", "quantity", "unit", "billing", "unit_price", "list_price", "price_book_id",
    "discount_percent", "discount_amount", "tax_percent", "tax_title", "is_reduced", "is_optional", "position",
)  # fmt: skip


@action(
    label=_("Ask for approval"), done=_("Approval asked for."), icon="user-check", when=lambda quote: quote.is_draft
)
def request_approval(*, actor: Any, quote: Quote) -> Quote:
    """Show the quote to those who may approve it. It stays as it is until they have."""
    _expect(quote, Status.DRAFT)
    check_complete(quote)
    return keep(
        actor,
        quote,
        QuoteApprovalAsked(quote_id=quote.pk, number=quote.name),
        asked_at=timezone.now(),
        asked_by_id=actor.pk,
    )


@action(
    label=_("Approve"),
    done=_("Approved."),
    icon="check",
    bulk=True,
    own_right=True,
    when=lambda quote: quote.status == Status.WAITING,
)
def approve_quote(*, actor: Any, quote: Quote) -> Quote:
    """The quote may be sent as it is. Nobody approves their own."""
    _expect(quote, Status.WAITING)
    _refuse_own(actor, quote)
    return keep(
        actor,
        quote,
        QuoteApproved(quote_id=quote.pk, number=quote.name),
        approved_at=timezone.now(),
        approved_by_id=actor.pk,
    )


@action(
    label=_("Give back"),
    done=_("Given back."),
    icon="arrow-back-up",
    own_right=True,
    when=lambda quote: quote.status == Status.WAITING,
    asks={"why": _("What has to change?")},
)
def return_quote(*, actor: Any, quote: Quote, why: str) -> Quote:
    """The quote is a draft again, with words on what has to change."""
    _expect(quote, Status.WAITING)
    _refuse_own(actor, quote)
    told = QuoteReturned(quote_id=quote.pk, number=quote.name, why=why[:500])
    return keep(actor, quote, told, asked_at=None, asked_by_id=None, why_returned=why[:500])


@action(
    label=_("Withdraw"),
    done=_("Quote withdrawn."),
    icon="arrow-back",
    place="panel",
    confirm=_("The quote becomes a draft again, and its link leads to no offer any more."),
    when=lambda quote: quote.status in (Status.WAITING, Status.APPROVED, Status.SENT),
)
def withdraw_quote(*, actor: Any, quote: Quote) -> Quote:
    """Make it a draft again: what was approved or sent holds no longer."""
    _expect(quote, Status.WAITING, Status.APPROVED, Status.SENT)
    return keep(
        actor, quote, QuoteWithdrawn(quote_id=quote.pk, number=quote.name),
        asked_at=None, asked_by_id=None, approved_at=None, approved_by_id=None, sent_at=None, sent_to="",
    )  # fmt: skip


@action(
    label=_("New version"),
    done=_("New version made."),
    opens=True,
    icon="git-branch",
    when=lambda quote: quote.status in (Status.SENT, Status.DECLINED, Status.APPROVED),
)
def revise_quote(*, actor: Any, quote: Quote) -> Quote:
    """A draft with the same lines and prices takes the place of this version, which can be accepted no more."""
    _expect(quote, Status.SENT, Status.DECLINED, Status.APPROVED)
    last = Quote.objects.filter(number=quote.number).aggregate(last=Max("revision"))["last"]
    new = _copied(actor, quote, number=quote.number, revision=last + 1, owner_id=quote.owner_id)
    told = QuoteRevised(quote_id=quote.pk, number=quote.name, new_id=new.pk)
    keep(actor, quote, told, superseded_at=timezone.now())
    return new


@action(label=_("Copy"), done=_("Quote copied."), opens=True, icon="copy", place="panel")
def copy_quote(*, actor: Any, quote: Quote) -> Quote:
    """A draft of its own with the same lines and prices, valid from today."""
    return _copied(actor, quote, number=take_number(timezone.localdate()), revision=1, owner_id=actor.pk)


def _copied(actor: Any, quote: Quote, **values: Any) -> Quote:
    today = timezone.localdate()
    copy = Quote(**{name: getattr(quote, name) for name in COPIED}, issued_on=today, **values)
    if quote.valid_until_on and quote.issued_on:
        copy.valid_until_on = later(today, quote.valid_until_on - quote.issued_on)
    records.create_many(actor=actor, resource=registry.get("quote"), records=[copy])
    lines = [
        QuoteLine(quote=copy, owner_id=copy.owner_id, **{name: getattr(line, name) for name in COPIED_LINE})
        for line in lines_of([quote])[quote.pk]
    ]
    if lines:
        records.create_many(actor=actor, resource=registry.get("quoteline"), records=lines)
    else:
        reckon_quotes(quote_ids=[copy.pk])
    copy.refresh_from_db()
    return copy


@transaction.atomic
def keep(actor: Any, quote: Quote, told: Event | None, **facts: Any) -> Quote:
    """Write down what happened to a quote, and tell it to the history of whatever it belongs to."""
    now = timezone.now()
    for name, value in facts.items():
        setattr(quote, name, value)
    quote.settle()
    quote.version, quote.updated_at, quote.updated_by_id = quote.version + 1, now, actor.pk
    quote.save(update_fields=[*facts, "status", "version", "updated_at", "updated_by"])
    if told is not None:
        publish(told, subjects=touched(quote), by=actor)
    return quote


def touched(quote: Quote) -> Sequence[Touched]:
    ends = (("opportunity", quote.opportunity_id), ("company", quote.company_id), ("contact", quote.contact_id))
    return [Touched("quote", quote.pk), *(Touched(key, pk) for key, pk in ends if pk)]


def check_complete(quote: Quote) -> None:
    """Raise Refused for a quote that says nothing, or for nobody."""
    if not QuoteLine.objects.live().filter(quote=quote).exists():
        raise Refused(_("This quote has no lines yet."))
    if not quote.company_id and not quote.contact_id:
        raise Refused(_("For whom is it? Choose a company, a contact or an opportunity."))


def _expect(quote: Quote, *statuses: str) -> None:
    if quote.status not in statuses:
        raise Refused(
            _("This quote is “%(status)s”; that is not possible now.") % {"status": quote.get_status_display()}
        )


def _refuse_own(actor: Any, quote: Quote) -> None:
    if actor.pk is not None and actor.pk in (quote.owner_id, quote.asked_by_id):
        raise Refused(_("Nobody approves their own quote."))
