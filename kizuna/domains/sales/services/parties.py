"""Shares of a deal never come to more than the whole."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from kizuna.base.types.errors import Refused
from kizuna.domains.sales.models import Opportunity, OpportunitySplit


def refuse_too_many_shares(*, split_ids: Iterable[int]) -> None:
    """Raise Refused where the shares of a deal are more than 100 per cent. To be asked in the transaction that made
    them; what is left is the owner's, so that the parts always add up to the whole."""
    deals = set(OpportunitySplit.objects.filter(pk__in=list(split_ids)).values_list("opportunity_id", flat=True))
    held = Opportunity.objects.select_for_update(of=("self",)).filter(pk__in=deals).order_by("pk")
    list(held.values_list("pk"))  # two who share at once stand in line
    sums = OpportunitySplit.objects.live().filter(opportunity__in=deals).values("opportunity")
    if sums.annotate(whole=Sum("percent")).filter(whole__gt=100).exists():
        raise Refused(_("The shares of a deal come to more than 100 per cent."), field="percent")
