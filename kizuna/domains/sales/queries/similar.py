"""Deals that ended and are like one that has not: of the same pipeline, the latest, by what they have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kizuna.customers.catalog.models import Product, ProductName
from kizuna.customers.contacts.models import Company
from kizuna.domains.sales.models import Kind, Lesson, Opportunity, OpportunityLine

LATEST = 150
"""Of those won and of those lost: so many are looked at, by the index, however many there are."""
MOST = 5
NEAR = 3
"""As large: up to so many times as much, or as little."""


@dataclass(frozen=True)
class Similar:
    """A deal and why it is like the other one; `score` is how much they have in common."""

    deal: Opportunity
    reasons: tuple[str, ...]
    score: int


def similar_to(deal: Opportunity, *, actor: Any) -> list[Similar]:
    """The likest deals that were won or lost, as far as the reader may see them, the likest first. Four queries."""
    industry = _industry(deal, actor)
    ended = list(chain.from_iterable(_latest(deal, actor, kind) for kind in (Kind.WON, Kind.LOST)))
    both = _in_both(deal, ended, actor) if deal.has_lines else {}
    found = [one for other in ended if (one := _compared(deal, other, industry, both.get(other.pk, ()))).score]
    found.sort(key=lambda one: (-one.score, -one.deal.closed_at.timestamp() if one.deal.closed_at else 0, one.deal.pk))
    return found[:MOST]


def _industry(deal: Opportunity, actor: Any) -> str:
    seen = Company.objects.visible_to(actor).filter(pk=deal.company_id or 0)
    return str(seen.values_list("industry", flat=True).first() or "")


def _latest(deal: Opportunity, actor: Any, kind: str) -> QuerySet[Opportunity]:
    rows = Opportunity.objects.visible_to(actor).filter(pipeline=deal.pipeline_id, status=kind).exclude(pk=deal.pk)
    lessons = Lesson.objects.visible_to(actor).filter(opportunity=OuterRef("pk"))
    rows = rows.annotate(has_lesson=Exists(lessons)).select_related("company", "reason")
    return rows.order_by("-closed_at", "-pk")[:LATEST]


def _in_both(deal: Opportunity, ended: Sequence[Opportunity], actor: Any) -> dict[int, list[str]]:
    """The products that this deal is about and each of the others was, as far as the reader may see them, as they
    are called in the reader's language."""
    mine = OpportunityLine.objects.live().filter(opportunity=deal, product__in=Product.objects.visible_to(actor))
    theirs = OpportunityLine.objects.live().filter(
        opportunity__in=[one.pk for one in ended if one.has_lines], product__in=mine.values("product_id")
    )
    names = ProductName.objects.visible_to(actor).filter(product=OuterRef("product"), language=get_language())
    theirs = theirs.annotate(called=Coalesce(Subquery(names.values("name")[:1]), F("product__name")))
    found: dict[int, list[str]] = defaultdict(list)
    for deal_id, name in theirs.order_by("product__sort_key").values_list("opportunity_id", "called").distinct():
        found[deal_id].append(name)
    return found


def _compared(deal: Opportunity, other: Any, industry: str, products: Sequence[str]) -> Similar:
    reasons = []
    if len(products) > 1:
        words = {"product": products[0], "count": len(products) - 1}
        reasons.append(_("%(product)s and %(count)s more in both") % words)
    elif products:
        reasons.append(_("%(product)s in both") % {"product": products[0]})
    if deal.company_id and deal.company_id == other.company_id:
        reasons.append(_("same customer"))
    elif industry and other.company is not None and other.company.industry == industry:
        reasons.append(_("same industry"))
    if _is_as_large(deal, other):
        reasons.append(_("similar size"))
    if shared := set(deal.tags) & set(other.tags):
        reasons.append(_("tagged %(tag)s") % {"tag": min(shared)})
    score = 2 * len(reasons) + (1 if reasons and other.has_lesson else 0)
    return Similar(other, tuple(reasons), score)


def _is_as_large(deal: Opportunity, other: Opportunity) -> bool:
    one, two = deal.amount, other.amount
    if not one or not two or one.currency != two.currency:
        return False
    return one.amount <= NEAR * two.amount and two.amount <= NEAR * one.amount
