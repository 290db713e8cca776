"""Who hears of what happens to a quote, and what follows for its deal."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.access.permissions import prepare
from kizuna.base.identity.models import User
from kizuna.base.notifications.kinds import Kind, register
from kizuna.base.notifications.models import Mail
from kizuna.base.notifications.services import News, tell
from kizuna.base.types.errors import Problem
from kizuna.domains.sales.models import Quote
from kizuna.domains.sales.services.deal_lines import bring_back

logger = logging.getLogger("kizuna.sales")
SOON = dt.timedelta(days=3)
WAITING = register(
    Kind("quote_waiting", _("Quotes wait for my approval"), _("%(who)s asks you to approve %(title)s"), "user-check",
         mail=Mail.NOW)
)  # fmt: skip
DECIDED = register(
    Kind("quote_decided", _("My quotes are approved or given back"), _("%(who)s looked at %(title)s"), "check")
)
ACCEPTED = register(
    Kind("quote_accepted", _("Customers accept my quotes"), _("The customer accepted %(title)s"), "circle-check",
         mail=Mail.NOW, push=True)
)  # fmt: skip
DECLINED = register(
    Kind("quote_declined", _("Customers decline my quotes"), _("The customer declined %(title)s"), "circle-x",
         mail=Mail.NOW, push=True)
)  # fmt: skip
ASKED = register(
    Kind("quote_answered", _("Customers write about my quotes"), _("The customer wrote about %(title)s"), "message",
         mail=Mail.NOW, push=True)
)  # fmt: skip
OPENED = register(
    Kind("quote_opened", _("Customers open my quotes"), _("The customer opened %(title)s"), "eye", mail=Mail.NEVER)
)
LEFT_OUT = register(
    Kind("quote_not_carried", _("Accepted quotes that do not fit their deal"),
         _("%(title)s was accepted, and could not be written into its deal: please look at its lines"),
         "alert-triangle", mail=Mail.NOW)
)  # fmt: skip
UNSENT = register(
    Kind("quote_letter_not_sent", _("Letters about my quotes that do not leave"),
         _("The letter about %(title)s may not have reached the customer: look at the address, or hand over the link"),
         "mail-off", mail=Mail.NOW)
)  # fmt: skip
EXPIRING = register(Kind("quote_expiring", _("My quotes run out soon"), _("%(title)s runs out in a few days"), "clock"))


def tell_approvers(*, quote_id: int, event_id: int | None, actor_id: int | None) -> int:
    """Tell everybody who may approve the quote; how many they are."""
    people = list(User.objects.filter(is_active=True).select_related("team"))
    prepare(people)
    able = [one for one in people if policy.permissions_of(one).can("quote", "approve_quote")]
    rows = Quote.objects.live().filter(pk=quote_id)
    found = [one.pk for one in able if rows.permitted(one, "approve_quote").exists()]
    news = News(kind=WAITING, key=f"event:{event_id}", resource="quote", actor_id=actor_id, event_id=event_id)
    tell(news, {pk: [quote_id] for pk in found})
    return len(found)


def tell_owner(*, kind: Kind, quote_id: int, event_id: int | None, actor_id: int | None = None) -> None:
    """Tell whoever looks after a quote; in words of the kind."""
    news = News(kind=kind, key=f"event:{event_id}", resource="quote", actor_id=actor_id, event_id=event_id)
    _tell_owner(quote_id, news)


def _tell_owner(quote_id: int, news: News) -> None:
    owner_id = Quote.objects.filter(pk=quote_id).values_list("owner_id", flat=True).first()
    if owner_id:
        tell(news, {owner_id: [quote_id]})


def tell_owners_of_expiring(*, today: dt.date | None = None) -> int:
    """Tell the owners of quotes that nobody has answered and that run out soon, once for each date; how many quotes."""
    day = today or timezone.localdate()
    rows = Quote.objects.live().filter(
        status=Quote.Status.SENT, valid_until_on__gte=day, valid_until_on__lte=day + SOON, owner__isnull=False
    )
    count = 0
    for pk, owner_id, until in rows.order_by("pk").values_list("pk", "owner_id", "valid_until_on").iterator():
        tell(News(kind=EXPIRING, key=f"quote:{pk}:{until}", resource="quote"), {owner_id: [pk]})
        count += 1
    return count


def tell_of_unsent(*, key: str, quote_id: int) -> None:
    """Whoever looks after a quote hears that a letter about it was given up; `key` says which one."""
    _tell_owner(quote_id, News(kind=UNSENT, key=key, resource="quote"))


def carry_at_once(*, quote_id: int) -> bool:
    """`carry_amount`, within the answer of the customer, which stands whatever comes of it; whether it was done."""
    try:
        carry_amount(quote_id=quote_id)
    except Exception:
        logger.exception("What was accepted with quote %s is not written into its deal yet", quote_id)
        return False
    return True


def carry_or_tell(*, quote_id: int) -> bool:
    """`carry_amount` once more; where the deal refuses it, whoever looks after the quote is told."""
    try:
        carry_amount(quote_id=quote_id)
    except Problem:
        logger.exception("What was accepted with quote %s cannot be written into its deal", quote_id)
        _tell_owner(quote_id, News(kind=LEFT_OUT, key=f"carry:{quote_id}", resource="quote"))
        return False
    return True


@transaction.atomic
def carry_amount(*, quote_id: int) -> None:
    """The deal of an accepted quote is about what was accepted, and worth that before tax: as long as it is open, and
    in the currency that it has. It is Kizuna that writes this, because of what was answered."""
    quote = Quote.objects.select_related("opportunity").get(pk=quote_id)
    deal: Any = quote.opportunity
    if deal is None or not deal.is_open or deal.is_deleted or quote.net is None:
        return
    if deal.amount is None or deal.amount.currency == quote.net.currency:
        bring_back(quote=quote)
