"""What customers do with a quote on its page: read it, choose, ask, accept or decline. Nobody signs in there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import publish
from kizuna.base.identity import SYSTEM
from kizuna.base.records import bulk
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types import text
from kizuna.base.types.errors import Refused
from kizuna.domains.sales.events import QuoteAccepted, QuoteAsked, QuoteDeclined, QuoteOpened
from kizuna.domains.sales.models import Quote, QuoteLine, QuoteMessage
from kizuna.domains.sales.queries.quotes import lines_of
from kizuna.domains.sales.services.quote_figures import reckon_quotes
from kizuna.domains.sales.services.quote_steps import keep, touched

Status = Quote.Status
ONE_VISIT = dt.timedelta(minutes=30)
MOST_WORDS = 30
"""So many comments of a customer and no more: who has more to say calls."""


@transaction.atomic
def note_opening(*, quote: Quote) -> bool:
    """Somebody looks at the page: counted once for each visit. Told by the page itself, so that programs that fetch
    addresses do not count."""
    now = timezone.now()
    fresh = Q(opened_at=None) | Q(opened_at__lt=now - ONE_VISIT)
    if not Quote.objects.filter(fresh, pk=quote.pk, sent_at__isnull=False).update(
        opened=F("opened") + 1, opened_at=now
    ):
        return False
    publish(QuoteOpened(quote_id=quote.pk, number=quote.name), subjects=touched(quote), by=SYSTEM)
    return True


@transaction.atomic
def choose_options(*, quote: Quote, line_ids: Collection[int]) -> Quote:
    """Take these of the optional lines, and only these. Raises Refused for a quote that is not open."""
    found = _open(quote)
    changed = []
    for line in lines_of([found])[found.pk]:
        if line.is_optional and line.is_chosen != (line.pk in line_ids):
            line.is_chosen = not line.is_chosen
            changed.append(line)
    if changed:
        bulk.update(QuoteLine, changed, ("is_chosen",))
        reckon_quotes(quote_ids=[found.pk])
        found.refresh_from_db()
    return found


@transaction.atomic
def say(*, quote: Quote, author: str, words: str) -> QuoteMessage:
    """A customer asks or remarks something."""
    found = _held(quote)
    if not text.clean_long(words):
        raise Refused(_("Write something first."), field="text")
    if QuoteMessage.objects.filter(quote=found, is_ours=False).count() >= MOST_WORDS:
        raise Refused(_("That is a lot to talk about: please call or write to us."))
    message = QuoteMessage(
        quote=found, is_ours=False, author=author[:120] or _customer_name(found), text=words[:5000],
        opportunity_id=found.opportunity_id, company_id=found.company_id, contact_id=found.contact_id,
        said_at=timezone.now(), owner_id=found.owner_id,
    )  # fmt: skip
    records.create_many(actor=SYSTEM, resource=registry.get("quotemessage"), records=[message])
    publish(QuoteAsked(quote_id=found.pk, message_id=message.pk), subjects=(), by=SYSTEM)
    return message


def _customer_name(quote: Quote) -> str:
    return quote.contact.name.display() if quote.contact else str(quote.company or "")


@action(
    label=_("Note acceptance"),
    done=_("Acceptance noted."),
    icon="circle-check",
    place="panel",
    when=lambda quote: quote.is_open,
    asks={"name": _("Who accepted it?")},
)
def accept_quote(*, actor: Any, quote: Quote, name: str) -> Quote:
    """The customer said yes by another way than the page of the quote."""
    if quote.is_over:
        raise Refused(_("The time of this quote is over: make a new version, and note the acceptance of that."))
    return accept(by=actor, quote=quote, name=name, is_typed=False)


@action(
    label=_("Note refusal"),
    done=_("Refusal noted."),
    icon="circle-x",
    place="panel",
    when=lambda quote: quote.status == Status.SENT,
    asks={"why": _("Why?")},
)
def decline_quote(*, actor: Any, quote: Quote, why: str = "") -> Quote:
    """The customer said no by another way than the page of the quote."""
    return decline(by=actor, quote=quote, why=why)


@transaction.atomic
def accept(*, by: Any, quote: Quote, name: str, ip: str = "", is_typed: bool = True, total: str = "") -> Quote:
    """Yes, with a name. Said twice it is the same answer. Raises Refused for a quote that is out of date, superseded,
    declined or withdrawn, or that comes to another `total` than they read."""
    found = _held(quote)
    if found.status == Status.ACCEPTED:
        return found
    found = _open(found)
    if total and total != str(found.total):
        raise Refused(_("The total has changed meanwhile: please look at it again."))
    signed = text.clean(name)[:120]
    if not signed:
        raise Refused(_("Please give your name."), field="name")
    now = timezone.now()
    keep(
        by, found, QuoteAccepted(quote_id=found.pk, number=found.name),
        accepted_at=now, accepted_by=signed, accepted_from=ip[:45],
        accepted_words=wording(found) if is_typed else "",
    )  # fmt: skip
    return found


@transaction.atomic
def decline(*, by: Any, quote: Quote, why: str = "") -> Quote:
    """No, with a reason or without. Raises Refused for what cannot be answered any more."""
    found = _held(quote)
    if found.status == Status.DECLINED:
        return found
    if found.status != Status.SENT:
        raise Refused(_closed(found))
    why = text.clean_long(why)[:1000]
    told = QuoteDeclined(quote_id=found.pk, number=found.name, why=why)
    return keep(by, found, told, declined_at=timezone.now(), why_declined=why)


def wording(quote: Quote) -> str:
    """What a customer agrees to with their name, in the language of the quote."""
    with translation.override(quote.language or None):
        total = quote.total.format(quote.language) if quote.total else ""
        words = gettext("I accept quotation %(number)s over %(total)s and the terms that stand in it.")
        return words % {"number": quote.name, "total": total}


def _held(quote: Quote) -> Quote:
    """The row, held until the end of the transaction: of two clicks at once one waits for the other."""
    rows = Quote.objects.live().select_for_update(of=("self",)).select_related("contact", "company", "seller", "owner")
    found = rows.filter(pk=quote.pk).first()
    if found is None:
        raise Refused(_("This quote is not there any more."))
    return found


def _open(quote: Quote) -> Quote:
    found = _held(quote)
    if not found.is_open:
        raise Refused(_closed(found))
    return found


def _closed(quote: Quote) -> Any:
    """Why a quote cannot be answered, kindly."""
    if quote.is_over:
        return _("The time to accept this quotation is over. We are glad to make you a new one.")
    return {
        Status.ACCEPTED: _("This quotation was accepted already."),
        Status.DECLINED: _("This quotation was declined already."),
        Status.SUPERSEDED: _("There is a newer version of this quotation."),
    }.get(Status(quote.status), _("This quotation is being worked on. You will hear from us."))
