"""The pages of the forecast beside each other: by team and person, by territory, by product."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.access import policy
from kizuna.domains.sales.queries.products import may_tell_products
from kizuna.domains.sales.views.asked import Question

PEOPLE, TERRITORIES, PRODUCTS = "people", "territories", "products"


def tabs_of(question: Question, current: str) -> list[dict[str, Any]]:
    """Those that somebody may see; each keeps period, currency and pipeline, and the scope where it has one."""
    scope = None if current == TERRITORIES else question.asked.scope.key
    found = [(PEOPLE, _("By team and person"), question.url(scope=scope))]
    if policy.permissions_of(question.actor).readable("opportunity", "territory"):
        found.append((TERRITORIES, _("By territory"), question.url("/forecast/territories", scope=None)))
    if may_tell_products(question.actor):
        found.append((PRODUCTS, _("By product"), question.url("/forecast/products", scope=scope)))
    return [{"label": label, "url": url, "current": key == current} for key, label, url in found]
