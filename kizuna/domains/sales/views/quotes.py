"""What the page of a quote has of its own: the paper, its versions, the customer's link, and what to do next."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kizuna.base.resources import registry
from kizuna.base.ui.finding import find, may
from kizuna.base.ui.shown import ShownRecord
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Quote
from kizuna.domains.sales.queries import quotes as queries
from kizuna.domains.sales.resources.quotes import TONES, Standing


@login_required
@require_safe
def paper(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The PDF as it would be sent now."""
    actor: Any = request.user
    quote = find(registry.get("quote"), actor, quote_id)
    assert isinstance(quote, Quote)
    headers = {"Content-Disposition": f'inline; filename="{quote.name}.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(services.pdf_of(quote), content_type="application/pdf", headers=headers)


def versions(shown: ShownRecord) -> dict[str, Any] | None:
    """The paper, and all versions that the reader sees."""
    quote = shown.record
    assert isinstance(quote, Quote)
    found = list(queries.versions_of(quote).filter(registry.get("quote").visible_predicate(shown.actor))[:20])
    return {
        "id": "versions",
        "icon": "git-branch",
        "title": _("Paper and versions"),
        "count": str(len(found)) if len(found) > 1 else "",
        "url": f"/quotes/{quote.pk}/paper",
        "more": _("Preview the PDF"),
        "rows": [_version(shown, one) for one in found],
        "nothing": "",
        "actions": _actions(shown, quote),
    }


def _actions(shown: ShownRecord, quote: Quote) -> list[dict[str, Any]]:
    """What is done more seldom, each for who may do it now."""
    if shown.is_deleted:
        return []
    verbs = [one for one in shown.resource.actions if one.place == "panel" and one.fits(quote)]
    return [
        {
            "label": one.label,
            "icon": one.icon,
            "url": f"{shown.url}/actions/{one.name}",
            "post": not one.params,
            "dialog": bool(one.params),
            "confirm": one.confirm,
        }
        for one in verbs
        if may(shown.actor, shown.resource, quote, one.name)
    ]


def _version(shown: ShownRecord, quote: Quote) -> dict[str, Any]:
    standing = Standing("standing", "").read(quote)
    told = [quote.total.format(shown.reader.language)] if quote.total else []
    if quote.sent_at:
        told.append(_("sent %(day)s") % {"day": shown.reader.day(quote.sent_at.astimezone(shown.reader.zone).date())})
    tone = "bad" if standing == "expired" else TONES.get(Quote.Status(quote.status), "")
    return {
        "name": quote.name,
        "url": f"/quotes/{quote.pk}",
        "detail": " · ".join(told),
        "badge": {"text": str(Standing.LABELS[standing]), "tone": tone, "icon": ""},
    }


def alert(shown: ShownRecord) -> dict[str, Any] | None:
    """What has to be known first: why it came back, who must approve it, where the customer reads it."""
    quote = shown.record
    assert isinstance(quote, Quote)
    told = _notice(shown, quote)
    return {"template": "sales/quote_alert.html", **told} if told else None


def _notice(shown: ShownRecord, quote: Quote) -> dict[str, Any] | None:
    if quote.status == Quote.Status.DRAFT:
        return _of_draft(quote)
    if quote.is_open:
        words = _("The customer reads and accepts it here:")
        return {"icon": "send", "words": words, "url": services.quote_url(quote), "is_shared": True}
    if quote.is_over:
        return _bad(_("Its time is over. Make a new version to offer it again."))
    if quote.status == Quote.Status.DECLINED and quote.why_declined:
        return _bad(_("The customer declined: %(why)s") % {"why": quote.why_declined})
    if quote.status == Quote.Status.ACCEPTED:
        return _accepted(shown, quote)
    return None


def _of_draft(quote: Quote) -> dict[str, Any] | None:
    if quote.why_returned:
        return _bad(_("It came back: %(why)s") % {"why": quote.why_returned})
    rules = queries.rules_for(quote)
    names = ", ".join(rule.name for rule in rules)
    return _bad(_("Somebody has to approve it first: %(rules)s") % {"rules": names}) if rules else None


def _bad(words: str) -> dict[str, Any]:
    return {"is_bad": True, "icon": "alert-circle", "words": words}


def _accepted(shown: ShownRecord, quote: Quote) -> dict[str, Any]:
    words = _("Accepted by %(name)s.") % {"name": quote.accepted_by}
    order = queries.order_of(quote)
    if order is not None:
        return {
            "tone": "good",
            "words": words,
            "url": f"/orders/{order.pk}",
            "link": _("Order %(number)s") % {"number": order},
        }
    deal: Any = quote.opportunity
    if deal is not None and deal.is_open:
        return {
            "icon": "circle-check",
            "words": words,
            "url": f"/opportunities/{deal.pk}",
            "link": _("Win the opportunity"),
        }
    return {"icon": "circle-check", "words": words}


def deal_alert(shown: ShownRecord) -> dict[str, Any] | None:
    """On the page of a deal that is open while a quote of it was accepted."""
    deal: Any = shown.record
    if not deal.is_open:
        return None
    rows = registry.get("quote").visible_to(shown.actor).filter(opportunity=deal)
    quote = rows.filter(status=Quote.Status.ACCEPTED).order_by("-accepted_at").first()
    if quote is None:
        return None
    words = _("Quote %(number)s was accepted: win this opportunity.") % {"number": quote.name}
    return {
        "template": "sales/quote_alert.html",
        "icon": "circle-check",
        "words": words,
        "url": f"/quotes/{quote.pk}",
        "link": quote.name,
    }
